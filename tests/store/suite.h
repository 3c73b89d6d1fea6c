// The suite that every database adapter passes: a store on a fresh database for each test, and the rows that tests
// begin from.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/completion.h"
#include "store/open.h"

namespace doorward::store {

// Time that only tests move.
class TestClock : public Clock {
 public:
  Timestamp now() const override { return from_micros(micros_.load()); }
  void set(Timestamp time) { micros_.store(to_micros(time)); }
  void advance(Duration by) { micros_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> micros_{1'795'000'000'000'000};  // 2026-11-18
};

// A database of its own that goes with the object.
class TestDatabase {
 public:
  virtual ~TestDatabase() = default;
  virtual std::string url() const = 0;
  // Runs one statement beside the store, as a person with a shell would.
  virtual void run_sql(const std::string& sql) = 0;
  // The first column of the first row, read in the same way.
  virtual std::int64_t read_number(const std::string& sql) = 0;
};

enum class DatabaseKind : std::uint8_t { kSqlite, kPostgres };
std::string database_name(DatabaseKind kind);
// An empty one. Throws with a sentence when there is no server to make one on.
std::unique_ptr<TestDatabase> make_test_database(DatabaseKind kind);
// One with the schema, copied from one that this process made first: a fraction of the price.
std::unique_ptr<TestDatabase> make_migrated_database(DatabaseKind kind);

#define ASSERT_OK(expression)                                                                          \
  do {                                                                                                 \
    const auto& asserted = (expression);                                                               \
    ASSERT_TRUE(asserted.has_value()) << asserted.error().message << " | " << asserted.error().detail; \
  } while (false)
#define EXPECT_REASON(expression, expected)                                                          \
  do {                                                                                               \
    const auto& refused = (expression);                                                              \
    ASSERT_FALSE(refused.has_value());                                                               \
    EXPECT_EQ(reason_name(refused.error().reason), reason_name(expected)) << refused.error().detail; \
  } while (false)

class StoreSuite : public testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override;

  // Closes the store and opens the same database again.
  void reopen();
  std::unique_ptr<DatabaseStore> open_another();

  DatabaseStore& store() { return *store_; }
  Ids& ids() { return store_->ids(); }
  Timestamp now() const { return clock_.now(); }

  template <class F>
  auto write(F fn, std::string serial_key = "") {
    return sync_wait(store_->write("test.write", {.serial_key = std::move(serial_key)}, std::move(fn)));
  }
  template <class F>
  auto read(F fn) {
    return sync_wait(store_->read("test.read", {}, std::move(fn)));
  }
  // A write of which only success matters.
  template <class F>
  void must(F fn) {
    auto done = write([&](WriteTx& tx) -> Result<bool> {
      Result<void> result = fn(tx);
      if (!result) return tl::unexpected(result.error());
      return true;
    });
    ASSERT_OK(done);
  }
  template <class F>
  auto must_read(F fn) {
    auto found = read(std::move(fn));
    if (!found) throw std::runtime_error(found.error().message + " | " + found.error().detail);
    return std::move(*found);
  }

  Environment new_environment();
  Organization new_organization(const Environment& environment, std::string name = "Acme");
  Directory new_directory(const Organization& organization, std::string name = "Okta");
  DirectoryUser new_user(const Directory& directory, const std::string& user_name);
  DirectoryGroup new_group(const Directory& directory, const std::string& name);
  ChangeRecord new_change(const Directory& directory, const std::string& object_id, const std::string& event_type);

  // The same, stored.
  Environment environment();
  Organization organization(const Environment& environment);
  Directory directory(const Organization& organization);

  TestClock clock_;
  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<DatabaseStore> store_;
};

}  // namespace doorward::store
