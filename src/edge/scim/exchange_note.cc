#include "edge/scim/exchange_note.h"

#include <algorithm>
#include <iterator>

#include "protocol/scim/redaction.h"

namespace doorward::edge {
namespace {

// The part of the path behind "/directory/{id}/scim/v2", as it was sent.
std::string_view behind_base(std::string_view path) {
  constexpr int kSegmentsOfBase = 4;
  std::size_t at = 0;
  for (int i = 0; i < kSegmentsOfBase; ++i) {
    at = path.find('/', at + 1);
    if (at == std::string_view::npos) return "/";
  }
  return path.substr(at);
}

std::string header(const net::Headers& headers, std::string_view name, std::size_t most) {
  const std::string* value = net::find_header(headers, name);
  return value == nullptr ? std::string() : value->substr(0, most);
}

}  // namespace

void note_exchange(const net::Request& request, const ScimTarget& target, const net::Response& response,
                   SeenScimRequest& seen) {
  constexpr std::size_t kMostLocation = 1024;
  seen.directory = target.directory;
  seen.method = request.method.substr(0, kMostRecordedUserAgent);
  seen.path = behind_base(request.path).substr(0, kMostRecordedPath);
  seen.collection = target.collection;
  seen.id = target.id;
  seen.query = request.query.substr(0, kMostRecordedQuery);
  seen.user_agent = header(request.headers, "user-agent", kMostRecordedUserAgent);
  seen.source = request.peer;
  seen.request_id = request.request_id;
  seen.status = response.status;
  seen.reason = response.reason;
  seen.location = header(response.headers, "location", kMostLocation);
  if (seen.refused() || !seen.knows_types) {
    if (!seen.query.empty()) seen.query = scim::kRedacted;
  } else {
    seen.request_body = request.body.substr(0, kMostSeenBytes);
  }
  seen.request_bytes = request.body.size();
  seen.response_body = response.body.substr(0, kMostSeenBytes);
  seen.response_bytes = response.body.size();
  seen.is_streamed = response.stream != nullptr;
}

void note_types(const ScimTarget& target, const scim::DirectoryTypes& types, SeenScimRequest& seen) {
  seen.knows_types = true;
  if (types.version() == 0) return;
  seen.is_own_type = types.at_endpoint(target.collection) != nullptr;
  for (const scim::ResourceType& type : types.all()) {
    std::ranges::move(scim::secret_names(type), std::back_inserter(seen.secret_names));
  }
}

}  // namespace doorward::edge
