#pragma once

#include "ports/store.h"
#include "store/ids/id_source.h"

namespace doorward::store {

// A store that stands on a database, and the ids that only this database can promise not to repeat.
class DatabaseStore : public Store {
 public:
  virtual Ids& ids() = 0;
};

}  // namespace doorward::store
