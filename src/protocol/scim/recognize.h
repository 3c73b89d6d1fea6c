// Whose client sends a request, and so which profile it is read by. Pure decisions; who remembers them is
// app/directories.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/directory.h"
#include "protocol/scim/behaviour.h"

namespace doorward::scim {

// What decided on a profile, in the order in which they count.
enum class ProfileSource : std::uint8_t {
  kPinned,     // set by the API
  kProvider,   // the provider that the directory was created for
  kUserAgent,  // of this request
  kQueryFlag,  // of this request: aadOptscim062020
  kShape,      // of a request: what only one provider sends
  kDefault,    // nothing: standard
};

// "pinned", "provider", "user_agent", …: public, in settings and records.
std::string_view profile_source_name(ProfileSource source);
std::optional<ProfileSource> profile_source_named(std::string_view name);

struct ProfileChoice {
  Profile profile = Profile::kStandard;
  ProfileSource source = ProfileSource::kDefault;

  friend bool operator==(const ProfileChoice&, const ProfileChoice&) = default;
};

// What is known before the body is read.
struct ProfileClues {
  std::optional<Profile> pinned = {};
  DirectoryProvider provider = DirectoryProvider::kUnspecified;
  std::string_view user_agent = {};  // empty when there is none
  bool aad_flag = false;             // the query has aadOptscim062020
  // What an earlier request of this directory was recognised as, and by what.
  std::optional<ProfileChoice> remembered = {};
};

// What the directory says: pinned, provider, remembered. Names that this binary does not know say nothing.
void add_settings(ProfileClues& clues, const Directory& directory);

// The first clue that says something, in the order of ProfileSource. A remembered recognition counts after the marks of
// the request itself, because a directory may change its provider; its source is told as it was.
ProfileChoice choose_profile(const ProfileClues& clues);

// Whether a choice is a recognition: worth remembering for requests that carry no mark.
bool is_recognition(const ProfileChoice& choice);

// The profile of the provider that an administrator named; nullopt for none and for those without habits of their own.
std::optional<Profile> profile_of_provider(DirectoryProvider provider);

// By the product's name in a User-Agent; nullopt for a stranger's.
std::optional<Profile> profile_of_user_agent(std::string_view user_agent);

// The name of a query parameter that only tenants of Entra ID have in their URL.
inline constexpr std::string_view kAadFlag = "aadOptscim062020";

// The provider whose requests alone look like this body of a POST, PUT or PATCH; nullopt when another's might too.
// Looks at the first kShapeOperations operations at most.
std::optional<Profile> profile_of_shape(const boost::json::object& body);
inline constexpr std::size_t kShapeOperations = 10;

}  // namespace doorward::scim
