// What people copy from the reference.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace doorward::edge {

// JSON with two blanks of indentation and a line for each member.
std::string indented(const boost::json::value& value);

// The command that calls an operation. `path` may hold {variables}, which become sample values.
std::string curl_command(std::string_view base_url, std::string_view method, std::string_view path,
                         const boost::json::object& operation);

// The command that fetches a token.
std::string token_command(std::string_view base_url);

}  // namespace doorward::edge
