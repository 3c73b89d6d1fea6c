// The floor under a create: the same rows, by plain INSERT in transactions of the same size, with the same durability,
// and nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

struct Outcome {
  std::size_t transactions = 0;
  double seconds = 0;      // inserting and committing only
  double cpu_seconds = 0;  // of this process and of the database's, where it has one for us
};

// Reads the rows of the named tables from the database at `source`, and writes them into the empty copy of it at
// `target`: `creates` times a proportional share of each table's rows, `batch` creates in one transaction.
Outcome insert_into_sqlite(const std::string& source, const std::string& target, const std::vector<std::string>& tables,
                           std::size_t creates, std::size_t batch);
Outcome insert_into_postgres(const std::string& source, const std::string& target,
                             const std::vector<std::string>& tables, std::size_t creates, std::size_t batch);

// Where the share of the create number `index` begins among `rows` rows.
inline std::size_t share(std::size_t rows, std::size_t index, std::size_t creates) { return rows * index / creates; }

double cpu_seconds_now();            // of this process
double cpu_seconds_of(int process);  // of another one, from /proc
double seconds_now();
