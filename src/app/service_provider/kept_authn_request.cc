#include "app/service_provider/kept_authn_request.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdint>

#include "protocol/jose/strict_json.h"

namespace doorward {

namespace json = boost::json;

Secret<std::string> KeptAuthnRequest::to_text() const {
  return Secret<std::string>(json::serialize(
      json::object{{"sent_at", to_micros(sent_at)},
                   {"force_authn", force_authn},
                   {"contexts", json::array(authn_context_class_refs.begin(), authn_context_class_refs.end())}}));
}

std::optional<KeptAuthnRequest> KeptAuthnRequest::from_text(const Secret<std::string>& text) {
  const auto members = jose::parse_strict_object(text.reveal());
  if (!members) return std::nullopt;
  const json::value* sent_at = members->if_contains("sent_at");
  const json::value* force_authn = members->if_contains("force_authn");
  const json::value* contexts = members->if_contains("contexts");
  if (sent_at == nullptr || !sent_at->is_int64() || force_authn == nullptr || !force_authn->is_bool()) {
    return std::nullopt;
  }
  if (contexts == nullptr || !contexts->is_array()) return std::nullopt;
  KeptAuthnRequest kept{.sent_at = from_micros(sent_at->get_int64()), .force_authn = force_authn->get_bool()};
  for (const json::value& context : contexts->get_array()) {
    if (!context.is_string()) return std::nullopt;
    kept.authn_context_class_refs.emplace_back(context.get_string());
  }
  return kept;
}

}  // namespace doorward
