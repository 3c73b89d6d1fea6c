set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# g++ before 14 destroys braced temporaries inside co_await expressions twice: refuse it instead of miscompiling.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "Doorward needs clang 19, or g++ from 14 on: older g++ miscompiles coroutines.")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
                    -Woverloaded-virtual -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(DOORWARD_SANITIZE STREQUAL "address")
  # Left out are checks that the address sanitizer makes in its own way, or that this processor makes harmless: they took
  # a quarter of the time to compile.
  add_compile_options(-O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-sanitize=vptr,null,alignment,object-size)
  add_link_options(-fsanitize=address,undefined)
elseif(DOORWARD_SANITIZE STREQUAL "thread")
  add_compile_options(-O1 -g1 -fsanitize=thread)
  add_link_options(-fsanitize=thread)
else()
  string(APPEND CMAKE_CXX_FLAGS_DEBUG " -O0 -g1")
endif()
string(APPEND CMAKE_CXX_FLAGS_RELEASE " -O2 -g1")

find_program(DOORWARD_LLD NAMES ld.lld-19 ld.lld)
if(DOORWARD_LLD)
  add_link_options(-fuse-ld=${DOORWARD_LLD})
endif()

find_program(DOORWARD_CCACHE ccache)
if(DOORWARD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${DOORWARD_CCACHE})
endif()
