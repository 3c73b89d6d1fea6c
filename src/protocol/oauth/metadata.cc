#include "protocol/oauth/metadata.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace doorward::oauth {

namespace json = boost::json;

std::string metadata_document(std::string_view issuer) {
  const std::string base(issuer);
  return json::serialize(json::object{
      {"issuer", base},
      {"token_endpoint", base + "/oauth/token"},
      {"jwks_uri", base + "/keys"},
      {"scopes_supported", json::array{"openid", "profile", "email"}},
      {"response_types_supported", json::array{}},
      {"grant_types_supported", json::array{"client_credentials"}},
      {"token_endpoint_auth_methods_supported", json::array{"client_secret_post", "client_secret_basic"}},
  });
}

}  // namespace doorward::oauth
