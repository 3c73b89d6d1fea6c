// A parameter of a statement: null, integer, text or bytes. Holds views: what it was made from must outlive the call
// that it is passed to. Times are microseconds since 1970, enumerations and booleans are integers.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/id.h"
#include "base/time.h"

namespace doorward::store {

class Value {
 public:
  enum class Kind : std::uint8_t { kInteger, kText, kBytes };

  template <class T>
    requires(std::integral<T> || std::is_enum_v<T>)
  Value(T number) : kind_(Kind::kInteger), integer_(static_cast<std::int64_t>(number)) {}
  Value(Timestamp time) : kind_(Kind::kInteger), integer_(to_micros(time)) {}
  Value(std::string_view text) : kind_(Kind::kText), text_(text) {}
  Value(const std::string& text) : kind_(Kind::kText), text_(text) {}
  template <class Tag>
  Value(const Id<Tag>& id) : kind_(Kind::kText), text_(id.str()) {}
  template <class T>
  Value(const std::optional<T>& value) {
    static const T kNothing{};
    *this = Value(value ? *value : kNothing);
    null_ = !value;
  }

  static Value bytes(std::string_view bytes) {
    Value value(bytes);
    value.kind_ = Kind::kBytes;
    return value;
  }
  static Value bytes(const std::optional<std::string>& bytes) {
    Value value(bytes);
    value.kind_ = Kind::kBytes;
    return value;
  }

  // A null has a kind too: PostgreSQL wants to know the type of every parameter.
  Kind kind() const { return kind_; }
  bool is_null() const { return null_; }
  std::int64_t integer() const { return integer_; }
  std::string_view text() const { return text_; }

 private:
  Kind kind_ = Kind::kInteger;
  bool null_ = false;
  std::int64_t integer_ = 0;
  std::string_view text_;
};

}  // namespace doorward::store
