#include "edge/browser_call.h"

#include "edge/browser_page.h"

namespace doorward::edge {

BrowserCall browser_call(const net::Request& request, const LoginCookie& cookie) {
  return {.browser_secret = cookie.read(request),
          .source = request.peer,
          .request_id = request.request_id,
          .deadline = request.deadline};
}

net::Response answer_refusal(const net::Request& request, const SignInRefusal& refusal) {
  if (refusal.location.empty()) return error_page(request, refusal.error);
  net::Response response = redirect_browser(request, refusal.location);
  response.reason = reason_name(refusal.error.reason);
  return response;
}

net::Response answer_sent(const net::Request& request, const LoginCookie& cookie,
                          const SignInResult<SentToProvider>& sent) {
  if (!sent) return answer_refusal(request, sent.error());
  net::Response response = redirect_browser(request, sent->location);
  cookie.set(response, sent->browser_secret);
  return response;
}

}  // namespace doorward::edge
