// All of Boost.JSON, compiled with the flags of the build; see packages.cmake.
#include <boost/json/src.hpp>
