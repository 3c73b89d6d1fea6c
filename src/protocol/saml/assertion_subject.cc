#include "protocol/saml/assertion_subject.h"

#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/oidc/mismatch.h"
#include "protocol/saml/names.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

tl::unexpected<Error> invalid_name_id(std::string detail) {
  return tl::unexpected(make_error(Reason::kNameIdInvalid,
                                   "The provider's assertion names the person in a way that is "
                                   "not accepted.",
                                   std::move(detail)));
}

tl::unexpected<Error> misshapen(std::string_view where) {
  return tl::unexpected(make_error(Reason::kNameIdShape, "The provider's assertion holds elements where text belongs.",
                                   oidc::shortened(where)));
}

tl::unexpected<Error> encrypted(const char* what) {
  return tl::unexpected(make_error(Reason::kUnsupportedEncryptedId,
                                   "The provider encrypts parts of its assertion. Encrypt the whole assertion instead.",
                                   what));
}

// `text` is UTF-8: libxml2 read it.
std::vector<std::uint32_t> characters_of(std::string_view text) {
  std::vector<std::uint32_t> characters;
  for (const char c : text) {
    const auto octet = static_cast<std::uint8_t>(c);
    if ((octet & 0xC0U) == 0x80U) {
      characters.back() = (characters.back() << 6U) | (octet & 0x3FU);
    } else {
      characters.push_back(octet < 0x80 ? octet : octet & (octet >= 0xF0 ? 0x07U : octet >= 0xE0 ? 0x0FU : 0x1FU));
    }
  }
  return characters;
}

// Controls, and what turns the direction of text: a name with them looks like another one.
bool is_deceptive(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

// A provider may leave the format unsaid, whatever was asked for; it may not say another.
bool is_format_accepted(std::string_view format, NameIdFormat configured) {
  if (format == kNameIdEntity || format == kNameIdEncrypted) return false;
  if (format == kNameIdUnspecified || configured == NameIdFormat::kNil || configured == NameIdFormat::kUnspecified) {
    return true;
  }
  return format == name_id_format_uri(configured);
}

bool is_nil(const _xmlNode& value) {
  for (const xmlAttr* at = value.properties; at != nullptr; at = at->next) {
    if (at->ns == nullptr || reinterpret_cast<const char*>(at->ns->href) != kSchemaInstanceNs ||
        reinterpret_cast<const char*>(at->name) != std::string_view("nil") || at->children == nullptr ||
        at->children->content == nullptr) {
      continue;
    }
    const std::string_view text = trimmed(reinterpret_cast<const char*>(at->children->content));
    return text == "true" || text == "1";
  }
  return false;
}

// nullopt: elements stand in it that are no NameID.
std::optional<std::string> text_of_value(const _xmlNode& value) {
  const _xmlNode* first = first_element(value);
  const bool is_name_id = first != nullptr && is_element(*first, kAssertionNs, "NameID") &&
                          next_element(*first) == nullptr && has_only_elements(value);
  return text_of(is_name_id ? *first : value);
}

class AttributeReader {
 public:
  Result<void> read(const _xmlNode& element) {
    const std::string name = attribute(element, "Name").value_or("");
    if (name.empty()) return failure(Reason::kSamlShape, "The provider's assertion holds an attribute without name.");
    const auto [place, is_new] = places_.try_emplace(name, attributes_.size());
    if (is_new) {
      if (attributes_.size() >= kMostSamlAttributes) return too_many();
      attributes_.push_back(
          {.name = name, .friendly_name = attribute(element, "FriendlyName").value_or(""), .values = {}});
    }
    SamlAttribute& into = attributes_[place->second];
    for (const _xmlNode& value : elements_of(element)) {
      if (!is_element(value, kAssertionNs, "AttributeValue") || is_nil(value)) continue;
      const std::optional<std::string> text = text_of_value(value);
      if (!text) return misshapen(name);
      const std::string_view whole = trimmed(*text);
      if (++values_ > kMostSamlAttributeValues || whole.size() > kMostSamlValueBytes) return too_many();
      into.values.emplace_back(whole);
    }
    return {};
  }

  std::vector<SamlAttribute> take() && { return std::move(attributes_); }

 private:
  static tl::unexpected<Error> too_many() {
    return failure(Reason::kTooManyAttributeValues,
                   "The provider's assertion says more of the person than is accepted.");
  }

  std::vector<SamlAttribute> attributes_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::size_t values_ = 0;
};

}  // namespace

Result<SamlNameId> read_name_id(const _xmlNode& assertion, const SamlSettings& settings, const ServiceProvider& own) {
  const _xmlNode* subject = find_child(assertion, kAssertionNs, "Subject");
  if (subject == nullptr) return invalid_name_id("no Subject");
  if (find_child(*subject, kAssertionNs, "EncryptedID") != nullptr) return encrypted("EncryptedID");
  const _xmlNode* element = find_child(*subject, kAssertionNs, "NameID");
  if (element == nullptr) return invalid_name_id("no NameID");
  const std::optional<std::string> text = text_of(*element);
  if (!text) return misshapen("NameID");

  SamlNameId name_id{.value = std::string(trimmed(*text)),
                     .format = attribute(*element, "Format").value_or(std::string(kNameIdUnspecified)),
                     .name_qualifier = attribute(*element, "NameQualifier").value_or(""),
                     .sp_name_qualifier = attribute(*element, "SPNameQualifier").value_or("")};
  const std::vector<std::uint32_t> characters = characters_of(name_id.value);
  if (characters.empty() || characters.size() > kMostNameIdCharacters ||
      std::ranges::any_of(characters, is_deceptive)) {
    return invalid_name_id("empty, too long, or with control characters");
  }
  if (!is_format_accepted(name_id.format, settings.name_id_format)) {
    return invalid_name_id(oidc::mismatch(name_id_format_uri(settings.name_id_format), name_id.format));
  }
  if (!name_id.sp_name_qualifier.empty() && name_id.sp_name_qualifier != own.entity_id) {
    return invalid_name_id(oidc::mismatch(own.entity_id, name_id.sp_name_qualifier));
  }
  return name_id;
}

Result<std::vector<SamlAttribute>> read_attributes(const _xmlNode& assertion) {
  AttributeReader reader;
  for (const _xmlNode& statement : elements_of(assertion)) {
    if (!is_element(statement, kAssertionNs, "AttributeStatement")) continue;
    for (const _xmlNode& element : elements_of(statement)) {
      if (is_element(element, kAssertionNs, "EncryptedAttribute")) return encrypted("EncryptedAttribute");
      if (is_element(element, kAssertionNs, "Attribute")) DOORWARD_CHECK(reader.read(element));
    }
  }
  return std::move(reader).take();
}

}  // namespace doorward::saml
