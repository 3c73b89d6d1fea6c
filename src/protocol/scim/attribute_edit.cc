#include "protocol/scim/attribute_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/coerce.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

Result<void> check_immutable(const Attribute& attribute, const json::value* present, const json::value* wanted) {
  if (attribute.mutability != Mutability::kImmutable || present == nullptr) return {};
  if (wanted != nullptr && *present == *wanted) return {};
  return failure(Reason::kScimMutability, fmt::format("\"{}\" cannot be changed once it is set.", attribute.name));
}

Result<void> clear(const Attribute& attribute, PatchVerb verb, json::object& container) {
  if (attribute.required) {
    if (verb == PatchVerb::kRemove) {
      return failure(Reason::kScimMutability, fmt::format("\"{}\" is required and cannot be removed.", attribute.name));
    }
    return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" is required.", attribute.name));
  }
  DOORWARD_CHECK(check_immutable(attribute, container.if_contains(attribute.name), nullptr));
  container.stable_erase(attribute.name);
  return {};
}

// Sets one single-valued attribute, or clears it.
Result<void> set_simple(const Attribute& attribute, PatchVerb verb, const json::value& value, json::object& container,
                        Dialect& dialect) {
  if (verb == PatchVerb::kRemove) return clear(attribute, verb, container);
  if (clears(value, dialect))
    return verb == PatchVerb::kAdd && !value.is_string() ? Result<void>{} : clear(attribute, verb, container);
  DOORWARD_TRY(auto coerced, coerce(attribute, value, attribute.name, dialect));
  if (!coerced) return {};
  DOORWARD_CHECK(check_immutable(attribute, container.if_contains(attribute.name), &*coerced));
  container[attribute.name] = *std::move(coerced);
  return {};
}

// Merges the sub-attributes of `value` into `element`; an unassigned one clears its place. Plain text stands for
// `value`. When `value` comes to name something else, what was said of the former thing goes.
Result<void> merge_complex(const Attribute& attribute, PatchVerb verb, const json::value& given, json::object& element,
                           Dialect& dialect) {
  json::object wrapped;
  const bool loose = dialect.behaviour.loose_values == Behaviour::Loose::kAccept;
  const bool listed = loose && given.is_array() && given.get_array().size() == 1;
  if (listed) dialect.note(Quirk::kListForSingle);
  const json::value& single = listed ? given.get_array().front() : given;
  const json::object* object = single.if_object();
  if (object == nullptr && loose && single.is_string() && attribute.find("value") != nullptr) {
    dialect.note(Quirk::kTextForComplex);
    wrapped["value"] = single;
    object = &wrapped;
  }
  if (object == nullptr) {
    return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" must be an object.", attribute.name));
  }
  const Attribute* value_sub = attribute.find("value");
  const json::value* old_value = value_sub != nullptr ? element.if_contains("value") : nullptr;
  const std::optional<json::value> before = old_value != nullptr ? std::optional(*old_value) : std::nullopt;
  for (const auto& member : *object) {
    DOORWARD_TRY(const Attribute* const sub, sub_attribute(attribute, key_of(member), attribute.name, dialect));
    if (sub == nullptr || sub->mutability == Mutability::kReadOnly || sub->returned == Returned::kNever) continue;
    DOORWARD_CHECK(set_simple(*sub, verb, member.value(), element, dialect));
  }
  if (before && attribute.find("$ref") != nullptr) {
    const json::value* now = element.if_contains("value");
    const bool ref_given = std::ranges::any_of(*object, [](const auto& m) { return equal_names(key_of(m), "$ref"); });
    if ((now == nullptr || *now != *before) && !ref_given) element.stable_erase("$ref");
  }
  return {};
}

// What is left of an element says nothing any more: only labels around a value that is gone.
bool only_labels(const Attribute& attribute, const json::value& element) {
  const json::object* object = element.if_object();
  if (object == nullptr) return false;
  if (object->empty()) return true;
  if (attribute.find("value") == nullptr) return false;
  return std::ranges::all_of(*object, [](const auto& member) {
    return member.key() == "type" || member.key() == "primary" || member.key() == "display";
  });
}

