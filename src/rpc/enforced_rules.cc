#include "rpc/enforced_rules.h"

namespace doorward::rpc {

doorward::v1::FieldRules enforced_rules(const google::protobuf::FieldDescriptor* field) {
  const auto& options = field->options();
  if (options.HasExtension(doorward::v1::accepts)) {
    auto accepted = options.GetExtension(doorward::v1::accepts).rules();
    accepted.set_required(accepted.required() || options.GetExtension(doorward::v1::rules).required());
    return accepted;
  }
  return options.GetExtension(doorward::v1::rules);
}

}  // namespace doorward::rpc
