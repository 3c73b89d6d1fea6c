// Domains whose addresses anybody can have: webmail, mail of internet providers, throw-away mail.
#pragma once

#include <string_view>

namespace doorward {

// Of the domain itself or of one above it. `name` is canonical (domain/domain_name.h). The list is not complete and
// need not be: what it misses still has to be vouched for or proven by DNS.
bool is_mail_provider(std::string_view name);

}  // namespace doorward
