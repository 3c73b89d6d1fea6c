// JSON as the API and SCIM take it in: refused or read, within the limits, and what is read survives being written
// again.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/scim/json_reader.h"
#include "protocol/scim/limits.h"
#include "rpc/json_document.h"
#include "rpc/limits.h"

using namespace doorward;
namespace json = boost::json;

namespace {

std::size_t depth_of(const json::value& value) {
  std::size_t deepest = 0;
  if (const auto* object = value.if_object()) {
    if (object->size() > rpc::kMaxJsonMembers) std::abort();
    for (const auto& member : *object) deepest = std::max(deepest, depth_of(member.value()));
    return deepest + 1;
  }
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) deepest = std::max(deepest, depth_of(element));
    return deepest + 1;
  }
  return 0;
}

// Boost.JSON reads long numbers to within the last digits of a double, so these may differ after a second reading.
bool same(const json::value& a, const json::value& b) {
  if (a.is_double() && b.is_number()) {
    const double x = a.get_double(), y = b.to_number<double>();
    return std::abs(x - y) <= 1e-12 * std::abs(x);
  }
  if (const auto* object = a.if_object()) {
    const auto* other = b.if_object();
    if (other == nullptr || other->size() != object->size()) return false;
    return std::ranges::all_of(*object, [&](const auto& member) {
      const json::value* found = other->if_contains(member.key());
      return found != nullptr && same(member.value(), *found);
    });
  }
  if (const auto* array = a.if_array()) {
    const auto* other = b.if_array();
    return other != nullptr && std::ranges::equal(*array, *other, same);
  }
  return a == b;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = rpc::parse_json_document(text, {});
  if (document) {
    if (depth_of(*document) > rpc::kMaxJsonDepth) std::abort();
    const auto again = rpc::parse_json_document(json::serialize(*document), {});
    if (!again || !same(*document, *again)) std::abort();
  }
  const auto body = scim::parse_body(text);
  if (body) {
    if (depth_of(*body) > scim::limits::kJsonDepth) std::abort();
    const auto again = scim::parse_body(json::serialize(*body));
    if (!again || !same(*body, *again)) std::abort();
    // What SCIM takes, the API takes as well: SCIM refuses more.
    if (!document) std::abort();
  }
  return 0;
}
