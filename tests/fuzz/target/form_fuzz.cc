// Query strings and form bodies: refused, or at most so many parameters, whose text survives being written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "net/query.h"

using namespace doorward;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parameters = net::parse_parameters({reinterpret_cast<const char*>(data), size});
  if (!parameters) return 0;
  if (parameters->all().size() > net::kMaxParameters) std::abort();
  std::string text;
  for (const net::Parameter& one : parameters->all()) {
    if (!is_valid_utf8(one.name) || !is_valid_utf8(one.value)) std::abort();
    if (!text.empty()) text += '&';
    text += percent_encode(one.name) + "=" + percent_encode(one.value);
  }
  const auto again = net::parse_parameters(text);
  if (!again || again->all().size() != parameters->all().size()) std::abort();
  for (std::size_t i = 0; i < again->all().size(); ++i) {
    if (again->all()[i].name != parameters->all()[i].name || again->all()[i].value != parameters->all()[i].value) {
      std::abort();
    }
  }
  return 0;
}
