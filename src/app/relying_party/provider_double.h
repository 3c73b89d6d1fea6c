// An OpenID provider for the unit tests of this folder: it answers in memory, and each address can be made to answer
// otherwise.
#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/completion.h"
#include "ports/http_client.h"
#include "protocol/jose/jwk.h"
#include "protocol/jose/private_key.h"

namespace doorward::test {

inline HttpResponse json_answer(const boost::json::object& body, int status = 200) {
  return {.status = status, .headers = {{"content-type", "application/json"}}, .body = boost::json::serialize(body)};
}

class ProviderDouble final : public HttpClient {
 public:
  using Answer = std::function<Result<HttpResponse>(const HttpRequest&)>;

  ProviderDouble() {
    rotate();
    const std::string base(kBase);
    metadata = {{"issuer", base},
                {"authorization_endpoint", base + "/authorize"},
                {"token_endpoint", base + "/token"},
                {"userinfo_endpoint", base + "/userinfo"},
                {"jwks_uri", base + "/keys"},
                {"end_session_endpoint", base + "/logout"}};
    answers["/.well-known/openid-configuration"] = [this](const HttpRequest&) { return json_answer(metadata); };
    answers["/keys"] = [this](const HttpRequest&) { return HttpResponse{.status = 200, .body = key_set()}; };
    answers["/token"] = [this](const HttpRequest&) {
      return json_answer({{"id_token", sign(claims)}, {"access_token", "at"}, {"token_type", "Bearer"}});
    };
    answers["/userinfo"] = [this](const HttpRequest&) { return json_answer(userinfo); };
  }

  static constexpr std::string_view kBase = "https://idp.test";

  // A new key under a new name, the only one published from now on.
  void rotate(jose::Algorithm algorithm = jose::Algorithm::kEs256) {
    key_id = "k" + std::to_string(++keys_made_);
    key.emplace(jose::PrivateKey::generate(algorithm));
  }
  std::string key_set() const {
    const std::vector keys{key->verification_key(key_id)};
    return jose::to_key_set(keys);
  }
  std::string sign(const boost::json::object& payload) const {
    return key->sign_compact(key_id, "JWT", boost::json::serialize(payload));
  }

  int requests_of(std::string_view path) const {
    int count = 0;
    for (const HttpRequest& request : requests) count += request.url == std::string(kBase) + std::string(path) ? 1 : 0;
    return count;
  }

  // While held, requests wait; release() lets all of them go on.
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    for (auto& go : std::exchange(waiting_, {})) go(true);
  }

  task<Result<HttpResponse>> send(HttpRequest request) override {
    requests.push_back(request);
    if (held_) co_await Completion<bool>([this](auto deliver) { waiting_.push_back(std::move(deliver)); });
    const std::string_view url = request.url;
    const auto found = answers.find(std::string(url.substr(std::min(kBase.size(), url.size()))));
    if (!url.starts_with(kBase) || found == answers.end()) {
      co_return failure(Reason::kTargetUnreachable, "There is nobody.");
    }
    co_return found->second(request);
  }
  Result<void> check_url(std::string_view) const override { return {}; }

  std::map<std::string, Answer> answers;  // by path
  boost::json::object metadata;
  boost::json::object claims;  // of the next ID token
  boost::json::object userinfo;
  std::string key_id;
  std::optional<jose::PrivateKey> key;
  std::vector<HttpRequest> requests;

 private:
  int keys_made_ = 0;
  bool held_ = false;
  std::vector<Completion<bool>::Deliver> waiting_;
};

}  // namespace doorward::test
