// Which of the things that an application may say decides where a person signs in. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/api_client.h"
#include "protocol/oauth/authorization_request.h"

namespace doorward {

enum class SelectorKind : std::uint8_t {
  kProvider,
  kConnection,
  kOrganization,
  kDomain,
  kLoginHint,            // an e-mail address whose domain decides
  kDefaultConnection,    // the client's own
  kDefaultOrganization,  // the client's own
};

struct Selector {
  SelectorKind kind = SelectorKind::kConnection;
  std::string value;

  friend bool operator==(const Selector&, const Selector&) = default;
};

// The first that is given, in the order of SelectorKind; the others are ignored, so that a hint cannot lead away from
// what was chosen by id. A login hint that is no e-mail address chooses nothing. nullopt: nothing chooses.
std::optional<Selector> choose_selector(const oauth::ConnectionSelectors& given, const ApiClient& client);

// The client's own default, for a login hint that leads nowhere: brokers send hints that are not theirs to choose.
std::optional<Selector> default_selector(const ApiClient& client);

}  // namespace doorward
