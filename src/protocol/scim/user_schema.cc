#include "protocol/scim/limits.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {
namespace {

Attribute text(std::string name, std::string description) {
  return {.name = std::move(name), .description = std::move(description)};
}

Attribute flag(std::string name, std::string description) {
  return {.name = std::move(name), .type = Type::kBoolean, .description = std::move(description)};
}

Attribute complex(std::string name, std::string description, std::vector<Attribute> subs) {
  return {.name = std::move(name),
          .type = Type::kComplex,
          .description = std::move(description),
          .sub_attributes = std::move(subs)};
}

Attribute external_reference(std::string name, std::string description) {
  return {.name = std::move(name),
          .type = Type::kReference,
          .description = std::move(description),
          .case_exact = true,
          .reference_types = {"external"}};
}

// A multi-valued attribute with the usual sub-attributes (RFC 7643 section 2.4) around the given `value`.
Attribute plural(std::string name, std::string description, Attribute value, std::vector<std::string> types) {
  value.name = "value";
  Attribute type = text("type", "What the value is for.");
  type.canonical_values = std::move(types);
  Attribute attribute = complex(std::move(name), std::move(description),
                                {std::move(value), text("display", "The value as people should read it."),
                                 std::move(type), flag("primary", "True for the preferred value; at most one.")});
  attribute.multi_valued = true;
  return attribute;
}

Attribute addresses() {
  Attribute country = text("country", "Country; two upper-case letters of ISO 3166-1.");
  country.country_code = true;
  Attribute type = text("type", "What the address is for.");
  type.canonical_values = {"work", "home", "other"};
  Attribute attribute = complex(
      "addresses", "Postal addresses.",
      {text("formatted", "The whole address as on a label."), text("streetAddress", "Street, house number, box."),
       text("locality", "City or town."), text("region", "State or region."), text("postalCode", "Postal code."),
       std::move(country), std::move(type), flag("primary", "True for the preferred address; at most one.")});
  attribute.multi_valued = true;
  return attribute;
}

Attribute groups() {
  Attribute attribute{
      .name = "groups",
      .type = Type::kComplex,
      .multi_valued = true,
      .description = "Groups that the user belongs to; changed through the groups.",
      .mutability = Mutability::kReadOnly,
      .sub_attributes = {
          {.name = "value", .description = "Id of the group.", .case_exact = true, .mutability = Mutability::kReadOnly},
          {.name = "$ref",
           .type = Type::kReference,
           .description = "Address of the group.",
           .case_exact = true,
           .mutability = Mutability::kReadOnly,
           .reference_types = {"Group"}},
          {.name = "display", .description = "Name of the group.", .mutability = Mutability::kReadOnly},
          {.name = "type",
           .description = "How the membership came about.",
           .mutability = Mutability::kReadOnly,
           .canonical_values = {"direct"}}}};
  return attribute;
}

Schema user_schema() {
  Attribute user_name = text("userName", "Name by which the user signs in at the identity provider.");
  user_name.required = true;
  user_name.uniqueness = Uniqueness::kServer;
  user_name.max_bytes = limits::kIndexedValueBytes;
  Attribute display_name = text("displayName", "Name to show for the user.");
  display_name.max_bytes = limits::kIndexedValueBytes;
  Attribute email = text("value", "E-mail address.");
  email.max_bytes = limits::kIndexedValueBytes;
  Attribute password = text("password", "Accepted and dropped: Doorward keeps no directory passwords.");
  password.case_exact = true;
  password.mutability = Mutability::kWriteOnly;
  password.returned = Returned::kNever;
  Attribute certificate{
      .name = "value", .type = Type::kBinary, .description = "DER certificate in base64.", .case_exact = true};

  return {.id = std::string(kUserUrn),
          .name = "User",
          .description = "User account",
          .attributes = {std::move(user_name),
                         complex("name", "Parts of the user's name.",
                                 {text("formatted", "The full name."), text("familyName", "Family name."),
                                  text("givenName", "Given name."), text("middleName", "Middle name."),
                                  text("honorificPrefix", "Title before the name."),
                                  text("honorificSuffix", "Suffix behind the name.")}),
                         std::move(display_name),
                         text("nickName", "Casual name."),
                         external_reference("profileUrl", "Address of the user's profile page."),
                         text("title", "Job title."),
                         text("userType", "Relation to the organization, such as employee or contractor."),
                         text("preferredLanguage", "Preferred language, as in Accept-Language."),
                         text("locale", "Locale for numbers, dates and currency."),
                         text("timezone", "Time zone name of the IANA database."),
                         flag("active", "False when the user may not sign in."),
                         std::move(password),
                         plural("emails", "E-mail addresses.", std::move(email), {"work", "home", "other"}),
                         plural("phoneNumbers", "Telephone numbers.", text("value", "Telephone number."),
                                {"work", "home", "mobile", "fax", "pager", "other"}),
                         plural("ims", "Instant messaging addresses.", text("value", "Instant messaging address."), {}),
                         plural("photos", "Addresses of pictures.",
                                external_reference("value", "Address of a picture."), {"photo", "thumbnail"}),
                         addresses(),
                         groups(),
                         plural("entitlements", "What the user is entitled to.", text("value", "Entitlement."), {}),
                         plural("roles", "Roles at the identity provider.", text("value", "Role."), {}),
                         plural("x509Certificates", "Certificates issued to the user.", std::move(certificate), {})}};
}

Schema enterprise_user_schema() {
  Attribute manager_id = text("value", "Id of the manager.");
  manager_id.case_exact = true;
  manager_id.max_bytes = limits::kIndexedValueBytes;
  Attribute manager_ref{.name = "$ref",
                        .type = Type::kReference,
                        .description = "Address of the manager.",
                        .case_exact = true,
                        .reference_types = {"User"}};
  Attribute manager_name = text("displayName", "Name of the manager.");
  manager_name.mutability = Mutability::kReadOnly;
  return {.id = std::string(kEnterpriseUserUrn),
          .name = "EnterpriseUser",
          .description = "Enterprise user",
          .attributes = {text("employeeNumber", "Number given by the employer."), text("costCenter", "Cost center."),
                         text("organization", "Organization."), text("division", "Division."),
                         text("department", "Department."),
                         complex("manager", "The user's manager.",
                                 {std::move(manager_id), std::move(manager_ref), std::move(manager_name)})}};
}

}  // namespace

const ResourceType& user_type() {
  static const ResourceType type{.name = "User",
                                 .endpoint = "/Users",
                                 .description = "User account",
                                 .schema = user_schema(),
                                 .extensions = {{.schema = enterprise_user_schema(), .required = false}}};
  return type;
}

}  // namespace doorward::scim
