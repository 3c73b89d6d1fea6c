#include "edge/scim/discovery_endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "edge/scim/scim_response.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/discovery.h"
#include "protocol/scim/message.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

net::Response not_found() { return scim_error(make_error(Reason::kRouteNotFound, "There is no such document.")); }

net::Response list(const ScimCall& call, std::vector<json::object> documents) {
  const bool refuses = call.push.dialect.behaviour.discovery_filter == scim::Behaviour::DiscoveryFilter::kRefuse;
  if (refuses && call.query.find("filter") != nullptr) {
    return scim_error(make_error(Reason::kAccessDenied, "Discovery lists cannot be filtered."));
  }
  return scim_response(200, scim::list_body({.total_results = static_cast<std::int64_t>(documents.size())},
                                            documents.size(), [&](std::size_t i) { return std::move(documents[i]); }));
}

net::Response resource_types(const ScimCall& call) {
  const std::vector<scim::ResourceType>& types = call.push.types->all();
  if (!call.target.id.empty()) {
    for (const scim::ResourceType& type : types) {
      if (type.name == call.target.id) {
        return scim_response(200, json::serialize(scim::resource_type_document(type, call.base)));
      }
    }
    return not_found();
  }
  std::vector<json::object> documents;
  documents.reserve(types.size());
  for (const scim::ResourceType& type : types) documents.push_back(scim::resource_type_document(type, call.base));
  return list(call, std::move(documents));
}

net::Response schemas(const ScimCall& call) {
  const auto all = scim::schemas_in_use(call.push.types->all());
  if (!call.target.id.empty()) {
    for (const scim::Schema* schema : all) {
      if (scim::equal_names(schema->id, call.target.id)) {
        return scim_response(200, json::serialize(scim::schema_document(*schema, call.base)));
      }
    }
    return not_found();
  }
  std::vector<json::object> documents;
  documents.reserve(all.size());
  for (const scim::Schema* schema : all) documents.push_back(scim::schema_document(*schema, call.base));
  return list(call, std::move(documents));
}

}  // namespace

bool is_discovery(const ScimTarget& target) {
  return target.collection == "ServiceProviderConfig" || target.collection == "ResourceTypes" ||
         target.collection == "Schemas";
}

std::optional<net::Response> discovery(const ScimCall& call) {
  const std::string& name = call.target.collection;
  const bool is_config = name == "ServiceProviderConfig" && call.target.id.empty();
  if (!is_config && name != "ResourceTypes" && name != "Schemas") return std::nullopt;
  if (call.request.method != "GET") return method_not_allowed("GET");
  if (is_config) {
    const scim::ProviderLimits provider{.initial_page = call.pages.initial,
                                        .largest_page = call.pages.largest,
                                        .body_bytes = call.body_bytes,
                                        .shows_pagination = call.push.dialect.behaviour.shows_pagination};
    return scim_response(200, json::serialize(scim::service_provider_config(call.base, provider)));
  }
  return name == "ResourceTypes" ? resource_types(call) : schemas(call);
}

}  // namespace doorward::edge
