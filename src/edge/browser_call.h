// What the endpoints of signing in do alike with a browser.
#pragma once

#include "app/sign_in/browser_call.h"
#include "edge/login_cookie.h"
#include "net/http.h"
#include "protocol/saml/outgoing_message.h"

namespace doorward::edge {

BrowserCall browser_call(const net::Request& request, const LoginCookie& cookie,
                         AnswerWay way = AnswerWay::kNavigation);

// On with a message of SAML's: a redirect, or a page that posts it.
net::Response answer_message(const net::Request& request, std::string_view title, const saml::OutgoingMessage& message);
net::Response post_message(std::string_view title, const saml::PostTo& message);

// On to the identity provider, with the cookie; or what answer_refusal() says.
net::Response answer_sent(const net::Request& request, const LoginCookie& cookie,
                          const SignInResult<SentToProvider>& sent);

// Back to the application where it may be told, else a page.
net::Response answer_refusal(const net::Request& request, const SignInRefusal& refusal);

}  // namespace doorward::edge
