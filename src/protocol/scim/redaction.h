// Takes secrets out of what is kept of a SCIM request: passwords, every attribute that is never returned or that only
// the client may write, and whatever calls itself a secret. Pure. When in doubt it keeps less.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/scim/schema.h"

namespace doorward::scim {

// What stands in the place of a secret.
inline constexpr std::string_view kRedacted = "[redacted]";
// Longer bodies are not looked through as a whole, and only their beginning can be kept.
inline constexpr std::size_t kMostRedactedBytes = std::size_t{64} * 1024;

struct KeptBody {
  std::string text;          // UTF-8
  bool cut = false;          // there was more of it
  std::string_view omitted;  // why there is no text: a name below; empty when there is, or was no body
};
// Values of KeptBody::omitted; public.
inline constexpr std::string_view kOmittedUnreadable = "unreadable";  // no JSON, and it may hold a secret
inline constexpr std::string_view kOmittedNotKept = "not_kept";       // of a request that was refused at the door
inline constexpr std::string_view kOmittedStreamed = "streamed";      // never there as a whole
inline constexpr std::string_view kOmittedTooLong = "too_long";       // and its beginning may hold a secret

// One request with its answer: what was a secret in the request is one in the answer too, wherever it comes up. Not
// thread-safe.
class Redactor {
 public:
  // `more` are names of attributes that are secret in this directory beside those of the standard schemas.
  explicit Redactor(const std::vector<std::string>& more = {});

  // `whole`: `text` is the complete body; otherwise its beginning. `patches`: values may come before the names that
  // tell what they are (PATCH, Bulk). At most `most` bytes are kept.
  KeptBody request_body(std::string_view text, bool whole, bool patches, std::size_t most);
  // After the request was looked at.
  KeptBody response_body(std::string_view text, bool whole, std::size_t most);
  // The query as it was sent, with secret values taken out.
  std::string query(std::string_view query, std::size_t most);
  // Text that the client chose, and that was not taken apart.
  std::string label(std::string_view text) const;
  // Text for people that may quote the request.
  std::string message(std::string_view text) const;

 private:
  bool is_secret_name(std::string_view name) const;
  bool mentions_secret(std::string_view text) const;
  bool may_hold_secret(std::string_view text) const;
  void redact(boost::json::value& value, bool collect);
  void redact(boost::json::object& object, bool collect);
  void note(const boost::json::value& secret);
  bool repeats_secret(std::string_view text) const;
  KeptBody keep(std::string_view text, bool whole, bool patches, bool collect, std::size_t most);

  std::vector<std::string> names_;   // folded
  std::vector<std::string> values_;  // secrets of the request
  bool unsure_ = false;              // the request holds one that was not found by name
};

// Names of attributes in `type` that are never returned or writeOnly.
std::vector<std::string> secret_names(const ResourceType& type);

}  // namespace doorward::scim
