// Replays the request sequences of identity providers (tests/e2e/fixtures/scim-dialects*.json).
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/encoding.h"
#include "protocol/scim/case_fold.h"
#include "suite.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using Captures = std::map<std::string, std::string>;

std::string fill(std::string text, const Captures& captures, bool in_url) {
  for (const auto& [name, value] : captures) {
    const std::string mark = "{{" + name + "}}";
    for (std::size_t at; (at = text.find(mark)) != std::string::npos;) {
      text.replace(at, mark.size(), in_url ? percent_encode(value) : value);
    }
  }
  return text;
}

json::value fill(const json::value& value, const Captures& captures) {
  if (value.is_string()) return json::value(fill(std::string(value.as_string()), captures, false));
  if (const auto* array = value.if_array()) {
    json::array out;
    for (const auto& element : *array) out.push_back(fill(element, captures));
    return out;
  }
  if (const auto* object = value.if_object()) {
    json::object out;
    for (const auto& member : *object) {
      out[fill(std::string(member.key()), captures, false)] = fill(member.value(), captures);
    }
    return out;
  }
  return value;
}

bool superset(const json::value& element, const json::value& part) {
  if (!part.is_object()) return element == part;
  if (!element.is_object()) return false;
  for (const auto& member : part.as_object()) {
    const auto* found = element.as_object().if_contains(member.key());
    if (found == nullptr || !superset(*found, member.value())) return false;
  }
  return true;
}

std::string type_of(const json::value& value) {
  if (value.is_string()) return "string";
  if (value.is_number()) return "number";
  if (value.is_bool()) return "boolean";
  return value.is_array() ? "array" : value.is_object() ? "object" : "null";
}

bool is_unset(const json::value* value) {
  return value == nullptr || value->is_null() || (value->is_string() && value->as_string().empty()) ||
         (value->is_array() && value->as_array().empty()) || (value->is_object() && value->as_object().empty());
}

bool holds(const std::string& op, const json::value* found, const json::value& wanted) {
  if (op == "absent") return found == nullptr;
  if (op == "unset") return is_unset(found);
  if (op == "exists") return found != nullptr;
  if (op == "none" && found == nullptr) return true;
  if (found == nullptr) return false;
  const auto* array = found->if_array();
  const auto any = [&] {
    return array != nullptr && std::ranges::any_of(*array, [&](const json::value& e) { return superset(e, wanted); });
  };
  if (op == "eq") return *found == wanted;
  if (op == "ne") return *found != wanted;
  if (op == "type") return type_of(*found) == wanted.as_string();
  if (op == "len") return array != nullptr && static_cast<std::int64_t>(array->size()) == wanted.as_int64();
  if (op == "lenGte") return array != nullptr && static_cast<std::int64_t>(array->size()) >= wanted.as_int64();
  if (op == "gte") return found->is_int64() && found->as_int64() >= wanted.as_int64();
  if (op == "lte") return found->is_int64() && found->as_int64() <= wanted.as_int64();
  if (op == "contains" || op == "any") return any();
  if (op == "none") return !any();
  if (op == "startsWith") return found->is_string() && found->as_string().starts_with(wanted.as_string());
  if (op == "in") return std::ranges::find(wanted.as_array(), *found) != wanted.as_array().end();
  ADD_FAILURE() << "unknown check " << op;
  return false;
}

// Every sequence of the fixtures.
json::array sequences() {
  json::array found;
  for (const char* path : {DOORWARD_DIALECTS, DOORWARD_MORE_DIALECTS}) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    for (json::value& sequence : json::parse(text.str()).at("sequences").as_array()) found.push_back(sequence);
  }
  return found;
}

