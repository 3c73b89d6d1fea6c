#include "rpc/openapi/answers.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <map>
#include <string>
#include <vector>

#include "doorward/v1/annotations.pb.h"
#include "rpc/error_info.h"
#include "rpc/openapi/example.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;
using Reasons = std::vector<Reason>;

struct CommonAnswer {
  const char* component;
  int status;
  const char* sentence;
  Reasons reasons;
};

// What every method can answer; where it depends on the request, those that take a body.
const std::vector<CommonAnswer>& common_answers() {
  static const std::vector<CommonAnswer> answers = {
      {"InvalidRequest",
       400,
       "The request breaks a rule: `validation_error_info` names the fields.",
       {Reason::kInvalidArgument, Reason::kMalformedRequest}},
      {"Unauthenticated",
       401,
       "The bearer token is missing or not good: fetch a new one.",
       {Reason::kMissingCredentials, Reason::kInvalidToken, Reason::kTokenExpired, Reason::kTokenRevoked,
        Reason::kWrongTokenClass, Reason::kClientDisabled, Reason::kApiAccessDenied}},
      {"PayloadTooLarge", 413, "The body is too large.", {Reason::kPayloadTooLarge}},
      {"UnsupportedMediaType", 415, "The body is not `application/json`.", {Reason::kUnsupportedMediaType}},
      {"TooManyRequests", 429, "Too many requests: wait as long as `Retry-After` says.", {Reason::kRateLimited}},
      {"Internal", 500, "A fault of Doorward. Its log has the details under the `request_id`.", {Reason::kInternal}},
      {"Unavailable",
       503,
       "Doorward cannot serve now: wait as long as `Retry-After` says, then repeat.",
       {Reason::kOverloaded, Reason::kStoreUnavailable, Reason::kStoreBusy}},
      {"DeadlineExceeded",
       504,
       "The request took too long; whether it took effect is not known.",
       {Reason::kDeadlineExceeded}},
  };
  return answers;
}

json::object content(json::object schema) {
  return {{"application/json", json::object{{"schema", std::move(schema)}}}};
}

std::string codes(const Reasons& reasons) {
  std::string out;
  for (const Reason reason : reasons) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", error_code(reason));
  return out;
}

json::object error_answer(std::string_view sentence, const Reasons& reasons, int status) {
  json::object answer{{"description", fmt::format("{} Codes: {}.", sentence, codes(reasons))}};
  if (status == 429 || status == 503) {
    answer["headers"] =
        json::object{{"Retry-After", json::object{{"description", "Seconds to wait."},
                                                  {"schema", json::object{{"type", "integer"}, {"minimum", 1}}}}}};
  }
  answer["content"] = content({{"$ref", "#/components/schemas/ErrorInfo"}});
  return answer;
}

bool applies(const CommonAnswer& answer, const DeclaredRoute& declared) {
  if (answer.status == 401) return !declared.route.method->open;
  if (answer.status == 413 || answer.status == 415) return declared.route.body != RestRoute::Body::kNone;
  return true;
}

std::string_view sentence_of(int status) {
  switch (status) {
    case 404:
      return "What the request names is not there.";
    case 409:
      return "It conflicts with what is there.";
    case 403:
      return "The caller may not do it.";
    default:
      return "It cannot be done as things are.";
  }
}

}  // namespace

json::object answers(const DeclaredRoute& declared, const google::protobuf::MethodDescriptor* method,
                     const Schemas& schemas) {
  std::map<int, Reasons> own;
  for (const std::string& name : method->options().GetExtension(doorward::v1::errors).reasons()) {
    if (const auto reason = find_reason(name)) own[http_status(make_error(*reason, ""))].push_back(*reason);
  }
  std::map<int, json::object> by_status;
  for (const auto& [status, reasons] : own) by_status[status] = error_answer(sentence_of(status), reasons, status);
  for (const CommonAnswer& common : common_answers()) {
    if (!applies(common, declared)) continue;
    if (const auto found = own.find(common.status); found != own.end()) {
      Reasons all = common.reasons;
      all.insert(all.end(), found->second.begin(), found->second.end());
      by_status[common.status] = error_answer(common.sentence, all, common.status);
    } else {
      by_status[common.status] = {{"$ref", std::string("#/components/responses/") + common.component}};
    }
  }
  json::object success = content(schemas.of(method->output_type()));
  success["application/json"].get_object()["example"] = answer_example(method->output_type());
  json::object out;
  out[std::to_string(declared.route.method->success_status)] =
      json::object{{"description", "Done."}, {"content", std::move(success)}};
  for (auto& [status, answer] : by_status) out[std::to_string(status)] = std::move(answer);
  return out;
}

json::object answer_components() {
  json::object out;
  for (const CommonAnswer& common : common_answers()) {
    out[common.component] = error_answer(common.sentence, common.reasons, common.status);
  }
  return out;
}

}  // namespace doorward::rpc
