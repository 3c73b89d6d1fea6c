#include "server/application.h"

#include <optional>
#include <utility>

#include "async/io_threads.h"
#include "async/offload.h"
#include "base/completion.h"
#include "base/log.h"
#include "net/development_tls.h"
#include "net/outbound/cares_resolver.h"
#include "net/outbound/trust_store.h"
#include "net/tls_context.h"
#include "net/tls_watch.h"
#include "rpc/api.h"
#include "server/adapters.h"
#include "server/background.h"
#include "server/claimant.h"
#include "server/credentials_file.h"
#include "server/edges.h"
#include "server/gate.h"
#include "server/key_file.h"
#include "server/metrics.h"
#include "store/open.h"

namespace doorward::server {
namespace {

constexpr const char* kTlsFolder = "tls";

std::size_t io_thread_count(const Options& options) {
  return options.io_threads == 0 ? async::IoThreads::default_count() : static_cast<std::size_t>(options.io_threads);
}

std::size_t offload_thread_count(const Options& options) {
  return options.offload_threads == 0 ? async::OffloadPool::default_count()
                                      : static_cast<std::size_t>(options.offload_threads);
}

RetentionSettings retention_settings(const Options& options) {
  return {.events = std::chrono::days(options.retain_events_days),
          .deliveries = std::chrono::days(options.retain_deliveries_days),
          .bodies = std::chrono::days(options.retain_delivery_bodies_days),
          .scim_requests = std::chrono::days(options.retain_scim_requests_days),
          .auth_requests = std::chrono::days(options.retain_auth_requests_days)};
}

RecorderSettings recorder_settings(const Options& options) {
  return {.requests = options.scim_record_requests,
          .bytes = static_cast<std::int64_t>(options.scim_record_bytes),
          .body_bytes = options.scim_record_body_bytes};
}

std::optional<std::uint16_t> machine_id(const Options& options) {
  if (options.machine_id < 0) return std::nullopt;
  return static_cast<std::uint16_t>(options.machine_id);
}

net::OutboundOptions outbound_options(const Options& options) {
  net::OutboundOptions outbound;
  const bool production = options.environment == EnvironmentKind::kProduction;
  outbound.policy = production ? net::EgressPolicy::production() : net::EgressPolicy::development();
  outbound.policy.allowed = options.egress_allow;
  outbound.ca_file = options.outbound_ca_file;
  outbound.resolver = std::make_shared<net::CaresResolver>(net::ResolverOptions{.servers = options.dns_servers});
  outbound.max_in_flight = static_cast<std::size_t>(options.outbound_connections);
  outbound.max_per_target = static_cast<std::size_t>(options.outbound_connections_per_target);
  return outbound;
}

}  // namespace

// Destroyed from the last to the first: whoever borrows comes after what it borrows.
struct Application::Parts {
  Parts(const Options& o, const DataDir& f)
      : options(o),
        folder(f),
        metrics(std::make_shared<Metrics>()),
        io(io_thread_count(o)),
        pool(offload_thread_count(o)) {}

  Result<void> listen();
  Result<void> listen_with_tls();
  Result<void> open_installation();
  Result<void> serve();

