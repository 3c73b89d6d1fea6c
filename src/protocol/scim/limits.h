// Every bound of the SCIM code, in one place. What exceeds one is refused with a SCIM error before it costs work.
#pragma once

#include <chrono>
#include <cstddef>

namespace doorward::scim::limits {

// JSON. Members are bounded because a hash table of names that collide costs the square of their number.
inline constexpr std::size_t kJsonDepth = 32;
inline constexpr std::size_t kJsonMembers = 1000;  // of one object
inline constexpr std::size_t kJsonNumberBytes = 64;

// Filters (RFC 7644 section 3.4.2.2) and PATCH paths
inline constexpr std::size_t kFilterBytes = 16 * 1024;
inline constexpr std::size_t kFilterDepth = 32;   // nested parentheses, "not" and brackets together
inline constexpr std::size_t kFilterTerms = 256;  // comparisons in one filter
inline constexpr std::size_t kPathBytes = 4 * 1024;

// Resources. The indexed bound keeps every key inside what a database index page can hold.
inline constexpr std::size_t kIndexedValueBytes = 1024;
inline constexpr std::size_t kStringBytes = 128 * 1024;
inline constexpr std::size_t kValuesPerAttribute = 500;  // every multi-valued attribute but Group.members
inline constexpr std::size_t kDocumentBytes = 512 * 1024;
inline constexpr std::size_t kMembersPerRequest = 200'000;

// PATCH
inline constexpr std::size_t kPatchOperations = 1000;
// What all operations of a request together may cost: elements compared or filtered, times the terms of the filter.
inline constexpr std::size_t kPatchComparisons = 500'000;
// Terms of all filters in a request for which every member of a group must be looked at. Filters that list members by
// value are not among them.
inline constexpr std::size_t kMemberScanTerms = 10;

// Schemas of a directory. Every bound is of what one request of an administrator may make later requests cost.
inline constexpr std::size_t kSchemasPerDirectory = 50;
inline constexpr std::size_t kResourceTypesPerDirectory = 20;  // beside User and Group
inline constexpr std::size_t kExtensionsPerType = 20;
inline constexpr std::size_t kAttributesPerSchema = 200;
inline constexpr std::size_t kSubAttributes = 50;  // of one complex attribute
inline constexpr std::size_t kUniqueAttributesPerSchema = 10;
// Resources that are looked through, in one transaction, when an attribute becomes unique.
inline constexpr std::size_t kIndexedAtOnce = 10'000;
inline constexpr std::size_t kSchemaBytes = 256 * 1024;  // as it is stored
inline constexpr std::size_t kSchemaWords = 100;         // canonical values, reference types
inline constexpr std::size_t kUrnBytes = 255;
inline constexpr std::size_t kNameBytes = 128;  // of attributes, schemas and resource types
inline constexpr std::size_t kDescriptionBytes = 2000;

// Projection
inline constexpr std::size_t kProjectionNames = 200;

// Versions (RFC 7644 section 3.14)
inline constexpr std::size_t kEntityTags = 100;  // in one If-Match or If-None-Match

// Bulk (RFC 7644 section 3.7); its bytes are bounded as those of every body
inline constexpr std::size_t kBulkOperations = 1000;
inline constexpr std::size_t kBulkIdBytes = 256;

// Paging (RFC 7644 section 3.4.2.4)
inline constexpr std::size_t kDefaultPage = 100;
inline constexpr std::size_t kMaxPage = 1000;
// Cursors (RFC 9865): how long one lasts, and how long one may be.
inline constexpr std::chrono::seconds kCursorLifetime{3600};
inline constexpr std::size_t kCursorBytes = 4 * 1024;

// Sorting (RFC 7644 section 3.4.2.3) by what no index keeps in order: matches held at once, and how much of a text
// decides. Beyond the former a search is refused with tooMany.
inline constexpr std::size_t kSortedMatches = 100'000;
inline constexpr std::size_t kSortKeyBytes = 128;

}  // namespace doorward::scim::limits
