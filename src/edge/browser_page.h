// Pages that people see on their way through a sign-in: short, of one style, safe from framing, caches and referrers,
// and without script but the one line that sends a form on by itself. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/http.h"

namespace doorward::edge {

// Where the forms of a page may lead, redirects that follow included, as browsers enforce it.
enum class FormTarget : std::uint8_t {
  kNowhere,   // the page has no form
  kSelf,      // this server
  kAnywhere,  // this server, which then redirects to an application
};

// `body` is HTML: whoever writes it escapes (edge/html.h). `title` is text.
net::Response browser_page(int status, std::string_view title, std::string_view body,
                           FormTarget forms = FormTarget::kNowhere);

// What a person reads when there is nowhere to send them: a sentence, the reason for whoever runs the application, and
// the id under which logs tell more. The status follows the error's code, and is always one of 4xx or 5xx.
net::Response error_page(const net::Request& request, const Error& error);

// Names and values, both text.
using PageFacts = std::vector<std::pair<std::string, std::string>>;
// As a list of terms; empty values are left out.
std::string facts_html(const PageFacts& facts);

// What a browser is to post elsewhere (HTTP POST binding, SAML bindings section 3.5.4). `action`: an http or https URL,
// which the caller has seen to; names and values are text.
struct PostForm {
  std::string action;
  std::vector<std::pair<std::string, std::string>> fields;
};
// A page that posts the form as soon as it is there; with a button, for browsers that run no script.
net::Response post_form_page(std::string_view title, const PostForm& form);

// The headers that every answer to a browser carries, redirects too (RFC 9700 section 4.2.4): not kept, not framed, not
// told to others.
void add_browser_headers(net::Response& response);

// 303 after a POST, so that a body is never sent again (RFC 9700 section 4.12); 302 otherwise.
net::Response redirect_browser(const net::Request& request, std::string location);

}  // namespace doorward::edge
