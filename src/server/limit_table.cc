#include "server/limit_table.h"

#include <fmt/format.h>

#include <array>

#include "net/limits.h"
#include "protocol/scim/limits.h"
#include "server/option_values.h"

namespace doorward::server {
namespace {

namespace limits = scim::limits;
using Unit = LimitRow::Unit;

#define COUNT(name, meaning, answer) \
  LimitRow { #name, limits::name, Unit::kNumber, meaning, answer }
#define BYTES(name, meaning, answer) \
  LimitRow { #name, limits::name, Unit::kBytes, meaning, answer }
#define SECONDS(name, meaning, answer) \
  LimitRow { #name, std::size_t{limits::name.count()}, Unit::kSeconds, meaning, answer }

constexpr std::string_view kSyntax = "400 `invalidSyntax`";
constexpr std::string_view kFilter = "400 `invalidFilter`";
constexpr std::string_view kPath = "400 `invalidPath`";
constexpr std::string_view kValue = "400 `invalidValue`";
constexpr std::string_view kByApi = "refused by the API";

constexpr std::array kScimLimits = {
    COUNT(kJsonDepth, "objects and lists inside each other in a body", kSyntax),
    COUNT(kJsonMembers, "keys of one object in a body", kSyntax),
    BYTES(kJsonNumberBytes, "a number in a body", kSyntax),
    BYTES(kFilterBytes, "a filter", kFilter),
    COUNT(kFilterDepth, "parentheses, `not` and brackets inside each other in a filter", kFilter),
    COUNT(kFilterTerms, "comparisons in a filter", kFilter),
    BYTES(kPathBytes, "the path of a PATCH operation", kPath),
    BYTES(kIndexedValueBytes,
          "a value that lookups use: userName, externalId, displayName, an e-mail address, a member, a manager",
          kValue),
    BYTES(kStringBytes, "any other text", kValue),
    COUNT(kValuesPerAttribute, "values of an attribute, members of a group aside", kValue),
    BYTES(kDocumentBytes, "a resource without members", kValue),
    COUNT(kMembersPerRequest, "members in one request", kValue),
    COUNT(kPatchOperations, "operations of a PATCH request", "413"),
    COUNT(kPatchComparisons, "values that all operations of a PATCH request may compare, times the terms of the filter",
          "413"),
    COUNT(kMemberScanTerms, "terms of filters in a PATCH request for which every member must be looked at", "413"),
    COUNT(kEntityTags, "entity tags in `If-Match` or `If-None-Match`", "as if none matched"),
    COUNT(kBulkOperations, "operations of a bulk request; announced as `bulk.maxOperations`", "413"),
    BYTES(kBulkIdBytes, "a `bulkId`", "400 `invalidSyntax` for the operation"),
    COUNT(kSchemasPerDirectory, "schemas of a directory's own", kByApi),
    COUNT(kResourceTypesPerDirectory, "resource types of a directory beside User and Group", kByApi),
    COUNT(kExtensionsPerType, "extensions of a resource type", kByApi),
    COUNT(kAttributesPerSchema, "attributes of such a schema", kByApi),
    COUNT(kSubAttributes, "sub-attributes of one of its attributes", kByApi),
    COUNT(kUniqueAttributesPerSchema, "attributes of it that are unique", kByApi),
    COUNT(kIndexedAtOnce, "resources that exist when an attribute becomes unique", kByApi),
    BYTES(kSchemaBytes, "such a schema", kByApi),
    COUNT(kSchemaWords, "canonical values, or reference types, of an attribute", kByApi),
    BYTES(kUrnBytes, "the URN of a schema", kByApi),
    BYTES(kNameBytes, "the name of an attribute, schema or resource type", kByApi),
    BYTES(kDescriptionBytes, "a description of one", kByApi),
    COUNT(kProjectionNames, "names in `attributes` or `excludedAttributes`", kValue),
    COUNT(kDefaultPage, "resources in a list, where `scim-page-size` does not say otherwise", "a shorter list"),
    COUNT(kMaxPage, "resources in a list, where `scim-max-page-size` does not say otherwise", "a shorter list"),
    SECONDS(kCursorLifetime, "the life of a cursor; announced as `pagination.cursorTimeout`", "400 `expiredCursor`"),
    BYTES(kCursorBytes, "a cursor", "400 `invalidCursor`"),
    COUNT(kSortedMatches, "matches of a search that sorts by what no index keeps in order", "400 `tooMany`"),
    BYTES(kSortKeyBytes, "the part of a text by which such a search sorts", "the rest does not decide"),
};
#undef COUNT
#undef BYTES
#undef SECONDS

std::string text_of(const LimitRow& limit) {
  switch (limit.unit) {
    case Unit::kBytes:
      return size_text(limit.value);
    case Unit::kSeconds:
      return duration_text(std::chrono::seconds(limit.value));
    case Unit::kNumber:
      break;
  }
  return fmt::format("{}", limit.value);
}

std::string row(std::string_view meaning, std::string_view value, std::string_view answer) {
  return fmt::format("| {} | {} | {} |\n", meaning, value, answer);
}

}  // namespace

std::span<const LimitRow> scim_limit_table() { return kScimLimits; }

std::string limits_markdown() {
  std::string text =
      "\n## Fixed limits\n\n"
      "These are constants of `src/protocol/scim/limits.h` and `src/net/limits.h`. What exceeds one is refused at once "
      "and\nchanges nothing.\n\n"
      "### SCIM\n\n"
      "The size of a body is `max-body-bytes`; beyond it 413. It is announced as `bulk.maxPayloadSize`.\n\n"
      "| of | at most | otherwise |\n|---|---|---|\n";
  for (const LimitRow& limit : kScimLimits) {
    text += row(limit.meaning, text_of(limit), limit.answer);
  }
  const net::Limits http;
  text += "\n### HTTP\n\n| of | at most | otherwise |\n|---|---|---|\n";
  text += row("path and query", size_text(http.url_bytes), "414");
  text += row("one header field", size_text(http.header_field_bytes), "431");
  text += row("header fields", fmt::format("{}", http.header_count), "431");
  text += row("bodies of unfinished requests on an HTTP/2 connection", size_text(http.unread_bytes), "stream refused");
  text += row("bodies of unfinished requests on all connections", size_text(http.all_unread_bytes), "503");
  return text;
}

}  // namespace doorward::server
