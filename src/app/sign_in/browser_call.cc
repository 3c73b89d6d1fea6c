#include "app/sign_in/browser_call.h"

#include "app/keys/secret_text.h"
#include "base/encoding.h"

namespace doorward {

Secret<std::string> browser_secret_for(const BrowserCall& call, Random& random) {
  const auto bytes = base64url_decode(call.browser_secret);
  if (bytes && bytes->size() == kSecretBytes) return Secret<std::string>(call.browser_secret);
  return make_secret_text(random);
}

}  // namespace doorward
