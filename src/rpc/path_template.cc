#include "rpc/path_template.h"

#include <algorithm>
#include <utility>

#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

using Segment = PathTemplate::Segment;
using SegmentKind = PathTemplate::SegmentKind;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<PathTemplate> parse() {
    if (!take('/')) return fail("does not start with '/'");
    DOORWARD_CHECK(segments(false));
    if (take(':')) {
      out_.verb = std::string(text_.substr(at_));
      at_ = text_.size();
      if (out_.verb.empty() || out_.verb.find_first_of("/{}:*") != std::string::npos) return fail("has a bad verb");
    }
    if (at_ != text_.size()) return fail("has text after its end");
    if (out_.segments.size() > kMaxPathSegments) return fail("has too many segments");
    for (std::size_t i = 0; i + 1 < out_.segments.size(); ++i) {
      if (out_.segments[i].kind == SegmentKind::kRest) return fail("has '**' before its end");
    }
    return std::move(out_);
  }

 private:
  tl::unexpected<Error> fail(std::string_view what) const {
    return failure(internal_error("the path template \"" + std::string(text_) + "\" " + std::string(what)));
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Result<void> segments(bool inside_variable) {
    do {
      DOORWARD_CHECK(segment(inside_variable));
    } while (take('/'));
    return {};
  }

  Result<void> segment(bool inside_variable) {
    if (take('{')) {
      if (inside_variable) return fail("nests variables");
      return variable();
    }
    if (text_.substr(at_).starts_with("**")) {
      at_ += 2;
      out_.segments.push_back({SegmentKind::kRest, {}});
    } else if (take('*')) {
      out_.segments.push_back({SegmentKind::kOne, {}});
    } else {
      return literal();
    }
    return {};
  }

  // In the last segment a ':' starts the verb; earlier it is part of the literal ("organizations:external/…").
  Result<void> literal() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of("/{}*", at_), text_.size());
    const bool last = at_ == text_.size();
    std::string_view word = text_.substr(begin, at_ - begin);
    if (const std::size_t colon = word.rfind(':'); last && colon != std::string_view::npos) {
      word = word.substr(0, colon);
      at_ = begin + colon;
    }
    if (word.empty()) return fail("has an empty segment");
    out_.segments.push_back({SegmentKind::kLiteral, std::string(word)});
    return {};
  }

  Result<void> variable() {
    const std::size_t name_end = text_.find_first_of("=}", at_);
    if (name_end == std::string_view::npos || name_end == at_) return fail("has a variable without a name or end");
    PathTemplate::Variable variable;
    variable.field = std::string(text_.substr(at_, name_end - at_));
    variable.begin = out_.segments.size();
    at_ = name_end;
    if (take('=')) {
      DOORWARD_CHECK(segments(true));
    } else {
      out_.segments.push_back({SegmentKind::kOne, {}});
    }
    if (!take('}')) return fail("has a variable that does not end");
    variable.end = out_.segments.size();
    out_.variables.push_back(std::move(variable));
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  PathTemplate out_;
};

}  // namespace

Result<PathTemplate> parse_path_template(std::string_view text) { return Parser(text).parse(); }

}  // namespace doorward::rpc
