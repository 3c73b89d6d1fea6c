// What the repositories know of a database: named statements with positional parameters, and rows.
//
// A Query is a constant with static storage; its address is its identity in a connection's cache of prepared
// statements. Its text is the dialect that both databases share ($1 parameters, upserts, row values, RETURNING);
// where they differ, `postgres` overrides it. Connections belong to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/result.h"
#include "store/sql/value.h"

namespace doorward::store {

struct Query {
  const char* name;  // "table.action": labels metrics and the slow log
  const char* sql;
  const char* postgres = nullptr;
};

// The current row of a result. Views live until the row function returns.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;   // 0 for null
  virtual std::string_view text(int column) const = 0;  // text or bytes; empty for null
};

// A reference to a callable; never outlives the call that it is passed to.
class RowFunction {
 public:
  RowFunction() = default;
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, RowFunction>)
  RowFunction(F&& fn)
      : target_(&fn), call_([](const void* target, const Row& row) {
          (*static_cast<std::remove_reference_t<F>*>(const_cast<void*>(target)))(row);
        }) {}

  void operator()(const Row& row) const {
    if (call_ != nullptr) call_(target_, row);
  }

 private:
  const void* target_ = nullptr;
  void (*call_)(const void*, const Row&) = nullptr;
};

// The parameters of one call, in order. Refers to them: never outlives the call that it is passed to.
class Values {
 public:
  Values(std::initializer_list<Value> values) : begin_(values.begin()), size_(values.size()) {}
  explicit Values(std::span<const Value> values) : begin_(values.data()), size_(values.size()) {}

  const Value* begin() const { return begin_; }
  const Value* end() const { return begin_ + size_; }
  std::size_t size() const { return size_; }

 private:
  const Value* begin_;
  std::size_t size_;
};

class Connection {
 public:
  virtual ~Connection() = default;

  // Runs a statement and gives each row to `on_row`. The number of rows returned or, without rows, changed.
  // Errors carry the Reason that store/sql/errors.h gives them.
  virtual Result<std::int64_t> execute(const Query& query, Values values, RowFunction on_row = {}) = 0;

  // Runs a statement whose rows and count nobody needs. A connection may send it together with later ones; then an
  // error appears at the next execute() or at the end of the transaction's closure, which rolls back all the same.
  virtual Result<void> post(const Query& query, Values values) = 0;

  // Runs statements separated by semicolons, without parameters and results. For migrations.
  virtual Result<void> run_script(std::string_view sql) = 0;
};

}  // namespace doorward::store
