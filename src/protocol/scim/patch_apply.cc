// apply_patch: walks operations and turns each into an edit of one attribute (attribute_edit.h).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/scim/attribute_edit.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/coerce.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/member_edit.h"
#include "protocol/scim/patch.h"
#include "protocol/scim/sent_name.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

class PatchRun {
 public:
  // `deltas` null: the type has no attribute that lives in rows.
  PatchRun(const ResourceType& type, json::object document, std::vector<MemberDelta>* deltas, Dialect& dialect)
      : type_(type), document_(std::move(document)), deltas_(deltas), dialect_(dialect) {}

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
      auto path = parse_path(key_of(member), dialect_);
      if (!path) {
        if (key_of(member).find('[') != std::string_view::npos) return failure(std::move(path).error());
        DOORWARD_CHECK(meet_unknown(key_of(member), Origin::kKey));  // no attribute can have this name
        continue;
      }
      DOORWARD_CHECK(apply_at(verb, *path, member.value(), Origin::kKey));
    }
    return {};
  }

  // A name that leads nowhere.
  Result<void> meet_unknown(std::string_view name, Origin origin) {
    const bool refused = origin == Origin::kKey
                             ? dialect_.behaviour.unknown_attributes == Behaviour::Unknown::kRefuse
                             : dialect_.behaviour.unknown_paths == Behaviour::UnknownPath::kRefuse ||
                                   (dialect_.behaviour.unknown_paths == Behaviour::UnknownPath::kIgnoreForeign &&
                                    !has_foreign_urn(type_, name));
    if (refused) {
      return failure(origin == Origin::kKey ? Reason::kScimInvalidValue : Reason::kScimInvalidPath,
                     fmt::format("There is no attribute \"{}\".", name));
    }
    dialect_.note(has_foreign_urn(type_, name) ? Quirk::kUnknownSchema : Quirk::kUnknownAttribute);
    return {};
  }

  Result<void> apply_at(PatchVerb verb, const PatchPath& path, const json::value& value, Origin origin) {
    const auto target = resolve_sent(type_, path.name, dialect_);
    if (!target) return meet_unknown(path.name, origin);
    if (target->attribute == nullptr) return apply_to_schema(verb, *target, path, value);
    if (origin == Origin::kKey && (path.filter || !equal_names(path.name, target->attribute->name))) {
      dialect_.note(Quirk::kPathAsKey);
    }
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
      return target.extension != nullptr ? remove_extension(verb, *target.extension) : Result<void>{};
    }
    if (is_unassigned(value)) return {};
    const json::object* object = value.if_object();
    if (object == nullptr) return failure(Reason::kScimInvalidValue, fmt::format("{} takes an object.", path.name));
    for (const auto& member : *object) {
      const std::string name = target.extension == nullptr ? std::string(key_of(member))
                                                           : fmt::format("{}:{}", target.extension->id, key_of(member));
      auto inner = parse_path(name, dialect_);
      const auto found = inner ? resolve_sent(type_, inner->name, dialect_) : std::nullopt;
      // A bare URN inside would lead back here: only attributes count.
      if (!found || found->attribute == nullptr) {
        DOORWARD_CHECK(meet_unknown(key_of(member), Origin::kKey));
        continue;
      }
      DOORWARD_CHECK(apply_to_attribute(verb, *found, *inner, member.value(), Origin::kKey));
    }
    return {};
  }

  Result<void> remove_extension(PatchVerb verb, const Schema& extension) {
    const auto declared =
        std::ranges::find_if(type_.extensions, [&](const SchemaExtension& e) { return &e.schema == &extension; });
    if (declared != type_.extensions.end() && declared->required && verb == PatchVerb::kRemove) {
      return failure(Reason::kScimMutability, fmt::format("{} is required and cannot be removed.", extension.id));
    }
    const json::value* data = document_.if_contains(extension.id);
    for (const Attribute& attribute : extension.attributes) {
      if (data == nullptr || attribute.mutability != Mutability::kImmutable) continue;
      if (!data->get_object().contains(attribute.name)) continue;
      return failure(Reason::kScimMutability, fmt::format("\"{}\" cannot be changed once it is set.", attribute.name));
    }
    document_.stable_erase(extension.id);
    return {};
  }

  Result<void> apply_to_attribute(PatchVerb verb, AttributeTarget target, const PatchPath& path,
                                  const json::value& value, Origin origin) {
    if (equal_names(target.attribute->name, "schemas")) {  // follows from the data, whatever is asked
      dialect_.note(Quirk::kReadOnlyIgnored);
      return {};
    }
    if (path.filter && target.sub != nullptr) {
      return failure(Reason::kScimInvalidPath, "A filter cannot follow a sub-attribute.");
    }
    if (!path.sub.empty()) {
      const auto sub = sub_attribute(*target.attribute, path.sub, target.attribute->name, dialect_);
      target.sub = sub ? *sub : nullptr;
      if (target.sub == nullptr) return meet_unknown(fmt::format("{}.{}", path.name, path.sub), origin);
    }
    const Attribute& innermost = target.sub != nullptr ? *target.sub : *target.attribute;
    if (target.attribute->mutability == Mutability::kReadOnly || innermost.mutability == Mutability::kReadOnly) {
      if (origin == Origin::kKey) {
        dialect_.note(Quirk::kReadOnlyIgnored);
        return {};
      }
      return failure(Reason::kScimMutability, fmt::format("\"{}\" is read-only.", path.name));
    }
    if (target.attribute->returned == Returned::kNever || innermost.returned == Returned::kNever) return {};

    if (deltas_ != nullptr && target.attribute->name == "members") {
      return edit_members({verb, target, path.filter, value, comparisons_, dialect_}, *deltas_);
    }
    if (target.extension == nullptr)
      return edit_attribute({verb, target, path.filter, value, comparisons_, dialect_}, document_);
    json::object data;
    if (const json::value* found = document_.if_contains(target.extension->id)) data = found->get_object();
    DOORWARD_CHECK(edit_attribute({verb, target, path.filter, value, comparisons_, dialect_}, data));
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
  Dialect& dialect_;
};

}  // namespace

Result<json::object> apply_patch(const ResourceType& type, json::object document, const PatchRequest& request,
                                 Dialect& dialect) {
  return PatchRun(type, std::move(document), nullptr, dialect).run(request);
}

Result<GroupPatch> compile_group_patch(const ResourceType& type, json::object document, const PatchRequest& request,
                                       Dialect& dialect) {
  GroupPatch patch;
  DOORWARD_TRY(patch.document, PatchRun(type, std::move(document), &patch.deltas, dialect).run(request));
  return patch;
}

}  // namespace doorward::scim