// The values of one multi-valued attribute while an operation edits them.
class ValueList {
 public:
  ValueList(const Attribute& attribute, json::object& container) : attribute_(attribute), container_(container) {
    if (const json::value* present = container.if_contains(attribute.name)) {
      if (const json::array* array = present->if_array()) values_ = *array;
    }
  }

  Result<void> apply(const AttributeEdit& edit) {
    DOORWARD_CHECK(spend(edit, values_.size()));
    if (edit.filter) {
      DOORWARD_CHECK(apply_filtered(edit));
    } else if (edit.target.sub != nullptr) {
      DOORWARD_CHECK(apply_to_every(edit));
    } else {
      DOORWARD_CHECK(apply_whole(edit));
    }
    return store();
  }

 private:
  Result<void> apply_whole(const AttributeEdit& edit) {
    if (edit.verb == PatchVerb::kRemove) {
      if (edit.value.is_null()) {
        values_.clear();
        return {};
      }
      if (is_unassigned(edit.value)) {  // an empty list names nothing
        edit.dialect.note(Quirk::kEmptyListRemoval);
        return {};
      }
      edit.dialect.note(Quirk::kValueListRemoval);
      DOORWARD_TRY(auto named, coerce(attribute_, edit.value, attribute_.name, edit.dialect));
      if (!named) return {};
      DOORWARD_CHECK(spend(edit, named->get_array().size() * values_.size()));
      remove_named(named->get_array());
      return {};
    }
    if (clears(edit.value, edit.dialect)) {
      if (edit.verb == PatchVerb::kReplace) values_.clear();
      return {};
    }
    DOORWARD_TRY(auto coerced, coerce(attribute_, edit.value, attribute_.name, edit.dialect));
    if (!coerced) return {};
    if (edit.verb == PatchVerb::kReplace) {
      values_ = std::move(coerced->get_array());
      return {};
    }
    DOORWARD_CHECK(spend(edit, coerced->get_array().size() * (values_.size() + coerced->get_array().size())));
    for (json::value& element : coerced->get_array()) add(std::move(element));
    return {};
  }

  // `emails.type`: a sub-attribute without filter means every element.
  Result<void> apply_to_every(const AttributeEdit& edit) {
    if (values_.empty() && edit.verb != PatchVerb::kRemove && !clears(edit.value, edit.dialect)) {
      values_.emplace_back(json::object{});
    }
    for (std::size_t i = 0; i < values_.size(); ++i) DOORWARD_CHECK(edit_sub(edit, i));
    return {};
  }

