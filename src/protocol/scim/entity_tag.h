// Versions of resources as weak entity tags (RFC 7644 section 3.14, RFC 9110 sections 8.8.3 and 13.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doorward::scim {

// `W/"text"`. `text` is of visible ASCII without quotes.
std::string weak_tag(std::string_view text);

// What If-Match or If-None-Match lists.
class EntityTags {
 public:
  // No tag at all: matches nothing.
  EntityTags() = default;

  // A field value; several fields of one name come joined by commas. What is no list of tags, and a list of more than
  // limits::kEntityTags, matches nothing.
  static EntityTags parse(std::string_view field);

  // Weak comparison, because clients of a server with weak tags hold no others: W/"a" and "a" are equal. `*` matches
  // every tag.
  bool match(std::string_view tag) const;

 private:
  bool any_ = false;
  std::vector<std::string> opaque_;  // without W/ and quotes
};

}  // namespace doorward::scim
