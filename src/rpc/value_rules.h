// The rules of one value: text, number or enum.
#pragma once

#include <google/protobuf/message.h>

#include <boost/regex.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doorward/v1/annotations.pb.h"

namespace doorward::rpc {

struct BrokenRule {
  std::string description;
  std::string constraint;
};

class ValueRules {
 public:
  // Rules for values of `field`'s type. Fails when a rule is for another type or a pattern does not compile.
  static Result<ValueRules> compile(const doorward::v1::FieldRules& rules,
                                    const google::protobuf::FieldDescriptor* field);

  bool empty() const { return !checks_; }

  // The first rule that a single field's value breaks, or an item's.
  std::optional<BrokenRule> check(const google::protobuf::Message& message,
                                  const google::protobuf::FieldDescriptor* field) const;
  std::optional<BrokenRule> check_item(const google::protobuf::Message& message,
                                       const google::protobuf::FieldDescriptor* field, int index) const;

 private:
  std::optional<BrokenRule> check_text(std::string_view text) const;
  std::optional<BrokenRule> check_number(std::int64_t number, std::string_view type) const;
  std::optional<BrokenRule> check_enum(int number, const google::protobuf::EnumDescriptor* type) const;

  bool checks_ = false;
  bool no_nul_ = false;
  doorward::v1::StringRules text_;
  std::optional<boost::regex> pattern_;
  doorward::v1::NumberRules number_;
  doorward::v1::EnumRules enum_;
};

}  // namespace doorward::rpc
