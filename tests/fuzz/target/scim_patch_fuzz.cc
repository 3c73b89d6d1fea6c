// SCIM bodies as PATCH requests and as resources. What is accepted must be a document in its final form: read again, it
// is the same.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "protocol/scim/json_reader.h"
#include "protocol/scim/patch.h"
#include "protocol/scim/resource.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace doorward::scim;
  Dialect dialect;
  static const boost::json::object user =
      boost::json::parse(R"({"userName":"ann","active":true,"emails":[{"value":"a@x","type":"work","primary":true}]})")
          .as_object();
  const auto body = parse_body({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  const auto settled = [&](const boost::json::object& document) {
    const auto again = read_resource(user_type(), document, dialect);
    if (!again || *again != document) std::abort();
  };
  if (const auto read = read_resource(user_type(), *body, dialect)) settled(*read);
  const auto request = parse_patch(*body, dialect);
  if (!request) return 0;
  if (const auto patched = apply_patch(user_type(), user, *request, dialect)) settled(*patched);
  (void)compile_group_patch(group_type(), boost::json::parse(R"({"displayName":"G"})").as_object(), *request, dialect);
  return 0;
}
