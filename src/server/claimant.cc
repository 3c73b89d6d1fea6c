#include "server/claimant.h"

#include <sys/stat.h>

#include <fstream>

#include "base/encoding.h"

namespace doorward::server {
namespace {

constexpr const char* kFile = "claimant";
constexpr std::size_t kNameBytes = 16;
constexpr std::size_t kNameLetters = 2 * kNameBytes;

// Whatever is no name of ours stands for nobody.
std::string read_name(const std::string& file) {
  std::string text(kNameLetters + 1, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const bool is_name = text.size() == kNameLetters && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_name ? text : std::string();
}

}  // namespace

Result<Claimant> next_claimant(const DataDir& folder, Random& random) {
  const std::string file = folder.file(kFile);
  Claimant claimant{.name = hex_encode(random.bytes(kNameBytes)), .before = read_name(file)};
  DOORWARD_CHECK(write_file_atomically(file, claimant.name, S_IRUSR | S_IWUSR));
  return claimant;
}

}  // namespace doorward::server
