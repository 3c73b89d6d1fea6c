#include "rpc/field_rules.h"

#include <fmt/format.h>
#include <google/protobuf/reflection.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "rpc/enforced_rules.h"
#include "rpc/limits.h"
#include "rpc/value_rules.h"

namespace doorward::rpc {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

struct FieldCheck {
  const FieldDescriptor* field = nullptr;
  bool required = false;
  ValueRules value;  // of a single field, or of each item
  ValueRules key;    // of each map key
  const FieldDescriptor* map_key = nullptr;
  const FieldDescriptor* map_value = nullptr;
  const MessageRules* nested = nullptr;
  std::optional<std::uint32_t> min_items;
  std::optional<std::uint32_t> max_items;
  bool unique = false;
};

struct MessageRules {
  std::vector<FieldCheck> checks;
};

namespace {

// google.protobuf types have a fixed meaning and no rules; a Struct may hold anything.
bool is_foreign(const Descriptor* descriptor) { return descriptor->file()->package() == "google.protobuf"; }

Result<void> compile_repeated(const doorward::v1::RepeatedRules& rules, const FieldDescriptor* field,
                              FieldCheck& check) {
  if (rules.has_min_items()) check.min_items = rules.min_items();
  if (rules.has_max_items()) check.max_items = rules.max_items();
  check.unique = rules.unique();
  if (check.unique && field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return failure(internal_error(field->full_name() + ": unique is for lists of strings"));
  }
  DOORWARD_TRY(check.value, ValueRules::compile(rules.items(), field));
  return {};
}

Result<void> compile_map(const doorward::v1::MapRules& rules, FieldCheck& check) {
  if (rules.has_max_pairs()) check.max_items = rules.max_pairs();
  DOORWARD_TRY(check.key, ValueRules::compile(rules.keys(), check.map_key));
  DOORWARD_TRY(check.value, ValueRules::compile(rules.values(), check.map_value));
  return {};
}

Result<void> compile_rules(const FieldDescriptor* field, FieldCheck& check) {
  doorward::v1::FieldRules rules = enforced_rules(field);
  check.required = rules.required();
  rules.clear_required();
  if (field->is_map()) {
    const auto map = rules.map();
    rules.clear_map();
    DOORWARD_CHECK(compile_map(map, check));
  } else if (field->is_repeated()) {
    const auto repeated = rules.repeated();
    rules.clear_repeated();
    DOORWARD_CHECK(compile_repeated(repeated, field, check));
  } else {
    DOORWARD_TRY(check.value, ValueRules::compile(rules, field));
    return {};
  }
  if (rules.ByteSizeLong() != 0) {
    return failure(internal_error(field->full_name() + " has a rule that does not fit a list or map"));
  }
  return {};
}

class Checker {
 public:
  void message(const Message& message, const MessageRules& rules) {
    for (const FieldCheck& check : rules.checks) {
      if (full()) return;
      const std::size_t mark = path_.size();
      if (!path_.empty()) path_ += '.';
      path_ += check.field->name();
      if (check.field->is_repeated()) {
        items(message, check);
      } else {
        single(message, check);
      }
      path_.resize(mark);
    }
  }

  std::vector<FieldViolation> take() { return std::move(violations_); }

 private:
  bool full() const { return violations_.size() >= kMaxViolations; }
  void add(std::string description, std::string constraint) {
    if (!full()) violations_.push_back({path_, std::move(description), std::move(constraint)});
  }
  void add(std::optional<BrokenRule> broken) {
    if (broken) add(std::move(broken->description), std::move(broken->constraint));
  }

  void single(const Message& message, const FieldCheck& check) {
    const Reflection& reflection = *message.GetReflection();
    const bool set = reflection.HasField(message, check.field);
    if (!set && check.required) return add("is required", "required");
    if (!set && check.field->has_presence()) return;
    if (check.nested != nullptr) return this->message(reflection.GetMessage(message, check.field), *check.nested);
    add(check.value.check(message, check.field));
  }

