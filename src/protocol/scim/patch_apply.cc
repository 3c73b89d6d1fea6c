// apply_patch: walks operations and turns each into an edit of one attribute (attribute_edit.h).
#include <fmt/format.h>

#include <utility>

#include "protocol/scim/attribute_edit.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/coerce.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/member_edit.h"
#include "protocol/scim/patch.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

class PatchRun {
 public:
  // `deltas` null: the type has no attribute that lives in rows.
  PatchRun(const ResourceType& type, json::object document, std::vector<MemberDelta>* deltas)
      : type_(type), document_(std::move(document)), deltas_(deltas) {}

  Result<json::object> run(const PatchRequest& request) {
    for (std::size_t i = 0; i < request.operations.size(); ++i) {
      const PatchOperation& operation = request.operations[i];
      auto done = operation.path ? apply_at(operation.verb, *operation.path, operation.value, Origin::kPath)
                                 : apply_object(operation.verb, operation.value.get_object());
      if (!done) {
        Error error = std::move(done).error();
        error.message = fmt::format("Operation {}: {}", i, error.message);
        return failure(std::move(error));
      }
    }
    DOORWARD_CHECK(check_document(type_, document_));
    return std::move(document_);
  }

 private:
  enum class Origin { kPath, kKey };  // from "path", or from a key of a value without path

  // The keys of a value without path, or of one whose path is the core URN.
  Result<void> apply_object(PatchVerb verb, const json::object& value) {
    for (const auto& member : value) {
      auto path = parse_path(key_of(member));
      if (!path) {
        if (key_of(member).find('[') == std::string_view::npos) continue;  // no attribute can have this name
        return failure(std::move(path).error());
      }
      DOORWARD_CHECK(apply_at(verb, *path, member.value(), Origin::kKey));
    }
    return {};
  }

  Result<void> apply_at(PatchVerb verb, const PatchPath& path, const json::value& value, Origin origin) {
    const auto target = resolve(type_, path.name);
    if (!target) {
      if (origin == Origin::kKey || has_foreign_urn(type_, path.name)) return {};
      return failure(Reason::kScimInvalidPath, fmt::format("There is no attribute \"{}\".", path.name));
    }
    if (target->attribute == nullptr) return apply_to_schema(verb, *target, path, value);
    return apply_to_attribute(verb, *target, path, value, origin);
  }

  // The path is a bare URN: the whole extension, or the resource itself.
  Result<void> apply_to_schema(PatchVerb verb, const AttributeTarget& target, const PatchPath& path,
                               const json::value& value) {
    if (path.filter) return failure(Reason::kScimInvalidPath, "A schema cannot be filtered.");
    if (target.extension == nullptr && verb == PatchVerb::kRemove) {
      return failure(Reason::kScimNoTarget, "The core schema cannot be removed.");
    }
    if (verb == PatchVerb::kRemove || (verb == PatchVerb::kReplace && is_unassigned(value))) {
      if (target.extension != nullptr) document_.stable_erase(target.extension->id);
      return {};
    }
    if (is_unassigned(value)) return {};
    const json::object* object = value.if_object();
    if (object == nullptr) return failure(Reason::kScimInvalidValue, fmt::format("{} takes an object.", path.name));
    for (const auto& member : *object) {
      const std::string name = target.extension == nullptr ? std::string(key_of(member))
                                                           : fmt::format("{}:{}", target.extension->id, key_of(member));
      auto inner = parse_path(name);
      if (!inner) continue;
      const auto found = resolve(type_, inner->name);
      // A bare URN inside would lead back here: only attributes count.
      if (!found || found->attribute == nullptr) continue;
      DOORWARD_CHECK(apply_to_attribute(verb, *found, *inner, member.value(), Origin::kKey));
    }
    return {};
  }

  Result<void> apply_to_attribute(PatchVerb verb, AttributeTarget target, const PatchPath& path,
                                  const json::value& value, Origin origin) {
    if (equal_names(target.attribute->name, "schemas")) return {};  // follows from the data, whatever is asked
    if (path.filter && target.sub != nullptr) {
      return failure(Reason::kScimInvalidPath, "A filter cannot follow a sub-attribute.");
    }
    if (!path.sub.empty()) {
      target.sub = target.attribute->find(path.sub);
      if (target.sub == nullptr) {
        if (origin == Origin::kKey) return {};
        return failure(Reason::kScimInvalidPath,
                       fmt::format("\"{}\" has no sub-attribute \"{}\".", target.attribute->name, path.sub));
      }
    }
    const Attribute& innermost = target.sub != nullptr ? *target.sub : *target.attribute;
    if (target.attribute->mutability == Mutability::kReadOnly || innermost.mutability == Mutability::kReadOnly) {
      if (origin == Origin::kKey) return {};
      return failure(Reason::kScimMutability, fmt::format("\"{}\" is read-only.", path.name));
    }
    if (target.attribute->returned == Returned::kNever || innermost.returned == Returned::kNever) return {};

    if (deltas_ != nullptr && target.attribute->name == "members") {
      return edit_members({verb, target, path.filter, value, comparisons_}, *deltas_);
    }
    if (target.extension == nullptr) return edit_attribute({verb, target, path.filter, value, comparisons_}, document_);
    json::object data;
    if (const json::value* found = document_.if_contains(target.extension->id)) data = found->get_object();
    DOORWARD_CHECK(edit_attribute({verb, target, path.filter, value, comparisons_}, data));
    if (data.empty()) {
      document_.stable_erase(target.extension->id);
    } else {
      document_[target.extension->id] = std::move(data);
    }
    return {};
  }

  const ResourceType& type_;
  json::object document_;
  std::vector<MemberDelta>* deltas_;
  std::size_t comparisons_ = limits::kPatchComparisons;
};

}  // namespace

Result<json::object> apply_patch(const ResourceType& type, json::object document, const PatchRequest& request) {
  return PatchRun(type, std::move(document), nullptr).run(request);
}

Result<GroupPatch> compile_group_patch(json::object document, const PatchRequest& request) {
  GroupPatch patch;
  DOORWARD_TRY(patch.document, PatchRun(group_type(), std::move(document), &patch.deltas).run(request));
  return patch;
}

}  // namespace doorward::scim
