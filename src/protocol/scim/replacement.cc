// replaced(): what a PUT makes of a stored document (RFC 7644 section 3.5.1).
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/scim/coerce.h"
#include "protocol/scim/resource.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

tl::unexpected<Error> immutable(std::string_view name) {
  return failure(Reason::kScimMutability, fmt::format("\"{}\" cannot be changed once it is set.", name));
}

// Immutable sub-attributes of a complex value: as they were, or given for the first time.
Result<void> keep_immutable_subs(const Attribute& attribute, const json::object& stored, json::object& next) {
  for (const Attribute& sub : attribute.sub_attributes) {
    const json::value* before = stored.if_contains(sub.name);
    if (sub.mutability != Mutability::kImmutable || before == nullptr) continue;
    const json::value* after = next.if_contains(sub.name);
    if (after == nullptr) {
      next[sub.name] = *before;
    } else if (*after != *before) {
      return immutable(fmt::format("{}.{}", attribute.name, sub.name));
    }
  }
  return {};
}

// Elements are known again by their value and type; one that is gone was removed, one that is new may say anything.
Result<void> keep_immutable_elements(const Attribute& attribute, const json::array& stored, json::array& next) {
  for (json::value& element : next) {
    json::object* after = element.if_object();
    if (after == nullptr) continue;
    const auto before = std::ranges::find_if(
        stored, [&](const json::value& candidate) { return same_element(attribute, candidate, element); });
    if (before == stored.end() || !before->is_object()) continue;
    DOORWARD_CHECK(keep_immutable_subs(attribute, before->get_object(), *after));
  }
  return {};
}

bool always_stays(const Attribute& attribute) { return attribute.name == "active" || attribute.name == "externalId"; }

// One level of a document: the core attributes, or one extension.
class LevelMerge {
 public:
  LevelMerge(const json::object& stored, json::object& next, Dialect& dialect)
      : stored_(stored), next_(next), dialect_(dialect) {}

  Result<void> merge(const Attribute& attribute) {
    const json::value* before = stored_.if_contains(attribute.name);
    if (before == nullptr) {
      drop_null(attribute.name);
      return {};
    }
    json::value* after = next_.if_contains(attribute.name);
    if (after == nullptr || (after->is_null() && attribute.name == "active")) {
      const bool by_switch = dialect_.behaviour.omitted_on_put == Behaviour::Omitted::kKept;
      if (!by_switch && !always_stays(attribute) && attribute.mutability != Mutability::kImmutable) return {};
      if (by_switch) dialect_.note(Quirk::kOmittedKept);
      next_[attribute.name] = *before;
      return {};
    }
    if (attribute.mutability == Mutability::kImmutable && *after != *before) return immutable(attribute.name);
    if (before->is_object() && after->is_object()) {
      DOORWARD_CHECK(keep_immutable_subs(attribute, before->get_object(), after->get_object()));
    } else if (before->is_array() && after->is_array() && attribute.type == Type::kComplex) {
      DOORWARD_CHECK(keep_immutable_elements(attribute, before->get_array(), after->get_array()));
    }
    drop_null(attribute.name);
    return {};
  }

 private:
  void drop_null(const std::string& name) {
    const json::value* after = next_.if_contains(name);
    if (after != nullptr && after->is_null()) next_.stable_erase(name);
  }

  const json::object& stored_;
  json::object& next_;
  Dialect& dialect_;
};

}  // namespace

Result<json::object> replaced(const ResourceType& type, const json::object& stored, json::object replacement,
                              Dialect& dialect) {
  LevelMerge core(stored, replacement, dialect);
  for (const Attribute& attribute : type.schema.attributes) DOORWARD_CHECK(core.merge(attribute));
  for (const Attribute& attribute : common_attributes()) DOORWARD_CHECK(core.merge(attribute));

  for (const SchemaExtension& extension : type.extensions) {
    const std::string& urn = extension.schema.id;
    const json::value* before = stored.if_contains(urn);
    const json::value* given = replacement.if_contains(urn);
    // null clears the extension; its immutable attributes stay nevertheless.
    json::object after = given != nullptr && given->is_object() ? given->get_object() : json::object();
    if (given != nullptr && given->is_null()) {
      for (const Attribute& attribute : extension.schema.attributes) {
        if (attribute.mutability != Mutability::kImmutable) after[attribute.name] = nullptr;
      }
    }
    static const json::object kNothing;
    LevelMerge level(before != nullptr ? before->get_object() : kNothing, after, dialect);
    for (const Attribute& attribute : extension.schema.attributes) DOORWARD_CHECK(level.merge(attribute));
    if (after.empty()) {
      replacement.stable_erase(urn);
    } else {
      replacement[urn] = std::move(after);
    }
  }
  DOORWARD_CHECK(check_document(type, replacement));
  return replacement;
}

}  // namespace doorward::scim
