// The rules of a field that are checked: what Doorward accepts where that is more than the public rule.
#pragma once

#include <google/protobuf/descriptor.h>

#include "doorward/v1/annotations.pb.h"

namespace doorward::rpc {

doorward::v1::FieldRules enforced_rules(const google::protobuf::FieldDescriptor* field);

}  // namespace doorward::rpc
