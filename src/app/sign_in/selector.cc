#include "app/sign_in/selector.h"

namespace doorward {

std::optional<Selector> default_selector(const ApiClient& client) {
  if (!client.default_connection_id.empty()) {
    return Selector{SelectorKind::kDefaultConnection, client.default_connection_id.str()};
  }
  if (!client.default_organization_id.empty()) {
    return Selector{SelectorKind::kDefaultOrganization, client.default_organization_id.str()};
  }
  return std::nullopt;
}

std::optional<Selector> choose_selector(const oauth::ConnectionSelectors& given, const ApiClient& client) {
  if (!given.provider.empty()) return Selector{SelectorKind::kProvider, given.provider};
  if (!given.connection_id.empty()) return Selector{SelectorKind::kConnection, given.connection_id};
  if (!given.organization_id.empty()) return Selector{SelectorKind::kOrganization, given.organization_id};
  if (!given.domain.empty()) return Selector{SelectorKind::kDomain, given.domain};
  if (given.login_hint.find('@') != std::string::npos) return Selector{SelectorKind::kLoginHint, given.login_hint};
  return default_selector(client);
}

}  // namespace doorward
