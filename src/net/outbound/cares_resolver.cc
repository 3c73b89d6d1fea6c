#include "net/outbound/cares_resolver.h"

#include <fmt/ranges.h>

#include <utility>

#include "net/outbound/cares_worker.h"

namespace doorward::net {

CaresResolver::CaresResolver(ResolverOptions options) : worker_(std::make_unique<Worker>(std::move(options))) {}

CaresResolver::~CaresResolver() { stop(); }

void CaresResolver::stop() { worker_->stop(); }

task<Result<std::vector<IpAddress>>> CaresResolver::addresses(std::string name, SteadyTime deadline) {
  DOORWARD_CO_TRY(std::string canonical, canonical_dns_name(name));
  if (is_localhost_name(canonical)) {
    co_return std::vector<IpAddress>{*parse_ip_address("127.0.0.1"), *parse_ip_address("::1")};
  }
  if (const auto known = worker_->find(canonical)) {
    if (known->empty()) co_return failure(Reason::kNameNotFound, "There is no such name.");
    co_return *known;
  }
  DOORWARD_CO_TRY(Answer answer, co_await worker_->ask({Question::Kind::kAddresses, std::move(canonical)}, deadline));
  co_return std::move(answer.addresses);
}

task<Result<std::vector<std::string>>> CaresResolver::texts(std::string name, SteadyTime deadline) {
  DOORWARD_CO_TRY(std::string canonical, canonical_dns_name(name));
  DOORWARD_CO_TRY(Answer answer, co_await worker_->ask({Question::Kind::kTexts, std::move(canonical)}, deadline));
  co_return std::move(answer.texts);
}

}  // namespace doorward::net
