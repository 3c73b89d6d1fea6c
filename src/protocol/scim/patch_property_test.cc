// Random documents and random operations, against invariants and a small model.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "protocol/scim/coerce.h"
#include "protocol/scim/patch.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

Dialect dialect;  // of all requests here; nobody asks what it noted

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::mt19937 engine_;
};

json::value random_value(Dice& dice, const Attribute& attribute, bool element = false) {
  if (attribute.multi_valued && !element) {
    json::array values;
    for (std::size_t i = dice.below(4); i > 0; --i) values.push_back(random_value(dice, attribute, true));
    return values;
  }
  switch (attribute.type) {
    case Type::kBoolean:
      return dice.chance(50);
    case Type::kBinary:
      return dice.pick<std::string>({"QUJD", "eHl6"}).c_str();
    case Type::kComplex: {
      json::object object;
      for (const Attribute& sub : attribute.sub_attributes) {
        if (dice.chance(60)) object[sub.name] = random_value(dice, sub);
      }
      return object;
    }
    default:
      return dice.pick<std::string>({"a", "b", "Work", "work", "home", "x@y.test", ""}).c_str();
  }
}

std::vector<std::string> attribute_names() {
  std::vector<std::string> names;
  for (const Attribute& attribute : user_type().schema.attributes) {
    names.push_back(attribute.name);
    for (const Attribute& sub : attribute.sub_attributes) names.push_back(attribute.name + "." + sub.name);
    if (attribute.multi_valued && attribute.find("type") != nullptr) {
      names.push_back(attribute.name + "[type eq \"work\"]");
      names.push_back(attribute.name + "[type eq \"work\" and primary eq true].display");
      names.push_back(attribute.name + "[not (primary eq true)].type");
    }
  }
  for (const Attribute& attribute : user_type().extensions.front().schema.attributes) {
    names.push_back(std::string(kEnterpriseUserUrn) + ":" + attribute.name);
  }
  names.emplace_back(kEnterpriseUserUrn);
  return names;
}

json::object random_body(Dice& dice) {
  json::object body;
  for (const Attribute& attribute : user_type().schema.attributes) {
    if (dice.chance(40)) body[attribute.name] = random_value(dice, attribute);
  }
  body["userName"] = "ann";
  return body;
}

json::value random_operation(Dice& dice, const std::vector<std::string>& names) {
  json::object operation;
  operation["op"] = dice.pick<std::string>({"add", "Replace", "remove"});
  const std::string& path = dice.pick(names);
  const auto target = resolve(user_type(), path.substr(0, path.find('[')));
  json::value value = nullptr;
  if (target && target->attribute != nullptr && dice.chance(85)) {
    value = random_value(dice, target->sub != nullptr ? *target->sub : *target->attribute, path.find('[') != path.npos);
  }
  if (dice.chance(25) && operation["op"] != "remove") {
    operation["value"] = json::object{{path, value}};
  } else {
    operation["path"] = path;
    operation["value"] = value;
  }
  return operation;
}

std::size_t primaries(const json::value& attribute) {
  const json::array* elements = attribute.if_array();
  if (elements == nullptr) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(*elements, [](const json::value& element) {
    const json::object* object = element.if_object();
    return object != nullptr && object->contains("primary") && object->at("primary") == true;
  }));
}

TEST(PatchProperty, EveryResultIsASettledDocument) {
  const std::vector<std::string> names = attribute_names();
  std::size_t applied = 0;
  for (std::uint32_t seed = 0; seed < 4000; ++seed) {
    Dice dice(seed);
    const auto document = read_resource(user_type(), random_body(dice), dialect);
    ASSERT_TRUE(document) << document.error().message;
    json::array operations;
    for (std::size_t i = 1 + dice.below(5); i > 0; --i) operations.push_back(random_operation(dice, names));
    const json::object body{{"Operations", operations}};
    SCOPED_TRACE(json::serialize(*document) + "\n" + json::serialize(body));

    const auto request = parse_patch(body, dialect);
    ASSERT_TRUE(request) << request.error().message;
    const auto patched = apply_patch(user_type(), *document, *request, dialect);
    if (!patched) continue;
    ++applied;

    // Read as a body it would be stored as it is: spelled by the schema, nothing empty, nothing forbidden.
    const auto again = read_resource(user_type(), *patched, dialect);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == *patched) << json::serialize(*patched);
    EXPECT_FALSE(patched->contains("password"));
    EXPECT_FALSE(patched->contains("groups"));
    for (const auto& member : *patched) EXPECT_LE(primaries(member.value()), 1U) << json::serialize(*patched);

    // One by one the operations do the same as together.
    json::object stepwise = *document;
    for (const PatchOperation& operation : request->operations) {
      const auto step = apply_patch(user_type(), stepwise, {{operation}}, dialect);
      ASSERT_TRUE(step) << step.error().message;
      stepwise = *step;
    }
    EXPECT_TRUE(stepwise == *patched) << json::serialize(stepwise);
  }
  EXPECT_GT(applied, 1000U);
}

