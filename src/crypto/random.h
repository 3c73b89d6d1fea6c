// Unpredictable bytes from the operating system's generator by way of OpenSSL. Safe from any thread. Below server/ code
// takes randomness through ports/random.h; this is what stands behind that port.
#pragma once

#include <cstddef>
#include <string>

namespace doorward::crypto {

// Throws std::runtime_error when the system cannot give randomness, which no caller could work around.
std::string random_bytes(std::size_t count);

}  // namespace doorward::crypto
