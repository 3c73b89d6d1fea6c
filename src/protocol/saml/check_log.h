// Private to the .cc files of this folder: how a check tells what it expected and what came.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "protocol/oidc/mismatch.h"
#include "protocol/saml/response_check.h"

namespace doorward::saml {

class CheckLog {
 public:
  explicit CheckLog(const std::function<void(CheckedFact)>& on_fact) : on_fact_(on_fact) {}

  void holds(std::string_view name, std::string_view expected, std::string_view received) const {
    tell(fact(name, true, expected, received));
  }

  // The fact does not hold; the refusal that says so.
  tl::unexpected<Error> refuse(Reason reason, const char* message, std::string_view name, std::string_view expected,
                               std::string_view received) const {
    tell(fact(name, false, expected, received));
    return tl::unexpected(make_error(reason, message, oidc::mismatch(expected, received)));
  }

  void tell(CheckedFact fact) const {
    if (on_fact_) on_fact_(std::move(fact));
  }

 private:
  static CheckedFact fact(std::string_view name, bool ok, std::string_view expected, std::string_view received) {
    return {.name = std::string(name),
            .ok = ok,
            .expected = oidc::shortened(expected),
            .received = oidc::shortened(received)};
  }

  const std::function<void(CheckedFact)>& on_fact_;
};

}  // namespace doorward::saml
