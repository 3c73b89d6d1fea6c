// Path templates and the routes they make: any text is a template or refused; the path that is built from a template's
// own parts finds its way back, with the same values.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "net/query.h"
#include "rpc/path_template.h"
#include "rpc/route_table.h"

using namespace doorward;

namespace {

// A value as a client puts it into a path: escaped, never empty.
std::string segment_of(std::string_view value) { return value.empty() ? "x" : percent_encode(value); }

void check_build_and_match(const rpc::PathTemplate& path, std::string_view value) {
  rpc::RouteTable table;
  if (!table.add(path, "GET", 7)) std::abort();
  if (table.add(path, "GET", 8)) std::abort();
  std::string built;
  std::size_t count = 0;
  for (const auto& segment : path.segments) {
    if (segment.kind == rpc::PathTemplate::SegmentKind::kLiteral) {
      built += "/" + segment.literal;
    } else {
      built += "/" + segment_of(value);
    }
    ++count;
  }
  if (built.empty()) built = "/";
  if (!path.verb.empty()) built += ":" + path.verb;
  const auto match = table.find("GET", built);
  if (match.route != 7 || match.segments.size() != count) std::abort();
  for (std::size_t i = 0; i < count; ++i) {
    if (path.segments[i].kind == rpc::PathTemplate::SegmentKind::kLiteral) continue;
    const auto decoded = percent_decode(match.segments[i], false);
    if (!decoded || *decoded != (value.empty() ? "x" : value)) std::abort();
  }
  if (table.find("POST", built).route != rpc::RouteTable::kNone) std::abort();
}

}  // namespace

// Three lines: a template, a value, a path or query.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto line = [&rest] {
    const std::string_view taken = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(taken.size() < rest.size() ? taken.size() + 1 : taken.size());
    return taken;
  };
  const auto path = rpc::parse_path_template(line());
  const std::string_view value = line();
  if (const auto parameters = net::parse_parameters(rest);
      parameters && parameters->all().size() > net::kMaxParameters) {
    std::abort();
  }
  if (!path) return 0;
  check_build_and_match(*path, value);
  rpc::RouteTable table;
  table.add(*path, "GET", 1);
  if (rest.starts_with('/')) (void)table.find("GET", rest);
  return 0;
}
