// Whatever is given for a domain or an e-mail address: one form that stays as it is, or nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/domain_name.h"

using namespace doorward;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

bool is_canonical(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto name = canonical_domain(text)) {
    demand(!name->empty() && name->size() <= kMaxDomainName && std::ranges::all_of(*name, is_canonical));
    demand(name->front() != '.' && name->back() != '.');
    demand(canonical_domain(*name) == name);
    if (check_business_domain(*name)) demand(name->contains('.') && !is_public_suffix(*name));
  }
  if (const auto domain = email_domain(text)) {
    demand(domain == canonical_domain(text.substr(text.rfind('@') + 1)));
    demand(domain == email_domain("x@" + *domain));
  }
  return 0;
}
