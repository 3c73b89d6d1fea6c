# What nearly every unit reads, parsed once a build: two thirds of the time of a unit are these headers. Outside headers
# only; a unit still includes what it uses, since check-includes and clang-tidy read the text.
#
#   doorward_precompiled(target [TESTS])      TESTS: with GoogleTest
set(doorward_precompiled_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <cstddef> <cstdint> <cstring> <deque> <functional> <limits> <map>
  <memory> <mutex> <optional> <set> <span> <stdexcept> <string> <string_view> <thread> <tuple> <unordered_map> <utility>
  <variant> <vector> <fmt/format.h> <tl/expected.hpp> <boost/json/array.hpp> <boost/json/object.hpp>
  <boost/json/parse.hpp> <boost/json/serialize.hpp> <boost/json/value.hpp>)

# CMake would name the file's source as well, whose path ccache cannot make relative.
set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -Xclang -include-pch -Xclang <PCH_FILE>)

# Objects of other checkouts are found again by ccache although the file of headers lies elsewhere: it goes by this sum
# of what the headers say instead of the file's own bytes, which hold its path.
function(doorward_precompiled_sum target)
  set(text "")
  foreach(header IN LISTS ARGN)
    string(APPEND text "#include ${header}\n")
  endforeach()
  set(probe ${CMAKE_CURRENT_BINARY_DIR}/${target}.hh)
  file(WRITE ${probe} "${text}")
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -std=c++23 -x c++ -E -P ${probe} OUTPUT_VARIABLE expanded ERROR_VARIABLE errors
                  RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The precompiled headers do not compile: ${errors}")
  endif()
  get_directory_property(options COMPILE_OPTIONS)
  list(FILTER options EXCLUDE REGEX "^-ffile-prefix-map")
  string(SHA256 sum "${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_BUILD_TYPE} ${options} ${expanded}")
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.pch.sum ${sum})
endfunction()

function(doorward_precompile target)
  cmake_parse_arguments(arg "PROGRAM" "" "HEADERS;LINKS;OPTIONS" ${ARGN})
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${target}.cc)
  if(arg_PROGRAM)  # whose code is position-independent in another way than a library's, and clang wants it alike
    file(CONFIGURE OUTPUT ${unit} CONTENT "int main() {}\n")
    add_executable(${target} ${unit})
  else()
    file(CONFIGURE OUTPUT ${unit} CONTENT "")
    add_library(${target} OBJECT ${unit})
  endif()
  target_link_libraries(${target} PRIVATE fmt::fmt Boost::json ${arg_LINKS})
  target_compile_options(${target} PRIVATE ${arg_OPTIONS})
  target_precompile_headers(${target} PRIVATE ${doorward_precompiled_headers} ${arg_HEADERS})
  # A cached file of headers would name the headers of the checkout that it was made in.
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "")
  doorward_precompiled_sum(${target} ${doorward_precompiled_headers} ${arg_HEADERS})
endfunction()

doorward_precompile(doorward_precompiled_headers)
if(DOORWARD_SANITIZE STREQUAL "address")
  doorward_precompile(doorward_precompiled_fuzzed OPTIONS -fsanitize=fuzzer-no-link)
endif()
if(DOORWARD_TESTS)
  # The code under test is optimised, its tests are not: instrumented, they took a quarter of the time to compile.
  doorward_precompile(doorward_precompiled_tests PROGRAM HEADERS <gmock/gmock.h> <gtest/gtest.h> LINKS GTest::gmock
                      OPTIONS -O0)
endif()

function(doorward_precompiled target)
  cmake_parse_arguments(arg "TESTS;FUZZED" "" "" ${ARGN})
  if(arg_TESTS)
    target_compile_options(${target} PRIVATE -O0)
    target_precompile_headers(${target} REUSE_FROM doorward_precompiled_tests)
  elseif(arg_FUZZED)
    target_precompile_headers(${target} REUSE_FROM doorward_precompiled_fuzzed)
  else()
    target_precompile_headers(${target} REUSE_FROM doorward_precompiled_headers)
  endif()
endfunction()
