// Opaque tokens that a client keeps for us: text of unreserved URL characters that nobody else can make, bound to a
// purpose and a scope.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "ports/mac.h"

namespace doorward {

// `payload` is readable by whoever holds the token.
std::string seal_token(const Mac& mac, std::string_view purpose, std::string_view scope, std::string_view payload);

// The payload; nullopt for whatever was not sealed under this purpose and scope.
std::optional<std::string> open_token(const Mac& mac, std::string_view purpose, std::string_view scope,
                                      std::string_view token);

// Joins the parts of a scope so that no two lists of parts give the same text.
std::string page_scope(std::initializer_list<std::string_view> parts);

}  // namespace doorward