bool names_one_value_twice(const Attribute& attribute, const json::value& value) {
  const json::array* elements = value.if_array();
  if (elements == nullptr) return false;
  for (std::size_t i = 0; i < elements->size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (same_element(attribute, (*elements)[i], (*elements)[k])) return true;
    }
  }
  return false;
}

TEST(PatchProperty, AddingTheSameTwiceChangesNothingMore) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    Dice dice(seed);
    const json::object document = *read_resource(user_type(), random_body(dice), dialect);
    PatchRequest request;
    for (const Attribute& attribute : user_type().schema.attributes) {
      if (attribute.mutability != Mutability::kReadWrite || attribute.required || !dice.chance(20)) continue;
      PatchOperation operation;
      operation.path = *parse_path(attribute.name, dialect);
      operation.value = random_value(dice, attribute);
      if (names_one_value_twice(attribute, operation.value)) continue;
      request.operations.push_back(std::move(operation));
    }
    const auto once = apply_patch(user_type(), document, request, dialect);
    ASSERT_TRUE(once) << once.error().message;
    const auto twice = apply_patch(user_type(), *once, request, dialect);
    ASSERT_TRUE(twice);
    EXPECT_TRUE(*twice == *once) << json::serialize(document) << json::serialize(*once) << json::serialize(*twice);
  }
}

TEST(PatchProperty, SimpleAttributesFollowAMap) {
  const std::vector<std::string> names = {"displayName", "nickName", "title", "name.givenName", "name.familyName"};
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    Dice dice(seed);
    std::map<std::string, std::string> model;
    PatchRequest request;
    for (int i = 0; i < 20; ++i) {
      const std::string& name = dice.pick(names);
      const std::string value = dice.pick<std::string>({"a", "b", "c", ""});
      PatchOperation operation;
      operation.path = *parse_path(name, dialect);
      operation.verb = dice.pick<PatchVerb>({PatchVerb::kAdd, PatchVerb::kReplace, PatchVerb::kRemove});
      operation.value = value.c_str();
      if (operation.verb == PatchVerb::kRemove || value.empty()) {
        model.erase(name);
      } else {
        model[name] = value;
      }
      request.operations.push_back(std::move(operation));
    }
    const auto patched = apply_patch(user_type(), {{"userName", "u"}}, request, dialect);
    ASSERT_TRUE(patched);
    std::map<std::string, std::string> seen;
    for (const auto& member : *patched) {
      if (member.key() == "userName") continue;
      if (const json::object* object = member.value().if_object()) {
        for (const auto& sub : *object) {
          seen[std::string(member.key()) + "." + std::string(sub.key())] = sub.value().as_string().c_str();
        }
      } else {
        seen[std::string(member.key())] = member.value().as_string().c_str();
      }
    }
    EXPECT_EQ(seen, model) << seed;
  }
}

// What a store does with deltas, on a set.
std::set<std::string> apply(std::set<std::string> members, const std::vector<MemberDelta>& deltas) {
  for (const MemberDelta& delta : deltas) {
    if (delta.kind == MemberDelta::Kind::kReplaceAll) members.clear();
    for (const Member& member : delta.members) members.insert(member.value);
    for (const std::string& id : delta.ids) members.erase(id);
    if (delta.filter) {
      std::erase_if(members,
                    [&](const std::string& id) { return delta.filter->matches_element(json::object{{"value", id}}); });
    }
  }
  return members;
}

TEST(PatchProperty, GroupDeltasFollowASet) {
  const std::vector<std::string> ids = {"u1", "u2", "u3", "u4"};
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    Dice dice(seed);
    std::set<std::string> model;
    json::array operations;
    for (int i = 0; i < 5; ++i) {
      std::set<std::string> some;
      json::array list;
      for (std::size_t n = dice.below(3); n > 0; --n) {
        const std::string& id = dice.pick(ids);
        some.insert(id);
        list.push_back({{"value", id}});
      }
      switch (dice.below(5)) {
        case 0:
          operations.push_back({{"op", "add"}, {"path", "members"}, {"value", list}});
          model.insert(some.begin(), some.end());
          break;
        case 1:
          operations.push_back({{"op", "remove"}, {"path", "members"}, {"value", list}});
          for (const std::string& id : some) model.erase(id);
          break;
        case 2:
          operations.push_back({{"op", "replace"}, {"value", {{"members", list}, {"id", "g"}}}});
          model = some;
          break;
        case 3: {
          const std::string& id = dice.pick(ids);
          operations.push_back({{"op", "remove"}, {"path", "members[value eq \"" + id + "\"]"}});
          model.erase(id);
          break;
        }
        default:
          operations.push_back({{"op", "remove"}, {"path", "members[value sw \"u\" and value gt \"u2\"]"}});
          model.erase("u3");
          model.erase("u4");
      }
    }
    const auto request = parse_patch(json::object{{"Operations", operations}}, dialect);
    ASSERT_TRUE(request) << request.error().message;
    const auto patch = compile_group_patch(group_type(), {{"displayName", "G"}}, *request, dialect);
    ASSERT_TRUE(patch) << patch.error().message;
    EXPECT_EQ(apply({}, patch->deltas), model) << json::serialize(operations);
  }
}

}  // namespace
}  // namespace doorward::scim
