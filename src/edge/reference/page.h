// The reference as a page for people.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace doorward::edge {

// One HTML file without script and without anything from elsewhere. `document` as openapi_document() makes it.
std::string reference_page(const boost::json::object& document);

}  // namespace doorward::edge
