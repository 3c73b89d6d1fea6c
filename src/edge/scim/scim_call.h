// One authenticated SCIM request on its way to an endpoint.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "app/provisioning/push.h"
#include "base/result.h"
#include "base/task.h"
#include "edge/scim/scim_request.h"
#include "net/http.h"
#include "ports/offload.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/projection.h"

namespace doorward::edge {

// How many resources a list holds at most.
struct ScimPages {
  std::size_t initial = scim::limits::kDefaultPage;  // when the caller does not say
  std::size_t largest = scim::limits::kMaxPage;      // whatever the caller says
};

struct ScimCall {
  const net::Request& request;
  Push& push;
  const ScimTarget& target;
  const ScimQuery& query;
  std::string base;  // SCIM base URL of the directory, from the configured base URL
  Offload& offload;
  ScimPages pages;
  std::size_t body_bytes;  // of a request, at most
  // In place of the request's body: the data of one operation of a bulk request, and roughly its bytes.
  const boost::json::object* data = nullptr;
  std::size_t data_bytes = 0;
};

// Bodies and lists beyond these are read and written by a worker, because they take an I/O thread too long.
constexpr std::size_t kLargeBodyBytes = 16 * 1024;
constexpr std::size_t kLargeAnswerResources = 20;  // members of a group count a tenth

// Awaits fn(), which returns a Result, here or, when `large`, on a worker.
template <class F>
task<std::invoke_result_t<F>> run_off_io(bool large, Offload& offload, F fn) {
  if (!large) co_return fn();
  auto ran = co_await offload.run(std::move(fn));
  if (!ran) co_return tl::unexpected(std::move(ran).error());
  co_return *std::move(ran);
}

inline bool has_large_body(const ScimCall& call) {
  return (call.data == nullptr ? call.request.body.size() : call.data_bytes) > kLargeBodyBytes;
}

// If-Match and If-None-Match (RFC 7644 section 3.14).
Conditions read_conditions(const net::Request& request);

// The body as an object. kUnsupportedMediaType unless it is application/scim+json or application/json, in UTF-8;
// kScimInvalidSyntax as parse_body. The shape of the body may tell whose client sends it: the dialect is settled after
// this.
Result<boost::json::object> read_body(const ScimCall& call);

// Whether a PATCH is answered with the resource or without a body, and the preference that decided it.
struct PatchReply {
  bool with_body = true;
  std::string_view preference = {};  // "return=minimal" or "return=representation" of Prefer (RFC 7240), else empty
};

// `attributes` asks for the resource (RFC 7644 section 3.5.2), else Prefer decides, else `usual`.
PatchReply patch_reply(const ScimCall& call, scim::Behaviour::PatchAnswer usual);

// 204, as `reply` says which preference was honoured.
net::Response no_content(const PatchReply& reply = {});
// Adds Preference-Applied to an answer with a body.
net::Response tell_preference(net::Response response, const PatchReply& reply);

// What an answer shows, by names of attributes with commas between and by the switches of the directory.
Result<scim::Projection> make_projection(const ScimCall& call, const scim::ResourceType& type,
                                         std::string_view attributes, std::string_view excluded);
// The same by the query parameters attributes and excludedAttributes.
Result<scim::Projection> read_projection(const ScimCall& call, const scim::ResourceType& type);

}  // namespace doorward::edge
