#include "protocol/saml/attribute_aliases.h"

#include <array>

namespace doorward::saml {
namespace {

using enum ConnectionProvider;

// Names that only letter case tells apart stand here once: the reader takes them for one.
constexpr auto kAliases = std::to_array<profile::AttributeAlias>({
    // Entra's default claims: `name` is the user principal name.
    {kMicrosoftAd, "email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"},
    {kMicrosoftAd, "email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"},
    {kMicrosoftAd, "email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"},
    {kMicrosoftAd, "name", "http://schemas.microsoft.com/identity/claims/displayname"},
    {kMicrosoftAd, "preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"},
    // AD FS: `name` is DOMAIN\account.
    {kAdfs, "email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"},
    {kAdfs, "email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"},
    {kAdfs, "name", "http://schemas.xmlsoap.org/claims/CommonName"},
    {kAdfs, "preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"},
    {kAuth0, "name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"},
    {kAuth0, "preferred_username", "http://schemas.auth0.com/nickname"},
    {kAuth0, "picture", "http://schemas.auth0.com/picture"},
    {kAuth0, "email_verified", "http://schemas.auth0.com/email_verified"},
    {kOkta, "preferred_username", "login"},
    {kOneLogin, "email", "User.email"},
    {kOneLogin, "given_name", "User.FirstName"},
    {kOneLogin, "family_name", "User.LastName"},
    {kPingIdentity, "email", "saml_subject"},
    {kSalesforce, "preferred_username", "username"},

    {kUnspecified, "email", "mail"},
    {kUnspecified, "email", "emailAddress"},
    {kUnspecified, "email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"},
    {kUnspecified, "email", "urn:oid:0.9.2342.19200300.100.1.3"},
    {kUnspecified, "name", "displayName"},
    {kUnspecified, "name", "fullName"},
    {kUnspecified, "name", "urn:oid:2.16.840.1.113730.3.1.241"},
    {kUnspecified, "name", "cn"},
    {kUnspecified, "name", "urn:oid:2.5.4.3"},
    {kUnspecified, "given_name", "firstName"},
    {kUnspecified, "given_name", "first_name"},
    {kUnspecified, "given_name", "givenName"},
    {kUnspecified, "given_name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"},
    {kUnspecified, "given_name", "urn:oid:2.5.4.42"},
    {kUnspecified, "family_name", "lastName"},
    {kUnspecified, "family_name", "last_name"},
    {kUnspecified, "family_name", "surname"},
    {kUnspecified, "family_name", "familyName"},
    {kUnspecified, "family_name", "sn"},
    {kUnspecified, "family_name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"},
    {kUnspecified, "family_name", "urn:oid:2.5.4.4"},
    {kUnspecified, "preferred_username", "username"},
    {kUnspecified, "preferred_username", "uid"},
    {kUnspecified, "preferred_username", "urn:oid:0.9.2342.19200300.100.1.1"},
    {kUnspecified, "preferred_username", "eduPersonPrincipalName"},
    {kUnspecified, "preferred_username", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"},
    {kUnspecified, "locale", "preferredLanguage"},
    {kUnspecified, "locale", "urn:oid:2.16.840.1.113730.3.1.39"},
    {kUnspecified, "zoneinfo", "timezone"},
    {kUnspecified, "phone_number", "phone"},
    {kUnspecified, "phone_number", "mobile"},
    {kUnspecified, "phone_number", "mobilePhone"},
    {kUnspecified, "phone_number", "urn:oid:0.9.2342.19200300.100.1.41"},
    {kUnspecified, "phone_number", "telephoneNumber"},
    {kUnspecified, "phone_number", "urn:oid:2.5.4.20"},
});

}  // namespace

std::span<const profile::AttributeAlias> attribute_aliases() { return kAliases; }

}  // namespace doorward::saml
