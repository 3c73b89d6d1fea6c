// The switches of Behaviour by name: how settings store them and the API tells them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "domain/directory.h"
#include "protocol/scim/behaviour.h"

namespace doorward::scim {

// One switch and the words for its values, in the order of its enumeration.
class Switch {
 public:
  virtual ~Switch() = default;

  virtual std::string_view name() const = 0;
  virtual std::span<const std::string_view> values() const = 0;
  virtual std::string_view get(const Behaviour& behaviour) const = 0;
  // False for a word that is none of values(); `behaviour` is then as before.
  virtual bool set(Behaviour& behaviour, std::string_view value) const = 0;
};

// Every switch of Behaviour, in its order; names and words are public.
const std::vector<const Switch*>& switches();

// nullptr for an unknown name.
const Switch* find_switch(std::string_view name);

// A profile with single switches set otherwise. Names and words that this binary does not know are passed over.
Behaviour behaviour_with(Profile profile, std::span<const ScimSettings::Override> overrides);

}  // namespace doorward::scim
