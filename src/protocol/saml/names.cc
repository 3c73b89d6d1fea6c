#include "protocol/saml/names.h"

namespace doorward::saml {

std::string_view name_id_format_uri(NameIdFormat format) {
  switch (format) {
    case NameIdFormat::kNil:
      return {};
    case NameIdFormat::kUnspecified:
      return kNameIdUnspecified;
    case NameIdFormat::kEmail:
      return kNameIdEmail;
    case NameIdFormat::kTransient:
      return kNameIdTransient;
    case NameIdFormat::kPersistent:
      return kNameIdPersistent;
  }
  return {};
}

}  // namespace doorward::saml