class DialectSuite : public ScimSuite, public testing::WithParamInterface<std::string> {
 protected:
  void replay(std::string_view provider) {
    const std::set<std::string> features = advertised();
    std::size_t steps = 0;
    for (const json::value& sequence : sequences()) {
      if (sequence.at("idp").as_string() != provider) continue;
      Captures captures = {{"run", "r1"},
                           {"email", "u1.r1@example.test"},
                           {"email2", "u2.r1@example.test"},
                           {"email3", "u3.r1@example.test"},
                           {"EMAIL", "U1.R1@EXAMPLE.TEST"},
                           {"externalId", "Ext-One"},
                           {"externalId2", "Ext-Two"},
                           {"externalId3", "Ext-Three"},
                           {"EXTERNALID", "EXT-ONE"},
                           {"groupName", "Group One"},
                           {"groupName2", "Group Two"},
                           {"guid", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
                           {"unknownId", "9b2504e0-4f89-11d3-9a0c-0305e82c3302"}};
      for (const json::value& step : sequence.at("steps").as_array()) {
        if (!features.contains(std::string(step.at("tier").as_string()))) continue;
        run(step.as_object(), sequence.at("defaultHeaders").as_object(), captures);
        ++steps;
      }
    }
    EXPECT_GE(steps, 10U);
  }

 private:
  // The tiers of steps that this server must pass.
  std::set<std::string> advertised() {
    std::set<std::string> tiers = {"required", "lenient", "strict"};
    const json::value config = call("GET", "/ServiceProviderConfig").body;
    for (const char* feature : {"etag", "bulk"}) {
      if (config.at(feature).at("supported").as_bool()) tiers.insert(feature);
    }
    if (const auto* pagination = config.as_object().if_contains("pagination")) {
      if (pagination->at("cursor").as_bool()) tiers.insert("cursor");
    }
    return tiers;
  }

  // What goes with a request: the sequence's headers, and the step's in their place.
  static Sent with_headers(Sent sent, const json::object& defaults, const json::object& step) {
    json::object headers = defaults;
    if (const auto* own = step.if_contains("headers")) {
      for (const auto& member : own->as_object()) headers[member.key()] = member.value();
    }
    for (const auto& member : headers) {
      const std::string name = scim::fold_case(std::string_view(member.key()));
      const std::string value(member.value().as_string());
      if (name == "content-type") {
        sent.media_type = sent.body.empty() ? "" : value;
      } else {
        sent.headers.push_back({name, value});
      }
    }
    return sent;
  }

  void run(const json::object& step, const json::object& default_headers, Captures& captures) {
    clock_.advance(std::chrono::milliseconds(7));
    const bool anonymous = step.contains("auth") && step.at("auth") == "none";
    std::string body;
    if (step.at("body").is_string()) body = fill(std::string(step.at("body").as_string()), captures, false);
    if (step.at("body").is_object()) body = json::serialize(fill(step.at("body"), captures));
    const std::string path = fill(std::string(step.at("path").as_string()), captures, true);
    const std::string method(step.at("method").as_string());
    SCOPED_TRACE(fmt::format("{}: {} {} {}", std::string(step.at("name").as_string()), method, path, body));
    Sent sent{method, path, body, anonymous ? "" : home_.secret};
    const Answer answer = send(home_, with_headers(std::move(sent), default_headers, step));
    const json::object& expect = step.at("expect").as_object();
    const auto& allowed = expect.at("status").as_array();
    EXPECT_NE(std::ranges::find(allowed, json::value(answer.status)), allowed.end())
        << answer.status << " " << answer.text;
    if (step.contains("capture")) {
      for (const auto& member : step.at("capture").as_object()) {
        captures[std::string(member.key())] = answer.str(std::string(member.value().as_string()));
      }
    }
    if (answer.status != 204) {
      for (const json::value& raw : expect.at("bodyChecks").as_array()) {
        const json::object check = fill(raw, captures).as_object();
        json::error_code error;
        const json::value* found = answer.body.find_pointer(std::string(check.at("path").as_string()), error);
        const json::value wanted = check.contains("value") ? check.at("value") : json::value();
        EXPECT_TRUE(holds(std::string(check.at("op").as_string()), found, wanted)) << json::serialize(check) << "\n"
                                                                                   << answer.text;
      }
    }
    if (const auto* checks = expect.if_contains("headerChecks")) {
      for (const json::value& check : checks->as_array()) {
        const std::string header = answer.header(std::string(check.at("name").as_string()));
        const json::value found(header);
        const auto* wanted = check.as_object().if_contains("value");
        EXPECT_TRUE(holds(std::string(check.at("op").as_string()), header.empty() ? nullptr : &found,
                          wanted != nullptr ? *wanted : json::value()))
            << json::serialize(check);
      }
    }
  }
};

TEST_P(DialectSuite, EveryStepPasses) { replay(GetParam()); }

std::vector<std::string> providers() {
  std::vector<std::string> names;
  for (const json::value& sequence : sequences()) names.emplace_back(sequence.at("idp").as_string());
  return names;
}

INSTANTIATE_TEST_SUITE_P(EveryProvider, DialectSuite, testing::ValuesIn(providers()), [](const auto& provider) {
  std::string name = provider.param;
  std::erase(name, '-');
  return name;
});

TEST(Dialects, KnowEverySequenceOfTheFixtures) {
  EXPECT_THAT(providers(), testing::ElementsAre("okta", "entra", "google", "onelogin", "generic", "okta-wizard",
                                                "entra-flag", "jumpcloud", "pingfederate", "pingone", "rippling",
                                                "cyberark", "duo", "keycloak", "authentik"));
}

}  // namespace
}  // namespace doorward::test
