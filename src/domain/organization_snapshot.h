#pragma once

#include <boost/json/object.hpp>

#include "domain/organization.h"

namespace doorward {

// The organization as change records and events show it (scalekit-features section 16): id, display_name, external_id,
// region_code, create_time, update_time, metadata, settings.features; what is unset is absent.
boost::json::object organization_snapshot(const Organization& organization);

std::string_view region_code_name(RegionCode code);  // "US", "EU", "REGION_CODE_UNSPECIFIED"

}  // namespace doorward
