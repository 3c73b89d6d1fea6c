#pragma once

#include "app/sign_in/sign_in.h"
#include "net/http.h"

namespace doorward::edge {

// What an administrator reads after trying a connection: of the person only what every profile has, as text.
net::Response test_result_page(const TestEnded& ended);

}  // namespace doorward::edge
