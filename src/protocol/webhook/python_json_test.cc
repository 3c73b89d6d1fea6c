#include "protocol/webhook/python_json.h"

#include <gtest/gtest.h>

#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>

namespace doorward::webhook {
namespace {

namespace json = boost::json;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(PythonJson, SeparatesAsPythonDoes) {
  EXPECT_EQ(python_json(json::parse(R"({"b":[1,true,null],"a":{},"c":[]})")),
            R"({"b": [1, true, null], "a": {}, "c": []})");
}

TEST(PythonJson, EscapesEverythingOutsidePrintableAscii) {
  EXPECT_EQ(python_json(json::value("\"\\/\b\f\n\r\t\x01\x7f")), R"("\"\\/\b\f\n\r\t\u0001\u007f")");
  EXPECT_EQ(python_json(json::value("Jörg 東 😀")), R"("J\u00f6rg \u6771 \ud83d\ude00")");
  EXPECT_EQ(python_json(json::object{{"é", 1}}), R"({"\u00e9": 1})");
}

TEST(PythonJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(python_json(json::value("a\xC0\x80z")), R"("a\ufffd\ufffdz")");                  // overlong
  EXPECT_EQ(python_json(json::value("\xED\xA0\x80")), R"("\ufffd\ufffd\ufffd")");            // a surrogate
  EXPECT_EQ(python_json(json::value("\xF4\x90\x80\x80")), R"("\ufffd\ufffd\ufffd\ufffd")");  // beyond U+10FFFF
  EXPECT_EQ(python_json(json::value("\xE6\x9D")), R"("\ufffd\ufffd")");                      // cut short
}

TEST(PythonJson, WritesNumbersAsPythonRepr) {
  const std::pair<double, const char*> cases[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {1.5, "1.5"},
      {100000.0, "100000.0"},
      {0.1, "0.1"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},
      {1.25e17, "1.25e+17"},
      {123456789012345680.0, "1.2345678901234568e+17"},
      {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {-2.5e-7, "-2.5e-07"},
      {9007199254740993.0, "9007199254740992.0"},
  };
  for (const auto& [number, text] : cases) EXPECT_EQ(python_json(json::value(number)), text);
  EXPECT_EQ(python_json(json::value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(python_json(json::value(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
}

TEST(PythonJson, WritesNullWhereJsonHasNoNumber) {
  EXPECT_EQ(python_json(json::value(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(python_json(json::value(std::numeric_limits<double>::quiet_NaN())), "null");
}

// A value of any shape, deep and odd on purpose.
class RandomJson {
 public:
  explicit RandomJson(std::uint64_t seed) : random_(seed) {}

  json::value value(int depth) {
    switch (random_() % (depth > 0 ? 9 : 7)) {
      case 0:
        return nullptr;
      case 1:
        return random_() % 2 == 0;
      case 2:
        return static_cast<std::int64_t>(random_()) >> (random_() % 64);
      case 3:
        return static_cast<std::uint64_t>(random_()) | (std::uint64_t{1} << 63);
      case 4:
        return number();
      case 5:
      case 6:
        return json::value(text());
      case 7: {
        json::array array;
        for (std::uint64_t n = random_() % 5; n > 0; --n) array.push_back(value(depth - 1));
        return array;
      }
      default: {
        json::object object;
        for (std::uint64_t n = random_() % 5; n > 0; --n) object[text()] = value(depth - 1);
        return object;
      }
    }
  }

 private:
  double number() {
    // Half of them any bit pattern, half of them near the borders between positional and scientific form.
    if (random_() % 2 == 0) {
      const auto number = std::bit_cast<double>(random_());
      return std::isfinite(number) ? number : 0.0;
    }
    return static_cast<double>(random_() % 100000) * std::pow(10.0, static_cast<int>(random_() % 40) - 20);
  }

  std::string text() {
    static constexpr const char* kPieces[] = {"a",    "Z",          " ", "\"", "\\", "/",      "\n",
                                              "\x01", "\x7f",       "é", "ß",  "東", "\u2028", "\uFFFF",
                                              "😀",   "\U0010FFFF", "<", "&",  "0",  ":"};
    std::string out;
    for (std::uint64_t n = random_() % 8; n > 0; --n) out += kPieces[random_() % std::size(kPieces)];
    return out;
  }

  std::mt19937_64 random_;
};

TEST(PythonJson, EqualsPythonOnRandomValues) {
  ASSERT_EQ(std::system("python3 -c pass"), 0) << "python3 is needed to compare with it";
  char folder_template[] = "/tmp/doorward-python-json-XXXXXX";
  const std::filesystem::path folder = mkdtemp(folder_template);
  std::string ours;
  {
    std::ofstream plain(folder / "plain");
    RandomJson random(20261122);
    for (int i = 0; i < 5000; ++i) {
      const json::value value = random.value(4);
      plain << json::serialize(value) << '\n';
      ours += python_json(value) + "\n";
    }
  }
  const std::string command =
      "python3 -c 'import json,sys\nfor l in open(sys.argv[1],encoding=\"utf-8\",newline=\"\\n\"): "
      "print(json.dumps(json.loads(l)))' " +
      (folder / "plain").string() + " > " + (folder / "python").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::istringstream theirs(read_file(folder / "python"));
  std::istringstream mine(ours);
  std::string their_line, my_line;
  while (std::getline(theirs, their_line)) {
    ASSERT_TRUE(std::getline(mine, my_line));
    ASSERT_EQ(my_line, their_line);
  }
  EXPECT_FALSE(std::getline(mine, my_line));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace doorward::webhook
