// Whatever is posted at an assertion consumer service, as far as anybody may post it: a form with each field once, or a
// refusal; and what is kept of the message is text within its bound.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "protocol/saml/post_binding.h"
#include "protocol/saml/redaction.h"
#include "protocol/saml/response_check.h"

using namespace doorward;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

bool is_refused_for_its_form(Reason reason) {
  return reason == Reason::kTooLarge || reason == Reason::kDuplicateParam || reason == Reason::kMalformedRequest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto posted = saml::read_post(body, {});
  if (!posted) {
    demand(is_refused_for_its_form(posted.error().reason));
    return 0;
  }
  demand(saml::looks_like_post(body) || posted->kind == saml::MessageKind::kRequest ||
         body.find('%') != std::string_view::npos);
  demand(posted->relay_state.size() <= saml::kMostReceivedRelayStateBytes);
  const auto xml = saml::decode_post_message(posted->message);
  if (!xml) {
    demand(xml.error().reason == Reason::kTooLarge || xml.error().reason == Reason::kBadBase64);
    return 0;
  }
  const std::string kept = saml::redacted_message(*xml);
  demand(!kept.empty() && kept.size() <= saml::kMostRedactedBytes);
  demand(is_valid_utf8(kept));
  return 0;
}