  Result<void> apply_filtered(const AttributeEdit& edit) {
    DOORWARD_TRY(const BoundFilter bound, BoundFilter::bind_element(*edit.filter, attribute_, edit.dialect));
    DOORWARD_CHECK(spend(edit, count_terms(*edit.filter) * values_.size()));
    std::vector<std::size_t> matches;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (bound.matches_element(values_[i])) matches.push_back(i);
    }
    if (matches.empty()) return apply_unmatched(edit);
    if (edit.target.sub != nullptr) {
      for (const std::size_t i : matches) DOORWARD_CHECK(edit_sub(edit, i));
      return {};
    }
    if (edit.verb == PatchVerb::kRemove || (edit.verb == PatchVerb::kReplace && clears(edit.value, edit.dialect))) {
      for (const std::size_t i : matches) values_[i] = nullptr;
      return {};
    }
    if (clears(edit.value, edit.dialect)) return {};
    for (const std::size_t i : matches) DOORWARD_CHECK(edit_element(edit, i));
    return {};
  }

  Result<void> apply_unmatched(const AttributeEdit& edit) {
    if (edit.verb == PatchVerb::kRemove || clears(edit.value, edit.dialect)) return {};
    auto element = described_element(*edit.filter);
    if (!element || !may_create(edit)) {
      return failure(Reason::kScimNoTarget, fmt::format("No value of \"{}\" matches the filter.", attribute_.name));
    }
    edit.dialect.note(Quirk::kElementCreated);
    DOORWARD_TRY(auto coerced, coerce_one(attribute_, json::value(*std::move(element)), attribute_.name, edit.dialect));
    values_.push_back(coerced ? *std::move(coerced) : json::value(json::object{}));
    const std::size_t last = values_.size() - 1;
    if (edit.target.sub != nullptr) return edit_sub(edit, last);
    DOORWARD_CHECK(merge_complex(attribute_, edit.verb, edit.value, values_[last].get_object(), edit.dialect));
    note_primary(last);
    return {};
  }

  Result<void> edit_sub(const AttributeEdit& edit, std::size_t index) {
    json::object* element = values_[index].if_object();
    if (element == nullptr) {
      return failure(Reason::kScimInvalidPath, fmt::format("\"{}\" has no sub-attributes.", attribute_.name));
    }
    DOORWARD_CHECK(set_simple(*edit.target.sub, edit.verb, edit.value, *element, edit.dialect));
    if (edit.target.sub->name == "primary") note_primary(index);
    if (edit.target.sub->name == "value" && !element->contains("value") && only_labels(attribute_, values_[index])) {
      values_[index] = nullptr;
    }
    return {};
  }

  // add merges into the element; replace puts the new one in its place but keeps what the filter was about, so that
  // emails[type eq "work"] stays the work address.
  Result<void> edit_element(const AttributeEdit& edit, std::size_t index) {
    if (!values_[index].is_object()) {
      DOORWARD_TRY(auto coerced, coerce_one(attribute_, edit.value, attribute_.name, edit.dialect));
      if (coerced) values_[index] = *std::move(coerced);
      return {};
    }
    json::object& element = values_[index].get_object();
    if (edit.verb == PatchVerb::kReplace) {
      json::object kept;
      if (const auto described = described_element(*edit.filter)) {
        for (const auto& member : *described) {
          const Attribute* sub = attribute_.find(key_of(member));
          if (sub == nullptr) continue;
          if (const json::value* present = element.if_contains(sub->name)) kept[sub->name] = *present;
        }
      }
      element = std::move(kept);
    }
    DOORWARD_CHECK(merge_complex(attribute_, edit.verb, edit.value, element, edit.dialect));
    note_primary(index);
    return {};
  }

  void add(json::value element) {
    const auto same = std::ranges::find_if(
        values_, [&](const json::value& present) { return same_element(attribute_, present, element); });
    if (same == values_.end()) {
      values_.push_back(std::move(element));
      note_primary(values_.size() - 1);
      return;
    }
    if (!same->is_object()) return;
    for (const auto& member : element.get_object()) same->get_object()[member.key()] = member.value();
    note_primary(static_cast<std::size_t>(same - values_.begin()));
  }

  // The listed values; where the list gives no `type`, any type.
  void remove_named(const json::array& named) {
    for (json::value& present : values_) {
      const bool listed = std::ranges::any_of(named, [&](const json::value& name) {
        if (same_element(attribute_, present, name)) return true;
        const json::object* object = name.if_object();
        if (object == nullptr || !object->contains("value") || object->contains("type")) return false;
        json::value untyped = present;
        if (json::object* known = untyped.if_object()) known->stable_erase("type");
        return same_element(attribute_, untyped, name);
      });
      if (listed) present = nullptr;
    }
  }

  void note_primary(std::size_t index) {
    const json::object* object = values_[index].if_object();
    const json::value* primary = object != nullptr ? object->if_contains("primary") : nullptr;
    if (!primary_ && primary != nullptr && primary->is_bool() && primary->get_bool()) primary_ = index;
  }

  Result<void> store() {
    if (primary_) {
      for (std::size_t i = 0; i < values_.size(); ++i) {
        json::object* object = values_[i].if_object();
        if (i != *primary_ && object != nullptr && object->contains("primary")) (*object)["primary"] = false;
      }
    }
    json::array kept;
    for (json::value& value : values_) {
      if (!is_unassigned(value)) kept.push_back(std::move(value));
    }
    drop_repeats(attribute_, kept);  // an edit of one part may have made two elements alike
    if (kept.size() > max_values(attribute_)) {
      return failure(Reason::kScimInvalidValue,
                     fmt::format("\"{}\" may hold at most {} values.", attribute_.name, max_values(attribute_)));
    }
    const json::value* present = container_.if_contains(attribute_.name);
    const json::value wanted(std::move(kept));
    DOORWARD_CHECK(check_immutable(attribute_, present, &wanted));
    if (!wanted.get_array().empty()) {
      container_[attribute_.name] = wanted;
    } else if (attribute_.required) {
      return failure(Reason::kScimMutability, fmt::format("\"{}\" is required.", attribute_.name));
    } else {
      container_.stable_erase(attribute_.name);
    }
    return {};
  }

  const Attribute& attribute_;
  json::object& container_;
  json::array values_;
  std::optional<std::size_t> primary_;  // the element that this operation made primary
};

