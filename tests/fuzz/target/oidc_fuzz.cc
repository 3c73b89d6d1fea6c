// Whatever a browser or an identity provider sends: a callback, a discovery document, a token answer, userinfo, claims.
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "domain/connection.h"
#include "protocol/jose/foreign_jws.h"
#include "protocol/jose/strict_json.h"
#include "protocol/oidc/callback.h"
#include "protocol/oidc/initiation.h"
#include "protocol/oidc/profile.h"
#include "protocol/oidc/provider_metadata.h"
#include "protocol/oidc/token_answer.h"
#include "protocol/oidc/userinfo.h"

using namespace doorward;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read_callback(std::string_view text) {
  if (const auto callback = oidc::read_callback(text)) {
    require(!callback->state.empty() && callback->code.empty() != callback->error.empty());
  }
  if (const auto begun = oidc::read_initiation(text, "https://idp.test")) require(begun->issuer == "https://idp.test");
}

void read_metadata(std::string_view text) {
  const oidc::DiscoveryLocation location{.url = "https://idp.test/", .issuer = "https://idp.test"};
  if (const auto metadata = oidc::read_provider_metadata(text, location, oidc::PlainHttp::kForbidden)) {
    require(metadata->token_endpoint.starts_with("https://") && metadata->jwks_uri.starts_with("https://"));
  }
  if (const auto found = oidc::discovery_location(text, oidc::PlainHttp::kForbidden)) {
    require(found->url.starts_with("https://"));
  }
}

void read_answers(std::string_view text) {
  if (const auto answer = oidc::read_token_answer(200, text)) require(!answer->id_token.reveal().empty());
  const oidc::IdToken id_token{.issuer = "https://idp.test", .subject = "u1"};
  if (const auto claims = oidc::read_userinfo(text, id_token)) require(claims->at("sub") == "u1");
}

void make_profile(std::string_view text) {
  const auto claims = jose::parse_strict_object(text, {.bytes = jose::kMostForeignTokenBytes});
  if (!claims) return;
  Connection connection;
  connection.provider = ConnectionProvider::kAdfs;
  connection.attribute_mapping = {{"groups", "a.b.c"}, {"name", "n"}};
  const SsoUserAttribute attribute{.key = "department", .datatype = 4};
  if (const auto profile = oidc::make_profile(connection, *claims, {&attribute, 1})) {
    require(profile->email.find('@') != std::string::npos && !profile->claims.contains("sub"));
  }
}

}  // namespace

// The first byte chooses the reader.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      read_callback(text);
      break;
    case 1:
      read_metadata(text);
      break;
    case 2:
      read_answers(text);
      break;
    default:
      make_profile(text);
  }
  return 0;
}
