// Which fields an update touches (google.protobuf.FieldMask as update_mask).
#pragma once

#include <google/protobuf/field_mask.pb.h>

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::api {

class UpdateMask {
 public:
  // `known` are the fields that can be updated; a path may carry the resource's name before them ("organization.slug").
  // Fails at the mask's own field for any other path.
  static Result<UpdateMask> make(const google::protobuf::FieldMask& mask, std::string_view resource,
                                 std::initializer_list<std::string_view> known,
                                 std::string_view mask_field = "update_mask");

  // Whether a value that the request carries for the field is to be used: always without a mask.
  bool takes(std::string_view field) const { return paths_.empty() || names(field); }

  // Whether the mask itself names the field: then an absent value clears it.
  bool names(std::string_view field) const { return paths_.contains(field); }

 private:
  std::set<std::string, std::less<>> paths_;
};

}  // namespace doorward::api
