// The forms of a directory group: the SCIM document it comes as, the row, the snapshot in change records.
#pragma once

#include <boost/json/object.hpp>

#include "domain/directory_group.h"

namespace doorward {

// Puts a Group document without members into the row. Ids, times, member count and version stay.
void set_group_document(DirectoryGroup& group, boost::json::object document);

// id, organization_id, display_name, external_id and `attributes`. Members show in the records of changes to them.
boost::json::object group_snapshot(const DirectoryGroup& group);

}  // namespace doorward
