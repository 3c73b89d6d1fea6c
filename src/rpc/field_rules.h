// The declared field rules, compiled at start and checked on every request message.
//
// All violations are collected, up to kMaxViolations, each with the path in declared names
// ("organization.metadata["k"]") and the rule's name ("string.max_len", "required", "map.max_pairs"). Every text also
// must not hold U+0000, which no database column takes ("string.no_nul").
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace doorward::rpc {

struct MessageRules;

// Owns the compiled rules. Filled at start, then only read.
class RuleSet {
 public:
  RuleSet();
  ~RuleSet();

  // The rules of a message type and of all it holds. Fails when a rule does not fit its field's type or a pattern does
  // not compile; the detail names the field.
  Result<const MessageRules*> compile(const google::protobuf::Descriptor* descriptor);

 private:
  std::unordered_map<const google::protobuf::Descriptor*, std::unique_ptr<MessageRules>> compiled_;
};

// Checks `message` of the rules' type. Empty when it is in order.
std::vector<FieldViolation> check_rules(const google::protobuf::Message& message, const MessageRules& rules);

// The violations as one invalid_argument error whose message quotes the first of them.
Error violations_error(std::vector<FieldViolation> violations);

}  // namespace doorward::rpc
