#include "net/connection.h"
namespace doorward::net {
std::unique_ptr<Session> make_http2_session(Connection& connection, std::string bytes) {
  return make_http1_session(connection, std::move(bytes));
}
}  // namespace doorward::net
