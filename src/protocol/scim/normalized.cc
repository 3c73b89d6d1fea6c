#include "protocol/scim/normalized.h"

#include <array>
#include <string_view>

#include "protocol/scim/preferred_element.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

struct Rename {
  std::string_view from;
  std::string_view to;
};

constexpr auto kCore = std::to_array<Rename>({{"userName", "preferred_username"},
                                              {"nickName", "nickname"},
                                              {"title", "title"},
                                              {"userType", "user_type"},
                                              {"preferredLanguage", "language"},
                                              {"locale", "locale"},
                                              {"timezone", "zoneinfo"},
                                              {"profileUrl", "profile"}});
constexpr auto kEnterprise = std::to_array<Rename>({{"employeeNumber", "employee_id"},
                                                    {"costCenter", "cost_center"},
                                                    {"organization", "organization"},
                                                    {"division", "division"},
                                                    {"department", "department"}});
constexpr auto kAddress = std::to_array<Rename>({{"formatted", "formatted"},
                                                 {"streetAddress", "street_address"},
                                                 {"locality", "locality"},
                                                 {"region", "region"},
                                                 {"postalCode", "postal_code"},
                                                 {"country", "country"}});

std::string_view text(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  if (found == nullptr || !found->is_string()) return {};
  return {found->get_string().data(), found->get_string().size()};
}

const json::object& member_object(const json::object& object, std::string_view name) {
  static const json::object nothing;
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_object() ? found->get_object() : nothing;
}

template <std::size_t N>
void copy(const json::object& from, const std::array<Rename, N>& names, json::object& to) {
  for (const Rename& rename : names) {
    if (const auto value = text(from, rename.from); !value.empty()) to[rename.to] = value;
  }
}

// The object to use among the values of an attribute; nullptr when there is none. `needed` must be there for one to
// count, unless it is empty.
const json::object* choose(const json::object& document, std::string_view attribute, std::string_view needed,
                           std::string_view preferred_type) {
  const json::value* found = document.if_contains(attribute);
  const json::array* elements = found != nullptr ? found->if_array() : nullptr;
  if (elements == nullptr) return nullptr;
  const json::value* chosen = preferred_element(*elements, preferred_type, [&](const json::value& value) {
    const json::object* element = value.if_object();
    return element != nullptr && (needed.empty() || !text(*element, needed).empty());
  });
  return chosen == nullptr ? nullptr : &chosen->get_object();
}

bool looks_like_address(std::string_view name) {
  const std::size_t at = name.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < name.size() && name.find('@', at + 1) == name.npos &&
         name.find_first_of(" \t\r\n") == name.npos;
}

std::string full_name(const json::object& document) {
  const json::object& name = member_object(document, "name");
  if (const auto formatted = text(name, "formatted"); !formatted.empty()) return std::string(formatted);
  if (const auto display = text(document, "displayName"); !display.empty()) return std::string(display);
  std::string joined;
  for (const std::string_view part : {text(name, "givenName"), text(name, "middleName"), text(name, "familyName")}) {
    if (part.empty()) continue;
    if (!joined.empty()) joined += ' ';
    joined += part;
  }
  return joined;
}

}  // namespace

bool is_active(const json::object& document) {
  const json::value* active = document.if_contains("active");
  return active == nullptr || !active->is_bool() || active->get_bool();
}

std::string chosen_email(const json::object& document) {
  if (const json::object* email = choose(document, "emails", "value", "work"))
    return std::string(text(*email, "value"));
  const std::string_view user_name = text(document, "userName");
  return looks_like_address(user_name) ? std::string(user_name) : std::string();
}

json::object normalized_user(const json::object& document) {
  json::object out;
  copy(document, kCore, out);
  if (const std::string email = chosen_email(document); !email.empty()) out["email"] = email;
  if (const std::string name = full_name(document); !name.empty()) out["name"] = name;
  const json::object& name = member_object(document, "name");
  if (const auto given = text(name, "givenName"); !given.empty()) out["given_name"] = given;
  if (const auto family = text(name, "familyName"); !family.empty()) out["family_name"] = family;
  if (const json::object* phone = choose(document, "phoneNumbers", "value", "work")) {
    out["phone_number"] = text(*phone, "value");
  }
  if (const json::object* photo = choose(document, "photos", "value", "photo")) out["picture"] = text(*photo, "value");
  if (const json::object* address = choose(document, "addresses", {}, "work")) {
    json::object parts;
    copy(*address, kAddress, parts);
    if (!parts.empty()) out["address"] = std::move(parts);
  }
  copy(member_object(document, kEnterpriseUserUrn), kEnterprise, out);
  return out;
}

}  // namespace doorward::scim
