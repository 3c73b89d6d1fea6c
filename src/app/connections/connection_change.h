// What everything does that changes the settings of a connection: judges them as a whole, stores them, records them,
// and ends what rested on those before. Used inside this folder.
#pragma once

#include "app/changes/record.h"
#include "app/connections/connection_records.h"
#include "base/result.h"
#include "domain/connection.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

// How long after a look at its metadata a SAML connection is looked at again.
inline constexpr Duration kMetadataRefreshInterval = std::chrono::hours(6);
inline constexpr Duration kMetadataRetryInterval = std::chrono::hours(1);  // after one that failed
// So long before a certificate ends it is announced.
inline constexpr Duration kCertificateNotice = std::chrono::days(30);

// Stores `after` in place of the locked `before`, with its status, its times and the paths of its aliases, and says
// when to look at it next. kConnectionIncomplete when it is enabled and would lack something; kAcsAliasTaken;
// kSamlKeyNotFound at certificate_id. Another issuer or entity ID revokes every grant and session that began here. What
// makes no difference leaves no record and is answered as it was.
Result<Connection> store_change(WriteTx& tx, Ids& ids, const ChangeContext& context, const EventId& event_id,
                                const Connection& before, Connection after);

// kConnectionIncomplete with what the connection lacks, and the end of the sentence.
Error incomplete(const Connection& connection, std::string_view consequence);

// The environment's current key as service provider. kStoreConflict when there is none: somebody has just removed it.
Result<SamlCertificateId> current_saml_key(WriteTx& tx, const EnvironmentId& environment);

// When a connection should be looked at next, by what it is at `now`; nullopt: never.
std::optional<Timestamp> next_check(const Connection& connection, Timestamp now);

}  // namespace doorward
