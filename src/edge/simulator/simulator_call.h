// What both protocols of the simulated provider do alike with a call.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "protocol/oauth/form.h"

namespace doorward::edge {

inline constexpr const char* kSimulatorTitle = "Identity provider simulator";

bool reads(const net::Request& request);
net::Response not_allowed(std::string allow);

// Empty when it is absent.
std::string header_of(const net::Request& request, std::string_view name);

// kUnsupportedMediaType, and those of oauth::parse_form.
Result<oauth::Form> posted_form(const net::Request& request);

// What is wrong with a form, for whoever filled it in.
std::string sentence_of(const Error& error);

}  // namespace doorward::edge
