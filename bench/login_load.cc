// Browsers that sign in, with little cost of their own: one thread, epoll, one login in flight on each browser, which
// keeps a connection to the server and one to the identity provider. Each login is of another person without cookies.
//
//   login_load PORT CONNECTIONS SECONDS AUTHORIZE EXCHANGE
//
// AUTHORIZE: path and query of the authorization request. EXCHANGE: the form of the token request without its code. The
// provider answers by OpenID Connect, with a redirect, or by SAML, with a form that is posted on.
// Runs for SECONDS and prints one JSON object.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>

#include "conversation.h"
#include "wire.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kSilenceMillis = 30'000;  // longer without any answer is a failure
constexpr std::size_t kServers = 2;
constexpr std::size_t kReadSize = 64 * 1024;

enum class Step { kAuthorize, kProvider, kCallback, kExchange };
constexpr const char* kStepNames[] = {"authorize", "provider", "callback", "exchange"};

// A browser's connection to one of both servers.
struct Link {
  int port = 0;
  int socket = -1;
  std::unique_ptr<Conversation> conversation;
};

struct Browser {
  std::vector<Link> links;
  Link* asked = nullptr;  // by which the answer comes
  Step step = Step::kAuthorize;
  std::string cookie;
  Clock::time_point began;
};

std::string get(const std::string& path, const std::string& cookie) {
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!cookie.empty()) request += "Cookie: " + cookie + "\r\n";
  return request + "\r\n";
}

std::string post(const std::string& path, const std::string& form, const std::string& cookie = {}) {
  std::string request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!cookie.empty()) request += "Cookie: " + cookie + "\r\n";
  return request + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(form.size()) +
         "\r\n\r\n" + form;
}

// What stands after `before` up to a quotation mark; empty when it is not there. None of what is read here is escaped.
std::string quoted_after(const std::string& page, std::string_view before) {
  const auto at = page.find(before);
  if (at == std::string::npos) return {};
  return page.substr(at + before.size(), page.find('"', at + before.size()) - at - before.size());
}

std::string form_encoded(const std::string& base64) {
  std::string out;
  for (const char c : base64) {
    if (c == '+') {
      out += "%2B";
    } else if (c == '/') {
      out += "%2F";
    } else if (c == '=') {
      out += "%3D";
    } else {
      out += c;
    }
  }
  return out;
}

// Path and query of an absolute URL.
std::string path_of(const std::string& url) {
  const auto authority = url.find("://");
  const auto path = authority == std::string::npos ? authority : url.find('/', authority + 3);
  if (path == std::string::npos) throw std::runtime_error("no absolute URL: " + url);
  return url.substr(path);
}

// Of an absolute URL; 0 when it names none.
int port_of(const std::string& url) {
  const auto host = url.find("://");
  const auto colon = host == std::string::npos ? host : url.find_first_of(":/", host + 3);
  return colon == std::string::npos || url[colon] != ':' ? 0 : std::atoi(url.c_str() + colon + 1);
}

// As it stands in the URL, encoded; empty when it is not there.
std::string code_of(const std::string& url) {
  for (auto at = url.find('?'); at != std::string::npos; at = url.find('&', at + 1)) {
    if (url.compare(at + 1, 5, "code=") == 0) return url.substr(at + 6, url.find('&', at + 6) - (at + 6));
  }
  return {};
}

class Logins {
 public:
  Logins(int port, std::string authorize, std::string exchange, double seconds)
      : port_(port), authorize_(std::move(authorize)), exchange_(std::move(exchange)), limit_(seconds) {
    latencies_.reserve(1 << 16);
  }

  void run(int count) {
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    poll_ = poll;
    std::vector<Browser> browsers(static_cast<std::size_t>(count));
    for (auto& browser : browsers) browser.links.reserve(kServers);
    started_ = Clock::now();
    for (auto& browser : browsers) begin(browser);
    std::vector<epoll_event> events(browsers.size());
    while (in_flight_ > 0) {
      const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), kSilenceMillis);
      if (ready == 0) throw std::runtime_error("no answer for 30 s");
      for (int i = 0; i < ready; ++i) read(*static_cast<Browser*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    ended_ = Clock::now();
    for (auto& browser : browsers) {
      for (const Link& link : browser.links) close(link.socket);
    }
    close(poll);
  }

