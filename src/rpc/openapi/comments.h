// The texts of declarations (tools/protoc-gen-doorward collects them): paragraphs with a blank line between.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace doorward::rpc {

struct DeclaredComment {
  std::string_view name;  // "pkg.Message.field", "pkg.Service.Method", "pkg.Enum.VALUE" (below its enum)
  std::string_view text;
};

class Comments {
 public:
  // Sorted by name; must outlive this.
  explicit Comments(std::span<const DeclaredComment> sorted) : sorted_(sorted) {}

  // "" when there is none.
  std::string_view of(std::string_view name) const;

 private:
  std::span<const DeclaredComment> sorted_;
};

// A comment's first sentence without its full stop, and what comes after it.
struct Headline {
  std::string summary;
  std::string description;
};
Headline headline(std::string_view comment);

}  // namespace doorward::rpc
