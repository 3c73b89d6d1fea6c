// A message as far as whoever looks for a fault may see it: its structure, algorithms, times, addresses and
// certificates, without what names a person and without what signs anybody in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace doorward::saml {

inline constexpr std::size_t kMostRedactedBytes = std::size_t{64} * 1024;

// XML with a line for each element. Names of elements and attributes stay, and the values that say how the message was
// made: ids, times, addresses, issuers, audiences, formats, status, algorithms, certificates, and the names of a
// person's attributes. Of every other text only the length is told, as "[12 bytes]": name ids, attribute values,
// digests, signatures, ciphertext, and all text of elements that are not SAML's. Comments are left out.
//
// Of bytes that the gate or the parser refuses only their number and the reason. At most kMostRedactedBytes; what is
// beyond is cut off with "…".
std::string redacted_message(std::string_view xml);

}  // namespace doorward::saml
