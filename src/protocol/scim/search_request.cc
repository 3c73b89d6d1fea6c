#include "protocol/scim/search_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <limits>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::value& value) {
  const json::string& text = value.get_string();
  return {text.data(), text.size()};
}

tl::unexpected<Error> refuse(std::string_view name, std::string_view what) {
  return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" {}.", name, what));
}

Result<std::int64_t> read_number(std::string_view name, std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (rest != end || error == std::errc::invalid_argument) return refuse(name, "must be a whole number");
  if (error == std::errc::result_out_of_range) {
    return text.front() == '-' ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
  }
  return value;
}

Result<bool> read_descending(std::string_view text) {
  if (text.empty() || equal_names(text, "ascending")) return false;
  if (equal_names(text, "descending")) return true;
  return refuse("sortOrder", "must be ascending or descending");
}

// RFC 9865 has an error of its own for a faulty count of a page that a cursor leads to.
Error count_error(Error error, bool by_cursor) {
  if (by_cursor) error.reason = Reason::kScimInvalidCount;
  return error;
}

Result<SearchRequest> checked(SearchRequest request) {
  if (!request.cursor) return request;
  if (request.start_index) return refuse("startIndex", "and \"cursor\" cannot be used together");
  if (request.cursor->size() > limits::kCursorBytes) {
    return failure(Reason::kScimInvalidCursor, "The cursor is not one of this list. Start again without one.");
  }
  return request;
}

// The members of a SearchRequest by name.
class Body {
 public:
  Body(const json::object& body, Dialect& dialect) : body_(body), dialect_(dialect) {}

  const json::value* find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        body_, [&](const auto& member) { return equal_names({member.key().data(), member.key().size()}, name); });
    return found == body_.end() || found->value().is_null() ? nullptr : &found->value();
  }

  Result<std::string> text(std::string_view name) const {
    const json::value* value = find(name);
    if (value == nullptr) return std::string();
    if (!value->is_string()) return refuse(name, "must be a string");
    return std::string(text_of(*value));
  }

  // A list of names; one text with commas, as the query has it, where that is accepted.
  Result<std::string> names(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) return std::string();
    if (value->is_string() && accepts(Quirk::kSingleForList)) return std::string(text_of(*value));
    const json::array* list = value->if_array();
    if (list == nullptr || !std::ranges::all_of(*list, [](const json::value& item) { return item.is_string(); })) {
      return refuse(name, "must be a list of strings");
    }
    std::string joined;
    for (const json::value& item : *list) {
      if (!joined.empty()) joined += ',';
      joined += text_of(item);
    }
    return joined;
  }

  Result<std::optional<std::int64_t>> number(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) return std::optional<std::int64_t>();
    if (value->is_int64()) return std::optional(value->get_int64());
    if (value->is_uint64()) return std::optional(std::numeric_limits<std::int64_t>::max());
    if (value->is_string() && accepts(Quirk::kNumberAsText)) return read_number(name, text_of(*value));
    return refuse(name, "must be a whole number");
  }

  Result<void> check_schemas() {
    const json::value* value = find("schemas");
    const json::array* list = value != nullptr ? value->if_array() : nullptr;
    const bool named = list != nullptr && std::ranges::any_of(*list, [](const json::value& item) {
                         return item.is_string() && equal_names(text_of(item), kSearchRequestUrn);
                       });
    if (named) return {};
    if (dialect_.behaviour.missing_schemas == Behaviour::Loose::kRefuse) {
      return failure(Reason::kScimInvalidSyntax, fmt::format("\"schemas\" must name {}.", kSearchRequestUrn));
    }
    dialect_.note(Quirk::kMissingSchemas);
    return {};
  }

 private:
  bool accepts(Quirk quirk) {
    if (dialect_.behaviour.loose_values == Behaviour::Loose::kRefuse) return false;
    dialect_.note(quirk);
    return true;
  }

  const json::object& body_;
  Dialect& dialect_;
};

}  // namespace

Result<SearchRequest> read_search_parameters(const Parameters& parameters) {
  const auto text = [&](std::string_view name) {
    const std::string* found = parameters(name);
    return found == nullptr ? std::string() : *found;
  };
  const auto number = [&](std::string_view name) -> Result<std::optional<std::int64_t>> {
    const std::string found = text(name);
    if (found.empty()) return std::optional<std::int64_t>();
    return read_number(name, found);
  };
  SearchRequest request{.attributes = text("attributes"),
                        .excluded_attributes = text("excludedAttributes"),
                        .filter = text("filter"),
                        .sort_by = text("sortBy"),
                        .start_index = {},
                        .count = {},
                        .cursor = {}};
  if (const std::string* cursor = parameters("cursor")) request.cursor = *cursor;
  DOORWARD_TRY(request.descending, read_descending(text("sortOrder")));
  DOORWARD_TRY(request.start_index, number("startIndex"));
  DOORWARD_TRY(request.count,
               number("count").map_error([&](Error error) { return count_error(std::move(error), !!request.cursor); }));
  return checked(std::move(request));
}

Result<SearchRequest> read_search_body(const json::object& body, Dialect& dialect) {
  Body members(body, dialect);
  DOORWARD_CHECK(members.check_schemas());
  SearchRequest request;
  DOORWARD_TRY(request.attributes, members.names("attributes"));
  DOORWARD_TRY(request.excluded_attributes, members.names("excludedAttributes"));
  DOORWARD_TRY(request.filter, members.text("filter"));
  DOORWARD_TRY(request.sort_by, members.text("sortBy"));
  DOORWARD_TRY(const std::string order, members.text("sortOrder"));
  DOORWARD_TRY(request.descending, read_descending(order));
  DOORWARD_TRY(request.start_index, members.number("startIndex"));
  if (members.find("cursor") != nullptr) {
    DOORWARD_TRY(request.cursor, members.text("cursor"));
  }
  DOORWARD_TRY(request.count, members.number("count").map_error(
                                  [&](Error error) { return count_error(std::move(error), !!request.cursor); }));
  return checked(std::move(request));
}

}  // namespace doorward::scim
