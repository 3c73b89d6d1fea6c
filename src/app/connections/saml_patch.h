// What a patch makes of a SAML connection, and what its provider's metadata does to it. No store, no requests.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/connections/connection_input.h"
#include "app/connections/saml_metadata.h"
#include "base/result.h"
#include "domain/connection.h"
#include "ports/http_client.h"

namespace doorward {

inline constexpr std::size_t kMostAuthnContextClassRefs = 10;
inline constexpr std::size_t kMostAuthnContextClassRefBytes = 256;

// The metadata that a patch makes necessary; nullopt: none. Naming the address again that the connection has reads it
// anew only when the patch also changes how it is read (the entity, a binding, the signer). kCertificateInvalid at
// metadata_certificate.
Result<std::optional<MetadataSource>> metadata_source(const Connection& before, const ConnectionPatch& patch,
                                                      Timestamp now);

// What was read from the source of the patch.
struct DescribedProvider {
  MetadataSource source;
  SamlProviderDescription description;
};

// `before` with the patch; `found` when there is a source. When that is the address that the connection has already,
// what the patch does not ask for by name, and other keys in any case, waits for an administrator as after_refresh()
// says. Status and times stay as they were. kInvalidArgument at the field: what the metadata contradicts, and what no
// connection takes; kCertificateInvalid.
Result<Connection> patched_saml(const Connection& before, const ConnectionPatch& patch,
                                const std::optional<DescribedProvider>& found, Timestamp now);

// Values that the patch gives, as far as they can be judged by themselves. kInvalidArgument at the field.
Result<void> check_saml_patch(const SamlPatch& patch);

// Addresses of `after`: https unless debugging is on; a new metadata_url could be sent to. kInvalidArgument at the
// field, kEgressForbidden. Where a browser is sent may be inside the customer's network.
Result<void> check_saml_addresses(const HttpClient& http, const Connection& before, const Connection& after);

// Path and query of an absolute URL, as a request names them; by that an alias is found.
std::string alias_path(std::string_view url);

// Whose address as service provider the path would be, if there is such a connection; nullopt: it is elsewhere.
std::optional<ConnectionId> connection_in(std::string_view path);

// Certificates in PEM, one after another, or the base64 of one. kCertificateInvalid at the field, kInvalidArgument for
// more than kMostPinnedCertificates.
Result<std::vector<PinnedCertificate>> read_certificates(const char* field, std::string_view text, Timestamp now);

// The provider as described from now on; what is known of a certificate that stays is kept.
void take_description(SamlProviderDescription description, SamlSettings& settings);
// The connection is described by hand from now on.
void forget_metadata(SamlSettings& settings);

// By which an administrator names a description: changes with everything that it says.
std::string description_id(const SamlProviderDescription& description);

// After a look at metadata_url. What an administrator has to confirm waits in pending_description, unless it was
// declined; other changes are taken. A failed look leaves everything as it is and says why in metadata_error.
SamlSettings after_refresh(const SamlSettings& before, const Result<SamlProviderDescription>& read, Timestamp now);

}  // namespace doorward
