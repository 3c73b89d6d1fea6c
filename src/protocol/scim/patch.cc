#include "protocol/scim/patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/json_member.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

constexpr auto kVerbs = std::to_array<std::pair<std::string_view, PatchVerb>>(
    {{"add", PatchVerb::kAdd}, {"remove", PatchVerb::kRemove}, {"replace", PatchVerb::kReplace}});

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

tl::unexpected<Error> refuse(Reason reason, std::size_t index, std::string_view why) {
  return failure(reason, fmt::format("Operation {}: {}", index, why));
}

Result<PatchVerb> read_verb(const json::object& operation, std::size_t index, Dialect& dialect) {
  const json::value* word = find_member(operation, "op");
  if (word != nullptr && word->is_string()) {
    const std::string_view text = view(word->get_string());
    for (const auto& [known, verb] : kVerbs) {
      if (!equal_names(text, known)) continue;
      if (text != known) dialect.note(Quirk::kOperatorCase);
      return verb;
    }
  }
  return refuse(Reason::kScimInvalidSyntax, index, "\"op\" must be add, remove or replace.");
}

// Keys that are not spelled as RFC 7644 spells them, and keys that it does not know.
void note_keys(const json::object& object, std::initializer_list<std::string_view> known, Dialect& dialect) {
  for (const auto& member : object) {
    const std::string_view key = key_of(member);
    const auto match = std::ranges::find_if(known, [&](std::string_view name) { return equal_names(name, key); });
    if (match == known.end()) {
      dialect.note(Quirk::kExtraOperationKey);
    } else if (*match != key) {
      dialect.note(Quirk::kKeyCase);
    }
  }
}

Result<PatchOperation> read_operation(const json::value& value, std::size_t index, Dialect& dialect) {
  const json::object* object = value.if_object();
  if (object == nullptr) return refuse(Reason::kScimInvalidSyntax, index, "an operation must be an object.");
  PatchOperation operation;
  note_keys(*object, {"op", "path", "value"}, dialect);
  DOORWARD_TRY(operation.verb, read_verb(*object, index, dialect));

  const json::value* path = find_member(*object, "path");
  if (path != nullptr && !path->is_null()) {
    if (!path->is_string()) return refuse(Reason::kScimInvalidPath, index, "\"path\" must be a string.");
    if (!path->get_string().empty()) {
      auto parsed = parse_path(view(path->get_string()), dialect);
      if (!parsed) return refuse(parsed.error().reason, index, parsed.error().message);
      operation.path = *std::move(parsed);
    }
  }

  const json::value* given = find_member(*object, "value");
  if (given != nullptr) operation.value = *given;
  if (operation.verb == PatchVerb::kRemove) {
    if (!operation.path) return refuse(Reason::kScimNoTarget, index, "remove needs a path.");
    return operation;
  }
  if (given == nullptr) return refuse(Reason::kScimInvalidValue, index, "\"value\" is missing.");
  if (!operation.path && !given->is_object()) {
    return refuse(Reason::kScimInvalidValue, index, "without a path, \"value\" must be an object.");
  }
  return operation;
}

bool names_patch_op(const json::value& schemas) {
  const json::array* list = schemas.if_array();
  return list != nullptr && std::ranges::any_of(*list, [](const json::value& urn) {
           return urn.is_string() && equal_names(view(urn.get_string()), kPatchOpUrn);
         });
}

// A message that names something else is not meant as a PatchOp.
Result<void> check_message(const json::value* schemas, Dialect& dialect) {
  if (schemas != nullptr && names_patch_op(*schemas)) return {};
  if (schemas != nullptr || dialect.behaviour.missing_schemas == Behaviour::Loose::kRefuse) {
    return failure(Reason::kScimInvalidSyntax, fmt::format("\"schemas\" must contain {}.", kPatchOpUrn));
  }
  dialect.note(Quirk::kMissingSchemas);
  return {};
}

}  // namespace

Result<PatchRequest> parse_patch(const json::object& body, Dialect& dialect) {
  DOORWARD_CHECK(check_message(find_member(body, "schemas"), dialect));
  note_keys(body, {"schemas", "Operations"}, dialect);
  const json::value* found = find_member(body, "Operations");
  const json::array* list = found != nullptr ? found->if_array() : nullptr;
  if (list == nullptr) return failure(Reason::kScimInvalidSyntax, "\"Operations\" must be a list.");
  if (list->size() > limits::kPatchOperations) {
    return failure(Reason::kPayloadTooLarge,
                   fmt::format("A request may hold at most {} operations.", limits::kPatchOperations));
  }
  if (list->empty()) {
    if (dialect.behaviour.empty_patch == Behaviour::Loose::kRefuse) {
      return failure(Reason::kScimInvalidSyntax, "\"Operations\" must hold an operation.");
    }
    dialect.note(Quirk::kEmptyPatch);
  }
  PatchRequest request;
  request.operations.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    DOORWARD_TRY(PatchOperation operation, read_operation((*list)[i], i, dialect));
    request.operations.push_back(std::move(operation));
  }
  return request;
}

}  // namespace doorward::scim