  void items(const Message& message, const FieldCheck& check) {
    const Reflection& reflection = *message.GetReflection();
    const int count = reflection.FieldSize(message, check.field);
    if (count == 0 && check.required) return add("is required", "required");
    const bool map = check.map_key != nullptr;
    if (check.min_items && static_cast<std::uint32_t>(count) < *check.min_items) {
      add(fmt::format("must hold at least {} items", *check.min_items), "repeated.min_items");
    }
    if (check.max_items && static_cast<std::uint32_t>(count) > *check.max_items) {
      return add(fmt::format("must hold at most {} {}", *check.max_items, map ? "pairs" : "items"),
                 map ? "map.max_pairs" : "repeated.max_items");
    }
    const std::size_t mark = path_.size();
    for (int i = 0; i < count && !full(); ++i) {
      if (map) {
        pair(reflection.GetRepeatedMessage(message, check.field, i), check);
      } else {
        item(message, reflection, check, i);
      }
      path_.resize(mark);
    }
    if (check.unique && has_duplicate(message, reflection, check.field, count)) {
      add("must not hold a value twice", "repeated.unique");
    }
  }

  void item(const Message& message, const Reflection& reflection, const FieldCheck& check, int index) {
    fmt::format_to(std::back_inserter(path_), "[{}]", index);
    if (check.nested != nullptr) {
      this->message(reflection.GetRepeatedMessage(message, check.field, index), *check.nested);
    } else {
      add(check.value.check_item(message, check.field, index));
    }
  }

  void pair(const Message& entry, const FieldCheck& check) {
    if (check.map_key->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      fmt::format_to(std::back_inserter(path_), "[\"{}\"]", entry.GetReflection()->GetString(entry, check.map_key));
    }
    if (auto broken = check.key.check(entry, check.map_key)) {
      add("key " + broken->description, "map.keys." + broken->constraint);
    }
    if (check.nested != nullptr) {
      return message(entry.GetReflection()->GetMessage(entry, check.map_value), *check.nested);
    }
    if (auto broken = check.value.check(entry, check.map_value)) {
      add(std::move(broken->description), "map.values." + broken->constraint);
    }
  }

  static bool has_duplicate(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                            int count) {
    std::vector<std::string> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) values.push_back(reflection.GetRepeatedString(message, field, i));
    std::ranges::sort(values);
    return std::ranges::adjacent_find(values) != values.end();
  }

  std::string path_;
  std::vector<FieldViolation> violations_;
};

}  // namespace

RuleSet::RuleSet() = default;
RuleSet::~RuleSet() = default;

Result<const MessageRules*> RuleSet::compile(const Descriptor* descriptor) {
  if (const auto found = compiled_.find(descriptor); found != compiled_.end()) return found->second.get();
  // Entered before its fields are compiled, so that a type may hold itself.
  MessageRules& rules = *(compiled_[descriptor] = std::make_unique<MessageRules>());
  for (int i = 0; i < descriptor->field_count(); ++i) {
    FieldCheck check;
    check.field = descriptor->field(i);
    const Descriptor* nested = check.field->message_type();
    if (check.field->is_map()) {
      check.map_key = nested->map_key();
      check.map_value = nested->map_value();
      nested = check.map_value->message_type();
    }
    DOORWARD_CHECK(compile_rules(check.field, check));
    if (nested != nullptr && !is_foreign(nested)) {
      DOORWARD_TRY(check.nested, compile(nested));
    }
    const bool checks_something = check.required || check.nested != nullptr || check.min_items || check.max_items ||
                                  check.unique || !check.value.empty() || !check.key.empty();
    if (checks_something) rules.checks.push_back(std::move(check));
  }
  return &rules;
}

std::vector<FieldViolation> check_rules(const Message& message, const MessageRules& rules) {
  Checker checker;
  checker.message(message, rules);
  return checker.take();
}

Error violations_error(std::vector<FieldViolation> violations) {
  const FieldViolation& first = violations.front();
  std::string sentence = fmt::format("{}: {}", first.field, first.description);
  if (violations.size() > 1) sentence += fmt::format(" (and {} more)", violations.size() - 1);
  Error error = make_error(Reason::kInvalidArgument, std::move(sentence));
  error.violations = std::move(violations);
  return error;
}

}  // namespace doorward::rpc
