#include "app/service_provider/saml_logout_name.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "protocol/jose/strict_json.h"

namespace doorward {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& members, const char* name) {
  const json::value* value = members.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

Secret<std::string> SamlLogoutName::to_text() const {
  return Secret<std::string>(json::serialize(json::object{{"name_id", name_id.value},
                                                          {"format", name_id.format},
                                                          {"name_qualifier", name_id.name_qualifier},
                                                          {"sp_name_qualifier", name_id.sp_name_qualifier},
                                                          {"session_index", session_index}}));
}

std::optional<SamlLogoutName> SamlLogoutName::from_text(const Secret<std::string>& text) {
  const auto members = jose::parse_strict_object(text.reveal());
  if (!members) return std::nullopt;
  SamlLogoutName name{.name_id = {.value = text_of(*members, "name_id"),
                                  .format = text_of(*members, "format"),
                                  .name_qualifier = text_of(*members, "name_qualifier"),
                                  .sp_name_qualifier = text_of(*members, "sp_name_qualifier")},
                      .session_index = text_of(*members, "session_index")};
  if (name.name_id.value.empty()) return std::nullopt;
  return name;
}

}  // namespace doorward