  const Options options;
  const DataDir& folder;
  SystemClock clock;
  SystemRandom random;
  std::shared_ptr<Metrics> metrics;
  async::IoThreads io;
  async::OffloadPool pool;
  PoolOffload offload{pool};
  JsonCredentialsFile credentials{folder.path()};
  std::unique_ptr<store::DatabaseStore> store;
  Installation installation;
  InstallationUrls urls;
  std::unique_ptr<Background> background;
  std::unique_ptr<Edges> edges;
  Gate gate;
  std::unique_ptr<net::TlsWatch> tls_watch;
  std::unique_ptr<net::Server> server;
};

Result<void> Application::Parts::listen_with_tls() {
  net::DevelopmentTls files{.ca_file = {}, .certificate_file = options.tls_cert, .key_file = options.tls_key};
  std::function<void()> renew;
  if (options.tls_cert.empty()) {
    const auto ensure = [this] {
      return net::ensure_development_tls(folder.file(kTlsFolder), clock.now(), write_file_atomically);
    };
    DOORWARD_TRY(files, ensure());
    renew = [ensure] {
      if (const auto renewed = ensure(); !renewed) log::error("tls.renew_failed", {{"detail", renewed.error().detail}});
    };
  }
  DOORWARD_TRY(auto tls, net::TlsContext::load(files.certificate_file, files.key_file));
  DOORWARD_CHECK(server->listen(options.https_listen, tls));
  tls_watch = std::make_unique<net::TlsWatch>(io, pool, std::move(tls), std::move(renew));
  return {};
}

Result<void> Application::Parts::listen() {
  net::ServerOptions server_options{.limits = options.limits};
  server_options.handler = [this](const net::Request& request) { return gate(request); };
  server_options.next_request_id = [this] { return store->ids().next<RequestId>().str(); };
  server_options.now = [this] { return clock.now(); };
  server_options.observer = metrics;
  server_options.trusted_proxies = options.trusted_proxies;
  server_options.streams = [this](const net::Request& request) { return gate.streams(request); };
  server_options.patience = &rpc::patience;
  server_options.refused = [this](const net::Request& request, int status) { return gate.refused(request, status); };
  server_options.too_late = [this](const net::Request& request) { return gate.too_late(request); };
  server = std::make_unique<net::Server>(io, std::move(server_options));
  if (!options.http_listen.empty()) DOORWARD_CHECK(server->listen(options.http_listen));
  if (!options.https_listen.empty()) DOORWARD_CHECK(listen_with_tls());
  urls = urls_of(options, server->bound(), folder);
  return {};
}

Result<void> Application::Parts::open_installation() {
  auto kek = options.key_encryption_key_file.empty()
                 ? read_or_make_key_encryption_key(folder.file(kDevelopmentKeyFile), random)
                 : read_key_encryption_key(options.key_encryption_key_file);
  if (!kek) return tl::unexpected(kek.error());
  std::optional<KeyEncryptionKey> previous;
  if (!options.previous_key_encryption_key_file.empty()) {
    DOORWARD_TRY(previous, read_key_encryption_key(options.previous_key_encryption_key_file));
  }
  Bootstrap bootstrap({*store, clock, store->ids(), random, credentials});
  const bool development = options.environment == EnvironmentKind::kDevelopment;
  DOORWARD_TRY(installation, sync_wait(bootstrap.start(*kek, previous ? &*previous : nullptr, development, urls)));
  return {};
}

Result<void> Application::Parts::serve() {
  DOORWARD_TRY(auto claimant, next_claimant(folder, random));
  const std::string claimant_name = claimant.name;
  background = std::make_unique<Background>(
      Background::Parts{.store = *store,
                        .clock = clock,
                        .ids = store->ids(),
                        .secrets = *installation.key_ring,
                        .offload = offload,
                        .signing_keys = *installation.signing_keys,
                        .environment = installation.environment_id,
                        .base_url = urls.environment_url,
                        .metrics = metrics,
                        .outbound = outbound_options(options),
                        .disable_after = std::chrono::days(options.webhook_disable_after_days),
                        .retention = retention_settings(options),
                        .recorder = recorder_settings(options),
                        .rotate_keys_after = std::chrono::days(options.signing_key_rotation_days),
                        .claimant = std::move(claimant)});
  DOORWARD_TRY(edges, Edges::make({.store = *store,
                                   .clock = clock,
                                   .ids = store->ids(),
                                   .random = random,
                                   .offload = offload,
                                   .http = background->http(),
                                   .domain_checks = background->domain_checks(),
                                   .saml_providers = background->saml_providers(),
                                   .installation = installation,
                                   .environment = options.environment,
                                   .base_url = urls.environment_url,
                                   .scim_pages = {.initial = static_cast<std::size_t>(options.scim_page_size),
                                                  .largest = static_cast<std::size_t>(options.scim_max_page_size)},
                                   .recorder = background->recorder(),
                                   .body_bytes = options.limits.body_bytes,
                                   .claimant = claimant_name,
                                   .render_metrics = [this] { return metrics->render(); }}));
  gate.open(*edges);
  return {};
}

Result<std::unique_ptr<Application>> Application::start(const Options& options, const DataDir& folder) {
  DOORWARD_CHECK(net::TrustStore::load(options.outbound_ca_file));  // a wrong file is told before anything is made
  auto parts = std::make_unique<Parts>(options, folder);
  DOORWARD_TRY(parts->store, store::open_store({.url = options.database_url,
                                                .migrate = options.no_migrate ? store::MigrateMode::kCheckOnly
                                                                              : store::MigrateMode::kApply,
                                                .connections = static_cast<std::size_t>(options.database_connections),
                                                .machine_id = machine_id(options),
                                                .clock = &parts->clock,
                                                .observer = &parts->metrics->store_observer()}));
  DOORWARD_CHECK(parts->listen());
  DOORWARD_CHECK(parts->open_installation());
  DOORWARD_CHECK(parts->serve());
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() = default;

bool Application::stop() {
  const bool drained = parts_->server->drain();
  parts_->background->stop();
  return drained;
}

const InstallationUrls& Application::urls() const { return parts_->urls; }

const Installation& Application::installation() const { return parts_->installation; }

std::string Application::http_address() const { return local_address(parts_->server->bound(), false); }

std::string Application::https_address() const { return local_address(parts_->server->bound(), true); }

}  // namespace doorward::server
