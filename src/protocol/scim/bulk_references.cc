#include "protocol/scim/bulk_references.h"

#include <algorithm>
#include <utility>

#include "protocol/scim/case_fold.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "bulkId:";
constexpr std::string_view kSchemaPrefix = "urn:";

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

// Whether references may be parts of the texts under this key.
bool holds_parts(std::string_view key) { return equal_names(key, "$ref") || equal_names(key, "path"); }

// Calls fn(bulk_id) for each reference in a text; what it answers takes the reference's place.
template <class Fn>
std::optional<std::string> rewrite(std::string_view text, bool parts, Fn fn) {
  if (!parts) {
    if (!text.starts_with(kPrefix) || text.size() == kPrefix.size()) return std::nullopt;
    return fn(text.substr(kPrefix.size()));
  }
  std::string out;
  bool changed = false;
  for (std::size_t at; (at = text.find(kPrefix)) != std::string_view::npos;) {
    const std::string_view rest = text.substr(at + kPrefix.size());
    const std::string_view bulk_id = rest.substr(0, rest.find_first_of("\"/]"));
    out += text.substr(0, at);
    std::optional<std::string> put = bulk_id.empty() ? std::nullopt : fn(bulk_id);
    changed = changed || put.has_value();
    out += put ? *put : std::string(text.substr(at, kPrefix.size() + bulk_id.size()));
    text = rest.substr(bulk_id.size());
  }
  if (!changed) return std::nullopt;
  return out + std::string(text);
}

// Visits every text of a value that may hold references. Depth is bounded by the JSON reader.
template <class Value, class Visit>
void each_text(Value& value, bool parts, const Visit& visit) {
  if (auto* text = value.if_string()) return visit(*text, parts);
  if (auto* list = value.if_array()) {
    for (auto& element : *list) each_text(element, parts, visit);
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) each_text(member.value(), holds_parts(key_of(member)), visit);
  }
}

bool has_unresolved(const json::value& value, bool parts, const BulkResolver& resolve) {
  bool found = false;
  each_text(value, parts, [&](const json::string& text, bool in_parts) {
    rewrite(view(text), in_parts, [&](std::string_view bulk_id) {
      found = found || !resolve(bulk_id);
      return std::optional<std::string>();
    });
  });
  return found;
}

// Takes the unresolved part of one attribute out and adds the operation that brings it back. True when nothing is left.
bool take_attribute(json::value& value, bool parts, const std::string& path, const BulkResolver& resolve,
                    json::array& operations) {
  json::value taken;
  json::array* list = value.if_array();
  if (list != nullptr) {
    json::array gone;
    json::array kept;
    for (json::value& element : *list) {
      (has_unresolved(element, parts, resolve) ? gone : kept).push_back(std::move(element));
    }
    *list = std::move(kept);
    taken = std::move(gone);
  } else {
    taken = std::move(value);
  }
  operations.push_back({{"op", "add"}, {"path", path}, {"value", std::move(taken)}});
  return list == nullptr || list->empty();
}

void take_members(json::object& object, const std::string& prefix, const BulkResolver& resolve,
                  json::array& operations) {
  std::vector<std::string> emptied;
  for (auto& member : object) {
    const std::string key(key_of(member));
    if (!has_unresolved(member.value(), holds_parts(key), resolve)) continue;
    json::object* extension =
        prefix.empty() && starts_with_name(key, kSchemaPrefix) ? member.value().if_object() : nullptr;
    if (extension != nullptr) {
      take_members(*extension, key + ":", resolve, operations);
      if (extension->empty()) emptied.push_back(key);
    } else if (take_attribute(member.value(), holds_parts(key), prefix + key, resolve, operations)) {
      emptied.push_back(key);
    }
  }
  for (const std::string& key : emptied) object.erase(key);
}

}  // namespace

std::vector<std::string> references_of(const BulkOperation& operation) {
  std::vector<std::string> found;
  const auto note = [&](std::string_view bulk_id) {
    found.emplace_back(bulk_id);
    return std::optional<std::string>();
  };
  rewrite(operation.path, true, note);
  for (const auto& member : operation.data) {
    each_text(member.value(), holds_parts(key_of(member)),
              [&](const json::string& text, bool parts) { rewrite(view(text), parts, note); });
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

void resolve_references(BulkOperation& operation, const BulkResolver& resolve) {
  if (auto path = rewrite(operation.path, true, resolve)) operation.path = *std::move(path);
  for (auto& member : operation.data) {
    each_text(member.value(), holds_parts(key_of(member)), [&](json::string& text, bool parts) {
      if (const auto put = rewrite(view(text), parts, resolve)) text = *put;
    });
  }
}

json::array take_unresolved(json::object& data, const BulkResolver& resolve) {
  json::array operations;
  take_members(data, "", resolve, operations);
  return operations;
}

}  // namespace doorward::scim
