// The settings of a SAML connection as its document holds them.
#pragma once

#include <boost/json/object.hpp>

#include "domain/saml_settings.h"

namespace doorward::store {

boost::json::object saml_document(const SamlSettings& settings);
SamlSettings saml_of(const boost::json::object& document);

}  // namespace doorward::store
