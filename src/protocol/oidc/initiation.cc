#include "protocol/oidc/initiation.h"

#include "protocol/oauth/form.h"
#include "protocol/oidc/issuer.h"

namespace doorward::oidc {

Result<Initiation> read_initiation(std::string_view parameters, std::string_view configured_issuer) {
  DOORWARD_TRY(const oauth::Form form, oauth::parse_form(parameters));
  Initiation initiation{.issuer = oauth::value_of(form, "iss"),
                        .login_hint = oauth::value_of(form, "login_hint"),
                        .target_link_uri = oauth::value_of(form, "target_link_uri")};
  if (initiation.issuer.empty() || !issuer_fits(configured_issuer, initiation.issuer)) {
    return failure(Reason::kIssuerMismatch, "The login was begun by another identity provider.");
  }
  return initiation;
}

}  // namespace doorward::oidc
