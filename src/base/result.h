// Result<T>: a value or an Error. libstdc++ 12 has no monadic std::expected, so tl::expected stands in for it.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace doorward {

template <class T>
using Result = tl::expected<T, Error>;

// `return failure(Reason::kX, "sentence");`
inline tl::unexpected<Error> failure(Reason reason, std::string message) {
  return tl::unexpected<Error>(make_error(reason, std::move(message)));
}
inline tl::unexpected<Error> failure(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace doorward

#define DOORWARD_CONCAT_INNER(a, b) a##b
#define DOORWARD_CONCAT(a, b) DOORWARD_CONCAT_INNER(a, b)

// Early return of an error. TRY: `DOORWARD_TRY(auto user, find(...));`  CHECK: for Result<void>.
// The CO_ forms are for coroutines.
#define DOORWARD_TRY_IMPL(ret, decl, expr, tmp)         \
  auto tmp = (expr);                                    \
  if (!tmp) ret tl::unexpected(std::move(tmp).error()); \
  decl = *std::move(tmp)
#define DOORWARD_TRY(decl, ...) DOORWARD_TRY_IMPL(return, decl, (__VA_ARGS__), DOORWARD_CONCAT(try_, __LINE__))
#define DOORWARD_CO_TRY(decl, ...) DOORWARD_TRY_IMPL(co_return, decl, (__VA_ARGS__), DOORWARD_CONCAT(try_, __LINE__))
#define DOORWARD_CHECK(...)                                                                        \
  do {                                                                                             \
    if (auto checked = (__VA_ARGS__); !checked) return tl::unexpected(std::move(checked).error()); \
  } while (false)
#define DOORWARD_CO_CHECK(...)                                                                        \
  do {                                                                                                \
    if (auto checked = (__VA_ARGS__); !checked) co_return tl::unexpected(std::move(checked).error()); \
  } while (false)
