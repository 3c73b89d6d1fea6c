// The comments of everything that proto/ declares, for the reference.
#pragma once

#include <span>

#include "rpc/openapi/comments.h"

namespace doorward::api {

// Sorted by name.
std::span<const rpc::DeclaredComment> declared_comments();

}  // namespace doorward::api
