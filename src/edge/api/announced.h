// Every REST binding of the public interface (proto/announced.tsv), so that what is not built yet answers 501, not 404.
#pragma once

#include <span>

#include "rpc/api.h"

namespace doorward::api {

std::span<const rpc::AnnouncedBinding> announced_bindings();

}  // namespace doorward::api
