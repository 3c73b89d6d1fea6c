// How many SAML responses the check takes in a second of CPU, from the form's base64 to the person:
//
//   doorward_response_rate FILE SECONDS
//
// FILE: what bench/node-saml/make.mjs writes. Prints a JSON object, rates by name.
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
#include "protocol/saml/response_check.h"

namespace {

namespace json = boost::json;
using namespace doorward;  // NOLINT(google-build-using-namespace): a program of one file

std::string text_at(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
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

  void check(std::string_view form) const {
    const auto xml = saml::decode_post_message(form);
    if (!xml) throw std::runtime_error("no base64");
    const saml::ResponseCheckInput input{
        .settings = settings, .service_provider = own, .sent = {}, .now = now(), .on_fact = {}};
    auto unused = saml::check_response(*xml, input);
    if (!unused) {
      throw std::runtime_error(std::string(reason_name(unused.error().reason)) + " " + unused.error().detail);
    }
    if (std::move(*unused).accept(true)->name_id.value != "00u1fcia9qHUS6n8f697")
      throw std::runtime_error("somebody else");
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
    checker.check(form);
    const double began = cpu_seconds();
    std::size_t checked = 0;
    double spent = 0;
    do {
      checker.check(form);
      ++checked;
      spent = cpu_seconds() - began;
    } while (spent < seconds);
    rates[name] = static_cast<double>(checked) / spent;
  }
  std::printf("%s\n", json::serialize(rates).c_str());
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
