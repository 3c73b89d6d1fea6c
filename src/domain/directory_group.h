// A group as pushed by an identity provider. Members are rows of their own, never part of the group's document, so a
// change of one member costs one row whatever the size.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

struct DirectoryGroup {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DirectoryId directory_id;
  DirectoryGroupId id;
  std::string display_name;
  std::string display_name_folded;
  std::optional<std::string> external_id;
  boost::json::object attributes;  // SCIM resource without id, meta and members
  std::int64_t member_count = 0;   // users among the members
  std::int64_t version = 1;
  Timestamp create_time;
  Timestamp update_time;
};

enum class MemberKind : std::uint8_t {
  kUnresolved = 0,  // the identity provider named someone who does not exist here yet
  kUser = 1,
  kGroup = 2,
};

struct GroupMember {
  DirectoryGroupId group_id;
  std::string value;  // id of the user or group, or whatever text the provider sent
  MemberKind kind = MemberKind::kUnresolved;
  std::optional<std::string> display;  // as sent
  std::optional<std::string> type;     // as sent
};

// `type` of a member as RFC 7643 section 4.2 has it; empty for one that is not here.
inline std::string_view type_of(MemberKind kind) {
  switch (kind) {
    case MemberKind::kUser:
      return "User";
    case MemberKind::kGroup:
      return "Group";
    case MemberKind::kUnresolved:
      break;
  }
  return {};
}
// What answers show and filters see.
inline std::string_view shown_type(const GroupMember& member) {
  return member.type ? std::string_view(*member.type) : type_of(member.kind);
}

// What a user's profile shows of a group.
struct GroupReference {
  DirectoryGroupId id;
  std::string display_name;
};

}  // namespace doorward
