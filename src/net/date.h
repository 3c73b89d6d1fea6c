// The Date header.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace doorward::net {

// RFC 9110 section 5.6.7: "Sun, 22 Nov 2026 06:50:26 GMT".
std::string http_date(Timestamp t);

// Formats once a second. One thread.
class DateCache {
 public:
  std::string_view get(Timestamp now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace doorward::net
