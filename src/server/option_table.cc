#include <algorithm>
#include <array>
#include <vector>

#include "server/option_values.h"
#include "server/options.h"

namespace doorward::server {
namespace {

using Limits = net::Limits;
using enum OptionGroup;
using enum OptionKind;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kKib = 1024;
constexpr std::int64_t kMib = 1024 * kKib;
constexpr std::int64_t kMaxRetainDays = 36500;
constexpr std::int64_t kMaxRotationDays = 3650;
constexpr std::int64_t kMaxThreads = 256;
constexpr std::int64_t kMaxConnections = 1'000'000;

// In the order of the headings.
constexpr auto kTable = std::to_array<OptionRow>({
    {.name = "environment",
     .group = kGeneral,
     .kind = kChoice,
     .placeholder = "NAME",
     .initial = "development",
     .documentation = "development or production. Production refuses http base URLs, generated certificates and keys, "
                      "and webhook targets on this machine.",
     .apply = set_environment},
    {.name = "data-dir",
     .group = kGeneral,
     .kind = kText,
     .placeholder = "DIR",
     .initial = "./data",
     .documentation = "Folder of the SQLite file, generated keys, the development certificate and credentials.json. "
                      "One process at a time uses it.",
     .apply = set_text<&Options::data_dir>,
     .for_migrate = true},
    {.name = "base-url",
     .group = kGeneral,
     .kind = kText,
     .placeholder = "URL",
     .initial = "",
     .documentation = "The environment URL that tokens, links and SCIM addresses carry; never taken from the Host "
                      "header. Without it, http://localhost with the port of the plaintext listener.",
     .apply = set_base_url},
    {.name = "io-threads",
     .group = kGeneral,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "0",
     .documentation = "Threads that serve connections; 0 for one less than there are cores, at least one.",
     .apply = set_number<&Options::io_threads>,
     .most = kMaxThreads},
    {.name = "offload-threads",
     .group = kGeneral,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "0",
     .documentation = "Threads for signatures and other long computations; 0 for as many as there are cores.",
     .apply = set_number<&Options::offload_threads>,
     .most = kMaxThreads},

    {.name = "http-listen",
     .group = kListeners,
     .kind = kList,
     .placeholder = "LIST",
     .initial = "localhost:8080",
     .documentation = "Addresses of the plaintext listener (HTTP/1.1 and HTTP/2 with prior knowledge); localhost means "
                      "both address families, port 0 a free port, off closes it.",
     .apply = set_listen<&Options::http_listen>},
    {.name = "https-listen",
     .group = kListeners,
     .kind = kList,
     .placeholder = "LIST",
     .initial = "localhost:8443",
     .documentation = "Addresses of the TLS listener (HTTP/2 and HTTP/1.1 by ALPN), or off.",
     .apply = set_listen<&Options::https_listen>},
    {.name = "tls-cert",
     .group = kListeners,
     .kind = kText,
     .placeholder = "FILE",
     .initial = "",
     .documentation = "Certificate chain of the TLS listener, PEM. Without it, in development, a certificate for "
                      "localhost, 127.0.0.1 and ::1 signed by DATA_DIR/tls/ca.pem. Read again when the file changes.",
     .apply = set_text<&Options::tls_cert>},
    {.name = "tls-key",
     .group = kListeners,
     .kind = kText,
     .placeholder = "FILE",
     .initial = "",
     .documentation = "Private key of tls-cert, PEM.",
     .apply = set_text<&Options::tls_key>},
    {.name = "trusted-proxies",
     .group = kListeners,
     .kind = kList,
     .placeholder = "LIST",
     .initial = "",
     .documentation = "Addresses and networks of the reverse proxies in front (10.0.0.5, 10.1.0.0/24): only their "
                      "X-Forwarded-For says who a request comes from.",
     .apply = set_networks<&Options::trusted_proxies>},

    {.name = "database-url",
     .group = kStorage,
     .kind = kText,
     .placeholder = "URL",
     .initial = "",
     .documentation = "Where the data is: sqlite:FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME. Without it, "
                      "doorward.db in the data folder.",
     .apply = set_text<&Options::database_url>,
     .for_migrate = true},
    {.name = "database-connections",
     .group = kStorage,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "8",
     .documentation = "Connections to PostgreSQL. SQLite has one writer and does not use it.",
     .apply = set_number<&Options::database_connections>,
     .least = 1,
     .most = 256,
     .for_migrate = true},
    {.name = "no-migrate",
     .group = kStorage,
     .kind = kFlag,
     .placeholder = "",
     .initial = "false",
     .documentation = "Do not bring the database to this binary's schema at start; `doorward migrate` does.",
     .apply = set_flag<&Options::no_migrate>},
    {.name = "machine-id",
     .group = kStorage,
     .kind = kText,
     .placeholder = "N",
     .initial = "auto",
     .documentation = "The part of every new id, from 0 to 65535, that no other node of the database may use at the "
                      "same time; auto takes a free one from the database.",
     .apply = set_machine_id,
     .most = 65535},

    {.name = "key-encryption-key-file",
     .group = kKeys,
     .kind = kText,
     .placeholder = "FILE",
     .initial = "",
     .documentation = "File with the 32-byte key, in base64, under which secrets in the database are encrypted. "
                      "Without it, in development, one is generated into the data folder.",
     .apply = set_text<&Options::key_encryption_key_file>,
     .for_migrate = true},
    {.name = "previous-key-encryption-key-file",
     .group = kKeys,
     .kind = kText,
     .placeholder = "FILE",
     .initial = "",
     .documentation = "The key that key-encryption-key-file takes the place of. What the database still holds under it "
                      "is sealed anew at start; afterwards this option goes.",
     .apply = set_text<&Options::previous_key_encryption_key_file>},

    {.name = "signing-key-rotation-days",
     .group = kKeys,
     .kind = kNumber,
     .placeholder = "DAYS",
     .initial = "90",
     .documentation =
         "How long a signing key signs. The next one is published all that time, so whoever fetched the key "
         "set since then knows it when its turn comes. 0: until `doorward rotate-signing-key`.",
     .apply = set_number<&Options::signing_key_rotation_days>,
     .most = kMaxRotationDays},

    {.name = "dns-servers",
     .group = kOutbound,
     .kind = kList,
     .placeholder = "LIST",
     .initial = "",
     .documentation = "Name servers to ask (192.0.2.53, [2001:db8::53]:5353), in this order. Without it, those of the "
                      "system, as they are at the start.",
     .apply = set_dns_servers},
    {.name = "egress-allow",
     .group = kOutbound,
     .kind = kList,
     .placeholder = "LIST",
     .initial = "",
     .documentation = "Addresses and networks to which requests may go although they are not public. Whoever may name "
                      "a webhook URL can then reach every web server there: name single receivers, never whole "
                      "networks with other services.",
     .apply = set_egress_allow},
    {.name = "outbound-ca-file",
     .group = kOutbound,
     .kind = kText,
     .placeholder = "FILE",
     .initial = "",
     .documentation = "Certificate authorities that targets may have their certificates from, PEM, besides those of "
                      "the system. Read at the start.",
     .apply = set_text<&Options::outbound_ca_file>},
    {.name = "outbound-connections",
     .group = kOutbound,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "1024",
     .documentation = "Requests under way to all targets together.",
     .apply = set_number<&Options::outbound_connections>,
     .least = 4,
     .most = 16384},
    {.name = "outbound-connections-per-target",
     .group = kOutbound,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "32",
     .documentation = "Requests under way to one scheme, host and port.",
     .apply = set_number<&Options::outbound_connections_per_target>,
     .least = 1,
     .most = 1024},
    {.name = "webhook-disable-after-days",
     .group = kOutbound,
     .kind = kNumber,
     .placeholder = "DAYS",
     .initial = "5",
     .documentation = "A webhook endpoint to which every attempt failed for so long is disabled.",
     .apply = set_number<&Options::webhook_disable_after_days>,
     .least = 1,
     .most = 365},

    {.name = "max-connections",
     .group = kLimits,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "10000",
     .documentation = "Connections open at a time; one more is closed at once. The process needs as many file "
                      "descriptors and some hundreds besides.",
     .apply = set_limit<&Limits::connections>,
     .least = 16,
     .most = kMaxConnections},
    {.name = "max-connections-per-source",
     .group = kLimits,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "1000",
     .documentation = "Of these, from one IPv4 address or IPv6 /64; does not hold for trusted proxies.",
     .apply = set_limit<&Limits::connections_per_source>,
     .least = 1,
     .most = kMaxConnections},
    {.name = "max-concurrent-streams",
     .group = kLimits,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "100",
     .documentation = "Requests under way on one HTTP/2 connection.",
     .apply = set_limit<&Limits::concurrent_streams>,
     .least = 1,
     .most = 1000},
    {.name = "max-header-bytes",
     .group = kLimits,
     .kind = kSize,
     .placeholder = "SIZE",
     .initial = "64KiB",
     .documentation = "Header of a request: more is answered with 431.",
     .apply = set_limit<&Limits::header_bytes>,
     .least = 8 * kKib,
     .most = kMib},
    {.name = "max-body-bytes",
     .group = kLimits,
     .kind = kSize,
     .placeholder = "SIZE",
     .initial = "1MiB",
     .documentation = "Body of a request: more is answered with 413.",
     .apply = set_limit<&Limits::body_bytes>,
     .least = 64 * kKib,
     .most = 4 * kMib},
    {.name = "scim-page-size",
     .group = kLimits,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "100",
     .documentation = "Resources in a SCIM list when the caller does not say how many.",
     .apply = set_number<&Options::scim_page_size>,
     .least = 1,
     .most = 1000},
    {.name = "scim-max-page-size",
     .group = kLimits,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "1000",
     .documentation = "Resources in a SCIM list whatever the caller says; announced as filter.maxResults.",
     .apply = set_number<&Options::scim_max_page_size>,
     .least = 10,
     .most = 1000},
    {.name = "scim-record-requests",
     .group = kLimits,
     .kind = kNumber,
     .placeholder = "N",
     .initial = "1000",
     .documentation = "SCIM requests of a directory that are kept for the people who look for faults; 0 keeps none.",
     .apply = set_number<&Options::scim_record_requests>,
     .most = 100'000},
    {.name = "scim-record-bytes",
     .group = kLimits,
     .kind = kSize,
     .placeholder = "SIZE",
     .initial = "4MiB",
     .documentation = "What the kept SCIM requests of a directory take at most.",
     .apply = set_size<&Options::scim_record_bytes>,
     .least = 64 * kKib,
     .most = 1024 * kMib},
    {.name = "scim-record-body-bytes",
     .group = kLimits,
     .kind = kSize,
     .placeholder = "SIZE",
     .initial = "8KiB",
     .documentation = "How much is kept of each body of a SCIM request and its answer, without secrets.",
     .apply = set_size<&Options::scim_record_body_bytes>,
     .least = kKib,
     .most = 64 * kKib},
    {.name = "header-timeout",
     .group = kLimits,
     .kind = kDuration,
     .placeholder = "TIME",
     .initial = "10s",
     .documentation = "From the first byte of a request to the end of its header: then the connection is closed.",
     .apply = set_limit<&Limits::header_read>,
     .least = kSecond,
     .most = 2 * kMinute},
    {.name = "body-timeout",
     .group = kLimits,
     .kind = kDuration,
     .placeholder = "TIME",
     .initial = "10s",
     .documentation = "From the end of the header to the end of the body, and a second more for each 16 KiB of it that "
                      "have arrived: then 408 is answered.",
     .apply = set_limit<&Limits::body_read>,
     .least = kSecond,
     .most = 10 * kMinute},
    {.name = "handler-timeout",
     .group = kLimits,
     .kind = kDuration,
     .placeholder = "TIME",
     .initial = "30s",
     .documentation = "From the whole request to its answer: then 503 is answered.",
     .apply = set_limit<&Limits::handler>,
     .least = kSecond,
     .most = 10 * kMinute},
    {.name = "idle-timeout",
     .group = kLimits,
     .kind = kDuration,
     .placeholder = "TIME",
     .initial = "75s",
     .documentation = "A connection without a request is closed after this. Longer than that of the proxy in front, so "
                      "that the proxy never sends into a connection that is being closed.",
     .apply = set_limit<&Limits::idle>,
     .least = kSecond,
     .most = 60 * kMinute},

    {.name = "retain-events-days",
     .group = kRetention,
     .kind = kNumber,
     .placeholder = "DAYS",
     .initial = "90",
     .documentation = "How long change records and events are kept.",
     .apply = set_number<&Options::retain_events_days>,
     .least = 1,
     .most = kMaxRetainDays},
    {.name = "retain-deliveries-days",
     .group = kRetention,
     .kind = kNumber,
     .placeholder = "DAYS",
     .initial = "30",
     .documentation = "How long the record of a webhook delivery is kept.",
     .apply = set_number<&Options::retain_deliveries_days>,
     .least = 1,
     .most = kMaxRetainDays},
    {.name = "retain-delivery-bodies-days",
     .group = kRetention,
     .kind = kNumber,
     .placeholder = "DAYS",
     .initial = "7",
     .documentation = "How long the body of a webhook delivery is kept.",
     .apply = set_number<&Options::retain_delivery_bodies_days>,
     .least = 1,
     .most = kMaxRetainDays},
    {.name = "retain-scim-requests-days",
     .group = kRetention,
     .kind = kNumber,
     .placeholder = "DAYS",
     .initial = "7",
     .documentation = "How long a recorded SCIM request is kept.",
     .apply = set_number<&Options::retain_scim_requests_days>,
     .least = 1,
     .most = kMaxRetainDays},
    {.name = "retain-auth-requests-days",
     .group = kRetention,
     .kind = kNumber,
     .placeholder = "DAYS",
     .initial = "30",
     .documentation = "How long an attempt to sign in stays in the authentication log.",
     .apply = set_number<&Options::retain_auth_requests_days>,
     .least = 1,
     .most = kMaxRetainDays},

    {.name = "log-format",
     .group = kLogging,
     .kind = kChoice,
     .placeholder = "FORMAT",
     .initial = "text",
     .documentation = "text, or json for one JSON object a line. Logs go to standard error.",
     .apply = set_log_format,
     .for_migrate = true},
    {.name = "log-level",
     .group = kLogging,
     .kind = kChoice,
     .placeholder = "LEVEL",
     .initial = "info",
     .documentation = "The least level to write: debug, info, warning or error.",
     .apply = set_log_level,
     .for_migrate = true},
});
static_assert(std::ranges::is_sorted(kTable, {}, &OptionRow::group));

// How many letters to add, drop, change or exchange with their neighbour lead from one name to the other (the
// restricted Damerau-Levenshtein distance).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> d(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) {
    for (std::size_t j = 0; j <= to.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[from.size()][to.size()];
}

}  // namespace

std::span<const OptionRow> option_table() { return kTable; }

std::string_view group_name(OptionGroup group) {
  constexpr std::array<std::string_view, 8> kNames{"General", "Listeners", "Storage", "Keys", "Webhooks and outbound",
                                                   "Limits",  "Retention", "Logging"};
  return kNames.at(static_cast<std::size_t>(group));
}

std::string_view nearest_option(std::string_view name) {
  constexpr std::size_t kLongestName = 64;
  if (name.size() > kLongestName) return {};
  std::string underscored(name);
  std::ranges::replace(underscored, '_', '-');
  const auto* nearest =
      std::ranges::min_element(kTable, {}, [&](const OptionRow& row) { return distance(underscored, row.name); });
  return distance(underscored, nearest->name) <= std::max<std::size_t>(nearest->name.size() / 3, 1)
             ? nearest->name
             : std::string_view();
}

}  // namespace doorward::server
