#include "edge/browser_page.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "edge/html.h"

namespace doorward::edge {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#f4f6f9;--card:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dfe4ea;--link:#1f5fd6;
--button-ink:#fff;--code:#f2f4f7}
@media(prefers-color-scheme:dark){:root{--bg:#0c1118;--card:#141b25;--ink:#e3e9f1;--soft:#94a1b3;--line:#263140;
--link:#7fabff;--button-ink:#0c1118;--code:#1a222d}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--bg);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{width:100%;max-width:34rem;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:2rem}
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .75rem;letter-spacing:-.01em}
h2{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.5rem 0}
a{color:var(--link)}
dl{margin:1.25rem 0 0;padding-top:.75rem;border-top:1px solid var(--line);font-size:.875rem;display:grid;
grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em;background:var(--code);
padding:.1em .3em;border-radius:4px}
label{display:block;margin:.9rem 0 .25rem;font-size:.875rem;font-weight:600}
input,select,textarea{width:100%;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);
border-radius:8px;padding:.5rem .65rem}
input[type=radio],input[type=checkbox]{width:auto;margin-right:.5rem}
fieldset{border:1px solid var(--line);border-radius:8px;margin:1rem 0 0;padding:.5rem 1rem 1rem}
button{font:inherit;font-weight:600;margin-top:1.25rem;border:0;border-radius:8px;padding:.55rem 1.1rem;cursor:pointer;
background:var(--link);color:var(--button-ink)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
)css";

constexpr std::string_view kPostScript = "document.forms[0].submit()";

std::string_view form_action(FormTarget forms) {
  switch (forms) {
    case FormTarget::kNowhere:
      return "; form-action 'none'";
    case FormTarget::kSelf:
      return "; form-action 'self'";
    case FormTarget::kAnywhere:
      return "";
  }
  return "; form-action 'none'";
}

std::string script_source(std::string_view script) {
  return script.empty() ? "" : fmt::format("; script-src 'sha256-{}'", base64_encode(crypto::sha256(script)));
}

// No picture, no connection: only the one style, and the script if there is one, that are part of the page.
std::string page_policy(FormTarget forms, std::string_view script) {
  static const std::string style_hash = base64_encode(crypto::sha256(kStyle));
  return fmt::format("default-src 'none'; style-src 'sha256-{}'{}; base-uri 'none'; frame-ancestors 'none'{}",
                     style_hash, script_source(script), form_action(forms));
}

net::Response page(int status, std::string_view title, std::string_view body, FormTarget forms,
                   std::string_view script) {
  net::Response response;
  response.status = status;
  response.headers = {{"content-type", "text/html; charset=utf-8"},
                      {"content-security-policy", page_policy(forms, script)}};
  add_browser_headers(response);
  response.body = fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>{0}</title><style>{1}</style></head><body><main>"
      "<h1>{0}</h1>{2}</main>{3}</body></html>\n",
      escaped(title), kStyle, body, script.empty() ? "" : fmt::format("<script>{}</script>", script));
  return response;
}

int page_status(Code code) {
  switch (code) {
    case Code::kNotFound:
      return 404;
    case Code::kPermissionDenied:
      return 403;
    case Code::kResourceExhausted:
      return 429;
    case Code::kUnavailable:
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kInternal:
    case Code::kUnknown:
    case Code::kDataLoss:
      return 500;
    default:
      return 400;
  }
}

int page_status(const Error& error) {
  if (error.reason == Reason::kMethodNotAllowed) return 405;
  if (error.reason == Reason::kPayloadTooLarge || error.reason == Reason::kTooLarge) return 413;
  return page_status(error.code());
}

constexpr std::uint32_t kDefaultRetryAfterSeconds = 1;

}  // namespace

void add_browser_headers(net::Response& response) {
  response.headers.push_back({"cache-control", "no-store"});
  response.headers.push_back({"referrer-policy", "no-referrer"});
  response.headers.push_back({"x-frame-options", "DENY"});
  response.headers.push_back({"x-content-type-options", "nosniff"});
}

net::Response browser_page(int status, std::string_view title, std::string_view body, FormTarget forms) {
  return page(status, title, body, forms, {});
}

net::Response post_form_page(std::string_view title, const PostForm& form) {
  std::string body = fmt::format("<form method=\"post\" action=\"{}\">", escaped(form.action));
  for (const auto& [name, value] : form.fields) {
    body += fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value));
  }
  body += "<p>One moment, this goes on by itself.</p><button type=\"submit\">Continue</button></form>";
  return page(200, title, body, FormTarget::kAnywhere, kPostScript);
}

std::string facts_html(const PageFacts& facts) {
  std::string out = "<dl>";
  for (const auto& [name, value] : facts) {
    if (value.empty()) continue;
    out += fmt::format("<dt>{}</dt><dd><code>{}</code></dd>", escaped(name), escaped(value));
  }
  return out + "</dl>";
}

net::Response error_page(const net::Request& request, const Error& error) {
  const int status = page_status(error);
  net::Response response = browser_page(
      status, "This did not work",
      fmt::format("<p>{}</p>{}", escaped(error.message),
                  facts_html({{"Reason", std::string(reason_name(error.reason))}, {"Request", request.request_id}})));
  response.reason = reason_name(error.reason);
  if (status == 429 || status == 503) {
    response.headers.push_back(
        {"retry-after", std::to_string(error.retry_after_seconds.value_or(kDefaultRetryAfterSeconds))});
  }
  return response;
}

net::Response redirect_browser(const net::Request& request, std::string location) {
  net::Response response;
  response.status = request.method == "POST" ? 303 : 302;
  response.headers = {{"location", std::move(location)}};
  add_browser_headers(response);
  return response;
}

}  // namespace doorward::edge
