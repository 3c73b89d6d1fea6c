// How a SCIM endpoint behaves where the standard leaves a choice, or where identity providers and conformance suites
// want opposite things. Each client that is known has a profile: one value for every switch.
//
// Pure values. Who chooses the profile of a request is edge/scim.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace doorward::scim {

enum class Profile : std::uint8_t {
  kStandard,  // whoever is not recognised: the RFCs, with the tolerance that costs nothing
  kStrict,    // refuses everything that the RFCs do not allow; conformance suites pin it
  kOkta,
  kEntra,
  kGoogle,
  kOneLogin,
  kJumpCloud,
  kPingIdentity,
  kRippling,
  kCyberArk,
  kDuo,
  kKeycloak,
  kAuthentik,
};
inline constexpr std::size_t kProfileCount = 13;

// "standard", "strict", "okta", …: public, in settings and records.
std::string_view profile_name(Profile profile);
std::optional<Profile> profile_named(std::string_view name);

// One switch each; the first value of an enumeration is the one of kStandard.
struct Behaviour {
  enum class PatchAnswer : std::uint8_t { kResource, kNoContent };
  enum class UnmatchedReplace : std::uint8_t { kNoTarget, kCreate };
  enum class UnmatchedAdd : std::uint8_t { kCreate, kNoTarget };
  enum class UnknownPath : std::uint8_t { kIgnoreForeign, kIgnore, kRefuse };
  enum class Unknown : std::uint8_t { kIgnore, kRefuse };
  enum class Loose : std::uint8_t { kAccept, kRefuse };
  enum class Omitted : std::uint8_t { kCleared, kKept };
  enum class MediaType : std::uint8_t { kScim, kAsAccepted };
  enum class DiscoveryFilter : std::uint8_t { kRefuse, kIgnore };
  enum class References : std::uint8_t { kWait, kMustExist };
  enum class UserGroups : std::uint8_t { kDefault, kOnRequest };
  enum class ExternalId : std::uint8_t { kMayRepeat, kUnique };
  enum class Conflict : std::uint8_t { kRefuse, kAdopt };

  // PATCH of a user, of a group, without `attributes`. RFC 7644 section 3.5.2 allows both.
  PatchAnswer user_patch_answer = PatchAnswer::kResource;
  PatchAnswer group_patch_answer = PatchAnswer::kNoContent;
  // replace on `attr[filter]…` that matches nothing: noTarget (RFC 7644 section 3.5.2.3), or the element that the eq
  // terms of the filter describe.
  UnmatchedReplace unmatched_replace = UnmatchedReplace::kNoTarget;
  // The same for add, of which RFC 7644 section 3.5.2.1 says nothing.
  UnmatchedAdd unmatched_add = UnmatchedAdd::kCreate;
  // Attributes and extensions that no schema knows, in bodies and filters.
  Unknown unknown_attributes = Unknown::kIgnore;
  // PATCH paths to them: ignored where the URN is of a schema that is not here, always, or 400. Whoever ignores a path
  // answers that something was done which was not, so only clients that cannot live with the refusal are spared it.
  UnknownPath unknown_paths = UnknownPath::kIgnoreForeign;
  // "true" for true, "5" for 5, one value for a list and the other way round, plain text for a complex `value`, null
  // inside lists and their elements, "" to clear, a reference that is no URI.
  Loose loose_values = Loose::kAccept;
  // Literals without quotes in filters.
  Loose unquoted_literals = Loose::kAccept;
  // A body without the URN of its own schema, and schemas under other names such as those of SCIM 1.1.
  Loose missing_schemas = Loose::kAccept;
  // A PATCH request without operations.
  Loose empty_patch = Loose::kAccept;
  // Several elements of one value with primary true (RFC 7643 section 2.4): the first stays primary, or 400.
  Loose several_primaries = Loose::kAccept;
  // A country that is no two upper-case letters (RFC 7643 section 4.1.2).
  Loose free_country = Loose::kAccept;
  // What a PUT leaves out (RFC 7644 section 3.5.1); `active`, `externalId` and `password` always stay.
  Omitted omitted_on_put = Omitted::kCleared;
  Omitted omitted_members_on_put = Omitted::kCleared;
  // What an answer calls itself: always application/scim+json, or application/json where `Accept` names only that.
  MediaType media_type = MediaType::kAsAccepted;
  DiscoveryFilter discovery_filter = DiscoveryFilter::kRefuse;
  // A member or manager that does not exist here: kept until it does, or 400.
  References references = References::kWait;
  UserGroups user_groups = UserGroups::kDefault;
  ExternalId external_id = ExternalId::kMayRepeat;
  // POST of a user whose userName a deactivated user has: 409, or that user, replaced.
  Conflict inactive_conflict = Conflict::kRefuse;
  // Discovery without credentials.
  bool open_discovery = false;
  // `pagination` (RFC 9865 section 4) in the ServiceProviderConfig: some clients refuse the whole document for it.
  bool shows_pagination = false;

  friend bool operator==(const Behaviour&, const Behaviour&) = default;
};

const Behaviour& behaviour_of(Profile profile);

// What a request was forgiven, by name: told in records so that support sees which side deviates.
enum class Quirk : std::uint8_t {
  kBooleanAsText,
  kNumberAsText,
  kSingleForList,
  kListForSingle,
  kTextForComplex,
  kNullValue,
  kUnknownAttribute,
  kUnknownSchema,
  kMissingSchemas,
  kSeveralPrimaries,
  kFreeCountry,
  kFreeReference,
  kUnquotedLiteral,
  kOperatorCase,
  kKeyCase,
  kEmptyPatch,
  kExtraOperationKey,
  kPathAsKey,
  kReadOnlyIgnored,
  kValueListRemoval,
  kEmptyListRemoval,
  kEmptyTextCleared,
  kElementCreated,
  kDisplayNameOfMember,
  kWaitingReference,
  kAdopted,
  kOmittedKept,
};
inline constexpr std::size_t kQuirkCount = 27;

// "boolean_as_text", …: public, in records.
std::string_view quirk_name(Quirk quirk);

class QuirkSet {
 public:
  void note(Quirk quirk) { noted_.set(static_cast<std::size_t>(quirk)); }
  bool contains(Quirk quirk) const { return noted_.test(static_cast<std::size_t>(quirk)); }
  bool empty() const { return noted_.none(); }
  friend bool operator==(const QuirkSet&, const QuirkSet&) = default;
  QuirkSet& operator|=(const QuirkSet& other) {
    noted_ |= other.noted_;
    return *this;
  }

 private:
  std::bitset<kQuirkCount> noted_;
};

// The behaviour under which one request is read, and what it was forgiven so far. Not thread-safe: one request.
struct Dialect {
  Behaviour behaviour = behaviour_of(Profile::kStandard);
  QuirkSet quirks = {};

  void note(Quirk quirk) { quirks.note(quirk); }
};

}  // namespace doorward::scim
