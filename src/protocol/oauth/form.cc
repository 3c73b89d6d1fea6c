#include "protocol/oauth/form.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace doorward::oauth {
namespace {

tl::unexpected<Error> malformed(const char* sentence) { return failure(Reason::kMalformedRequest, sentence); }

}  // namespace

Result<Form> parse_form(std::string_view body) {
  if (body.size() > kMostFormBytes) return failure(Reason::kPayloadTooLarge, "The request body is too large.");
  Form form;
  std::size_t parameters = 0;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    if (pair.empty()) continue;
    if (++parameters > kMostParameters) return malformed("The request has too many parameters.");
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value || !is_valid_utf8(*name) || !is_valid_utf8(*value) || value->find('\0') != std::string::npos) {
      return malformed("The request body is not a well-formed form.");
    }
    if (value->empty()) continue;
    if (!form.emplace(*name, *std::move(value)).second) return malformed("A parameter is included more than once.");
  }
  return form;
}

bool is_form_media_type(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  const std::size_t end = type.find_last_not_of(" \t");
  return end != std::string_view::npos && ascii_lower(type.substr(0, end + 1)) == "application/x-www-form-urlencoded";
}

const std::string& value_of(const Form& form, std::string_view name) {
  static const std::string none;
  const auto found = form.find(name);
  return found == form.end() ? none : found->second;
}

}  // namespace doorward::oauth
