// Schema documents. What is accepted is shown by discovery in a form that reads as the same schema, and a type made of
// it reads and patches resources.
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "protocol/scim/directory_types.h"
#include "protocol/scim/discovery.h"
#include "protocol/scim/json_reader.h"
#include "protocol/scim/resource.h"
#include "protocol/scim/schema_reader.h"
#include "protocol/scim/stored_document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace doorward::scim;
  const auto body = parse_body({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  const auto schema = read_schema(*body, "schema");
  if (!schema) return 0;
  const boost::json::object shown = schema_definition(*schema);
  const auto again = read_schema(shown, "schema");
  if (!again || schema_definition(*again) != shown) std::abort();
  const std::vector<Schema> schemas = {*schema};
  const std::vector<TypeDefinition> definitions = {
      {.name = "Fuzz", .endpoint = "/Fuzz", .description = {}, .schema = schema->id, .extensions = {}}};
  const auto types = DirectoryTypes::make(1, schemas, definitions);
  if (!types) std::abort();
  const ResourceType& type = *(*types)->at_endpoint("Fuzz");
  Dialect dialect;
  // The body is a resource of its own type as well as any.
  auto document = read_resource(type, *body, dialect);
  if (!document) return 0;
  const boost::json::object before = *document;
  hide_unknown(type, *document);
  if (*document != before) std::abort();
  (void)unique_values(type, *document);
  return 0;
}