  void print() {
    std::sort(latencies_.begin(), latencies_.end());
    const double seconds = std::chrono::duration<double>(ended_ - started_).count();
    const auto at = [&](double share) {
      return latencies_.empty()
                 ? 0.0F
                 : latencies_[static_cast<std::size_t>(share * static_cast<double>(latencies_.size() - 1))];
    };
    std::printf(
        "{\"logins\": %zu, \"seconds\": %.6f, \"rate\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"failures\": %zu",
        latencies_.size(), seconds, static_cast<double>(latencies_.size()) / seconds, at(0.5), at(0.99), failures_);
    std::printf(", \"refused\": {");
    const char* separator = "";
    for (const auto& [what, number] : refused_) {
      std::printf("%s\"%s\": %zu", separator, what.c_str(), number);
      separator = ", ";
    }
    std::printf("}}\n");
  }

 private:
  void begin(Browser& browser) {
    browser.step = Step::kAuthorize;
    browser.cookie.clear();
    browser.began = Clock::now();
    ++in_flight_;
    ask(browser, port_, get(authorize_, {}));
  }

  Link& link_to(Browser& browser, int port) {
    for (Link& link : browser.links) {
      if (link.port == port) return link;
    }
    if (browser.links.size() == kServers) throw std::runtime_error("a third server");
    Link& link = browser.links.emplace_back(port, connect_to(port), http1_conversation());
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &browser}};
    epoll_ctl(poll_, EPOLL_CTL_ADD, link.socket, &event);
    return link;
  }

  void ask(Browser& browser, int port, const std::string& request) {
    browser.asked = &link_to(browser, port);
    out_.clear();
    browser.asked->conversation->ask(request, out_);
    send_all(browser.asked->socket, out_);
  }

  void read(Browser& browser) {
    const auto got = recv(browser.asked->socket, input_.data(), input_.size(), 0);
    if (got <= 0) throw std::runtime_error("the server closed a connection");
    Answer answer;
    if (!browser.asked->conversation->take({input_.data(), static_cast<std::size_t>(got)}, out_, answer)) return;
    if (!answer.cookie.empty()) browser.cookie = answer.cookie;
    if (go_on(browser, answer)) return;
    --in_flight_;
    if (std::chrono::duration<double>(Clock::now() - started_).count() < limit_) begin(browser);
  }

  // Whether the login has a next step.
  bool go_on(Browser& browser, const Answer& answer) {
    const bool redirects = (answer.status == 302 || answer.status == 303) && !answer.location.empty();
    switch (browser.step) {
      case Step::kAuthorize:
        if (!redirects) break;
        browser.step = Step::kProvider;
        ask(browser, port_of(answer.location),
            post(path_of(answer.location),
                 "email=person" + std::to_string(++people_) + "%40example.com&given_name=Ann&family_name=Ames"));
        return true;
      case Step::kProvider:
        if (answer.status == 200) {
          const std::string message = quoted_after(answer.page, "name=\"SAMLResponse\" value=\"");
          if (message.empty()) break;
          browser.step = Step::kCallback;
          const std::string action = quoted_after(answer.page, "method=\"post\" action=\"");
          ask(browser, port_of(action),
              post(path_of(action),
                   "SAMLResponse=" + form_encoded(message) +
                       "&RelayState=" + quoted_after(answer.page, "name=\"RelayState\" value=\""),
                   browser.cookie));
          return true;
        }
        if (!redirects) break;
        browser.step = Step::kCallback;
        ask(browser, port_of(answer.location), get(path_of(answer.location), browser.cookie));
        return true;
      case Step::kCallback: {
        const std::string code = redirects ? code_of(answer.location) : std::string();
        if (code.empty()) break;
        browser.step = Step::kExchange;
        ask(browser, port_, post("/oauth/token", exchange_ + "&code=" + code));
        return true;
      }
      case Step::kExchange:
        if (answer.status != 200) break;
        latencies_.push_back(std::chrono::duration<float, std::micro>(Clock::now() - browser.began).count());
        return false;
    }
    ++failures_;
    ++refused_[kStepNames[static_cast<int>(browser.step)] + (" " + std::to_string(answer.status))];
    return false;
  }

  const int port_;
  int poll_ = -1;
  std::string authorize_, exchange_;
  double limit_;
  std::size_t in_flight_ = 0;
  std::size_t people_ = 0;
  std::size_t failures_ = 0;
  std::map<std::string, std::size_t> refused_;
  Clock::time_point started_, ended_;
  std::vector<float> latencies_;
  std::string out_;
  std::vector<char> input_ = std::vector<char>(kReadSize);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: login_load PORT CONNECTIONS SECONDS AUTHORIZE EXCHANGE\n");
    return 2;
  }
  try {
    Logins logins(std::atoi(argv[1]), argv[4], argv[5], std::atof(argv[3]));
    logins.run(std::atoi(argv[2]));
    logins.print();
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "login_load: %s\n", fault.what());
    return 1;
  }
  return 0;
}
