// The discovery documents (RFC 7643 sections 5 to 7, RFC 7644 section 4), made from the schemas that the engine
// enforces. `base` is the SCIM base URL without trailing slash.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>
#include <vector>

#include "protocol/scim/limits.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// What the operator decides of a provider, and a directory's behaviour.
struct ProviderLimits {
  std::size_t initial_page = limits::kDefaultPage;  // resources in a list, when the client does not say
  std::size_t largest_page = limits::kMaxPage;      // resources in a list
  std::size_t body_bytes = 0;                       // of a request
  bool shows_pagination = false;                    // RFC 9865 section 4
};

// States exactly what works.
boost::json::object service_provider_config(std::string_view base, const ProviderLimits& provider);

boost::json::object resource_type_document(const ResourceType& type, std::string_view base);
boost::json::object schema_document(const Schema& schema, std::string_view base);
// The same without `schemas` and `meta`, which say nothing of the schema itself.
boost::json::object schema_definition(const Schema& schema);

// Every schema that resources of these types may use, each once: base schemas, then extensions.
std::vector<const Schema*> schemas_in_use(const std::vector<ResourceType>& types);

}  // namespace doorward::scim
