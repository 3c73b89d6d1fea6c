#include "edge/scim/dialect_choice.h"

#include <string>

#include "domain/directory.h"
#include "protocol/scim/recognize.h"
#include "protocol/scim/switches.h"

namespace doorward::edge {
namespace {

void take(Push& push, const scim::ProfileChoice& choice) {
  static const ScimSettings kNothingSet;
  const ScimSettings& settings = push.by.directory ? push.by.directory->scim : kNothingSet;
  push.choice = choice;
  push.dialect.behaviour = scim::behaviour_with(choice.profile, settings.overrides);
}

}  // namespace

void choose_dialect(Push& push, const net::Request& request, const ScimQuery& query) {
  scim::ProfileClues clues;
  if (const std::string* user_agent = net::find_header(request.headers, "user-agent")) clues.user_agent = *user_agent;
  clues.aad_flag = query.find(scim::kAadFlag) != nullptr;
  if (push.by.directory) scim::add_settings(clues, *push.by.directory);
  take(push, scim::choose_profile(clues));
}

void recognise_shape(Push& push, const boost::json::object& body) {
  if (push.choice.source != scim::ProfileSource::kDefault) return;
  if (const auto profile = scim::profile_of_shape(body)) take(push, {*profile, scim::ProfileSource::kShape});
}

}  // namespace doorward::edge
