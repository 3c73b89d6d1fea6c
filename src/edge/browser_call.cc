#include "edge/browser_call.h"

#include "edge/browser_page.h"

namespace doorward::edge {

BrowserCall browser_call(const net::Request& request, const LoginCookie& cookie, AnswerWay way) {
  return {.browser_secret = cookie.read(request, way),
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

net::Response post_message(std::string_view title, const saml::PostTo& message) {
  PostForm form{.action = message.action, .fields = {{message.parameter, message.message}}};
  if (!message.relay_state.empty()) form.fields.emplace_back("RelayState", message.relay_state);
  return post_form_page(title, form);
}

net::Response answer_message(const net::Request& request, std::string_view title,
                             const saml::OutgoingMessage& message) {
  if (const auto* redirect = std::get_if<saml::RedirectTo>(&message)) return redirect_browser(request, redirect->url);
  return post_message(title, std::get<saml::PostTo>(message));
}

net::Response answer_sent(const net::Request& request, const LoginCookie& cookie,
                          const SignInResult<SentToProvider>& sent) {
  if (!sent) return answer_refusal(request, sent.error());
  net::Response response =
      sent->form ? post_message("Signing in", *sent->form) : redirect_browser(request, sent->location);
  cookie.set(response, sent->browser_secret, sent->answer_is_posted ? AnswerWay::kPost : AnswerWay::kNavigation);
  return response;
}

}  // namespace doorward::edge
