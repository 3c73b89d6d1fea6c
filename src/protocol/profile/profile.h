// The provider-independent profile: the same fields whoever the provider is and whichever protocol it speaks. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/connection.h"

namespace doorward::profile {

inline constexpr std::size_t kMostEmailBytes = 254;
// An attribute beyond this is taken as absent: our tokens travel in headers.
inline constexpr std::size_t kMostAttributeBytes = std::size_t{2} * 1024;
// Of all raw attributes together; those that do not fit are left out.
inline constexpr std::size_t kMostRawAttributesBytes = std::size_t{4} * 1024;

struct Profile {
  std::string email;
  bool email_verified = false;  // the provider says so and may be believed
  // Further claims of our ID token: name, given_name, family_name, preferred_username, picture, locale, phone_number,
  // …, `groups` where a connection maps them, custom attributes, and `identities`. Neither `sub`, `email` nor
  // `email_verified`.
  boost::json::object claims;
  boost::json::object raw_attributes;  // all that the provider said of the person, without what the protocol needs
};

// What a value must be to count; kPrinted takes a number too and makes a text of it; kEmail is a text that is a usable
// address.
enum class AttributeForm : std::uint8_t { kText, kPrinted, kNumber, kFlag, kArray, kObject, kEmail };

struct StandardAttribute {
  std::string_view name;
  AttributeForm form;
};

// The attributes that every profile has where the provider tells them (OpenID Connect Core section 5.1), `email` and
// `email_verified` apart; `groups` only where the connection maps it.
std::span<const StandardAttribute> standard_attributes();

// Of a custom attribute.
AttributeForm form_of(const SsoUserAttribute& attribute);

// The value where it has this form and is within bounds.
std::optional<boost::json::value> in_form(const boost::json::value& value, AttributeForm form);

// A provider's name for an attribute besides the attribute's own. A row without provider (kUnspecified) is for every
// provider.
struct AttributeAlias {
  ConnectionProvider provider;
  std::string_view attribute;
  std::string_view source;
};

// Names to try, best first: the connection's mapping alone where it has one, else `fallback` alone where there is one,
// else the attribute's own name, the aliases of the provider, and those for every provider. `groups` has no
// default.
std::vector<std::string_view> sources_of(const Connection& connection, std::string_view attribute,
                                         std::string_view fallback, std::span<const AttributeAlias> aliases);

// The same of a connection without a mapping.
std::vector<std::string_view> default_sources(ConnectionProvider provider, std::string_view attribute,
                                              std::span<const AttributeAlias> aliases);

// What one provider said of one person.
class ProviderAttributes {
 public:
  virtual ~ProviderAttributes() = default;

  // The best source that has a value of this form.
  virtual std::optional<boost::json::value> find(std::string_view attribute, std::string_view fallback,
                                                 AttributeForm form) const = 0;
  // Where a custom attribute comes from that the connection does not map; empty: from what bears its own name.
  virtual std::string_view default_source(const SsoUserAttribute& attribute) const = 0;
  // All of it, by the provider's names. Those that do not fit are left out by make_profile().
  virtual boost::json::object raw() const = 0;
};

// `attributes`: the environment's custom ones; disabled ones are left out. email_verified is left for the protocol to
// judge. kMandatoryAttributeMissing: no usable e-mail address, or a required custom attribute is absent.
Result<Profile> make_profile(const Connection& connection, const ProviderAttributes& said,
                             std::span<const SsoUserAttribute> attributes);

// The entry of the claim `identities`. The raw attributes are JSON in a text: what the published SDKs read.
boost::json::object identity_claim(const Connection& connection, const boost::json::object& raw_attributes);

}  // namespace doorward::profile
