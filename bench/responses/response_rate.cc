// How many SAML responses the check takes in a second of CPU, from the form's base64 to the person, and what it costs
// to refuse a message, from the form or the query to the reason:
//
//   doorward_response_rate FILE SECONDS
//
// FILE: what bench/node-saml/make.mjs writes. Prints a JSON object, rates and microseconds by name. Ends with 1 when a
// response is refused, or a message that is to be refused is so for another reason than FILE says.
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "protocol/saml/certificate_text.h"
#include "protocol/saml/redirect_binding.h"
#include "protocol/saml/response_check.h"

namespace {

namespace json = boost::json;
using namespace doorward;  // NOLINT(google-build-using-namespace): a program of one file

std::string text_at(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

template <class T>
std::string_view reason_of(const Result<T>& result) {
  return result ? "none" : reason_name(result.error().reason);
}

double cpu_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

Timestamp now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

struct Checker {
  SamlSettings settings;
  saml::ServiceProvider own;

  Result<saml::UnusedAssertion> check(std::string_view form) const {
    DOORWARD_TRY(const std::string xml, saml::decode_post_message(form));
    return saml::check_response(
        xml, {.settings = settings, .service_provider = own, .sent = {}, .now = now(), .on_fact = {}});
  }

  void accept(std::string_view form) const {
    auto unused = check(form);
    if (!unused) {
      throw std::runtime_error(std::string(reason_name(unused.error().reason)) + " " + unused.error().detail);
    }
    if (std::move(*unused).accept(true)->name_id.value != "00u1fcia9qHUS6n8f697")
      throw std::runtime_error("somebody else");
  }
};

// A message that is never taken.
struct Refused {
  std::string name;
  std::string reason;
  std::string form;   // by POST, or
  std::string query;  // by redirect

  static Refused read(const json::object& one) {
    return {.name = text_at(one, "name"),
            .reason = text_at(one, "reason"),
            .form = text_at(one, "form"),
            .query = text_at(one, "query")};
  }

  void refuse(const Checker& checker) const {
    const std::string_view found =
        query.empty() ? reason_of(checker.check(form)) : reason_of(saml::read_redirect(query));
    if (found != reason) throw std::runtime_error(name + ": " + std::string(found) + " instead of " + reason);
  }
};

Checker checker_of(const json::object& made) {
  Checker checker;
  checker.settings.provider.entity_id = text_at(made, "issuer");
  auto certificate = saml::read_certificate(text_at(made, "certificate"), now());
  if (!certificate) throw std::runtime_error(certificate.error().message);
  checker.settings.provider.certificates.push_back(*std::move(certificate));
  checker.own = {.entity_id = text_at(made, "entity_id"),
                 .acs_urls = {text_at(made, "acs_url")},
                 .received_at = text_at(made, "acs_url"),
                 .decryption_keys = {}};
  return checker;
}

// A refusal is so short that less time tells as much.
constexpr double kRefusalShare = 0.2;

// Of CPU, for each of as many times as take `seconds`.
template <class Once>
double seconds_each(double seconds, Once once) {
  once();
  const double began = cpu_seconds();
  std::size_t times = 0;
  double spent = 0;
  do {
    once();
    ++times;
    spent = cpu_seconds() - began;
  } while (spent < seconds);
  return spent / static_cast<double>(times);
}

void run(const char* file, double seconds) {
  std::ifstream in(file);
  const json::value made = json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  Checker checker = checker_of(made.as_object());
  json::object rates;
  for (const json::value& one : made.at("responses").as_array()) {
    const std::string name = text_at(one.as_object(), "name");
    const std::string form = text_at(one.as_object(), "form");
    checker.settings.signing_option =
        name == "both signed" ? SamlSigningOption::kResponseAndAssertion : SamlSigningOption::kAssertion;
    rates[name] = 1 / seconds_each(seconds, [&] { checker.accept(form); });
  }
  checker.settings.signing_option = SamlSigningOption::kAssertion;
  json::object refusal_us;
  for (const json::value& one : made.at("refusals").as_array()) {
    const Refused refused = Refused::read(one.as_object());
    refusal_us[refused.name] = 1e6 * seconds_each(kRefusalShare * seconds, [&] { refused.refuse(checker); });
  }
  std::printf("%s\n", json::serialize(json::object{{"rates", rates}, {"refusal_us", refusal_us}}).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: doorward_response_rate FILE SECONDS\n");
    return 2;
  }
  try {
    run(argv[1], std::atof(argv[2]));
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "doorward_response_rate: %s\n", fault.what());
    return 1;
  }
  return 0;
}