Result<void> edit_single_complex(const AttributeEdit& edit, json::object& container) {
  const Attribute& attribute = *edit.target.attribute;
  json::object element;
  if (const json::value* present = container.if_contains(attribute.name)) {
    if (present->is_object()) element = present->get_object();
  }
  if (edit.filter) {
    DOORWARD_TRY(const BoundFilter bound, BoundFilter::bind_element(*edit.filter, attribute, edit.dialect));
    if (!bound.matches_element(json::value(element))) {
      if (edit.verb == PatchVerb::kRemove) return {};
      return failure(Reason::kScimNoTarget, fmt::format("\"{}\" does not match the filter.", attribute.name));
    }
  }
  if (edit.target.sub != nullptr) {
    DOORWARD_CHECK(set_simple(*edit.target.sub, edit.verb, edit.value, element, edit.dialect));
  } else if (edit.verb == PatchVerb::kRemove) {
    return clear(attribute, edit.verb, container);
  } else if (clears(edit.value, edit.dialect)) {
    return edit.verb == PatchVerb::kAdd && !edit.value.is_string() ? Result<void>{}
                                                                   : clear(attribute, edit.verb, container);
  } else {
    DOORWARD_CHECK(merge_complex(attribute, edit.verb, edit.value, element, edit.dialect));
  }
  if (element.empty())
    return container.contains(attribute.name) ? clear(attribute, edit.verb, container) : Result<void>{};
  container[attribute.name] = std::move(element);
  return {};
}

}  // namespace

Result<void> spend(const AttributeEdit& edit, std::size_t comparisons) {
  if (comparisons > edit.comparisons) {
    return failure(Reason::kPayloadTooLarge, "The operations are too many for the values they look at.");
  }
  edit.comparisons -= comparisons;
  return {};
}

bool clears(const json::value& value, Dialect& dialect) {
  if (is_unassigned(value)) return true;
  if (!value.is_string() || !value.get_string().empty()) return false;
  if (dialect.behaviour.loose_values == Behaviour::Loose::kRefuse) return false;
  dialect.note(Quirk::kEmptyTextCleared);
  return true;
}

bool may_create(const AttributeEdit& edit) {
  const Behaviour& behaviour = edit.dialect.behaviour;
  if (edit.verb == PatchVerb::kAdd) return behaviour.unmatched_add == Behaviour::UnmatchedAdd::kCreate;
  return edit.verb == PatchVerb::kReplace && behaviour.unmatched_replace == Behaviour::UnmatchedReplace::kCreate;
}

std::optional<json::object> described_element(const Filter& filter) {
  json::object element;
  if (filter.kind == Filter::Kind::kCompare) {
    if (filter.op != CompareOp::kEq || filter.literal.is_null()) return std::nullopt;
    element[filter.name] = filter.literal;
    return element;
  }
  if (filter.kind != Filter::Kind::kAnd) return std::nullopt;
  for (const Filter& operand : filter.operands) {
    const auto part = described_element(operand);
    if (!part) return std::nullopt;
    for (const auto& member : *part) element[member.key()] = member.value();
  }
  return element;
}

Result<void> edit_attribute(const AttributeEdit& edit, json::object& container) {
  const Attribute& attribute = *edit.target.attribute;
  if (attribute.multi_valued) return ValueList(attribute, container).apply(edit);
  if (attribute.type == Type::kComplex) return edit_single_complex(edit, container);
  if (edit.filter) {
    return failure(Reason::kScimInvalidPath, fmt::format("\"{}\" cannot be filtered.", attribute.name));
  }
  return set_simple(attribute, edit.verb, edit.value, container, edit.dialect);
}

}  // namespace doorward::scim
