// SCIM filters: any text is parsed or refused; what is parsed is bound and evaluated without harm.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/scim/filter.h"
#include "protocol/scim/filter_match.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace doorward::scim;
  Dialect dialect;
  static const boost::json::object user =
      boost::json::parse(R"({"id":"1","userName":"Ann","active":true,"emails":[{"value":"a@x","type":"work"}],
        "meta":{"created":"2026-01-01T00:00:00Z"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"2"}}})")
          .as_object();
  const auto filter = parse_filter({reinterpret_cast<const char*>(data), size}, dialect);
  if (!filter) return 0;
  if (const auto bound = BoundFilter::bind(*filter, user_type(), dialect)) (void)bound->matches(user);
  return 0;
}
