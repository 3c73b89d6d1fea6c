// Internal: buffers of connections, which are many and mostly idle.
#pragma once

#include <cstddef>

namespace doorward::net {

// Empties `buffer`; its memory stays for the next use when it is no more than `most_kept` elements. Assigning an empty
// string, or {} to any of them, would keep it all: libstdc++ then copies into the old place.
template <class Buffer>
void keep_little(Buffer& buffer, std::size_t most_kept) {
  if (buffer.capacity() > most_kept) {
    Buffer().swap(buffer);
  } else {
    buffer.clear();
  }
}

}  // namespace doorward::net
