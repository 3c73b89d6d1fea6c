// check_bytes: a scan that knows just enough of XML's grammar to count. Whatever it lets through that is not XML, the
// parser refuses; what it must never do is to take markup for text, and `<` is markup wherever it stands.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/encoding.h"
#include "protocol/saml/xml_document.h"

namespace doorward::saml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

tl::unexpected<Error> not_wellformed(std::string detail) {
  return tl::unexpected(make_error(Reason::kNotWellformed, "The message is not well-formed XML.", std::move(detail)));
}

// Eight of them, none below a space and none beyond ASCII.
bool are_printable(std::string_view eight) {
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  std::uint64_t octets = 0;
  std::memcpy(&octets, eight.data(), sizeof octets);
  return ((octets | (octets - ' ' * kEach)) & (0x80 * kEach)) == 0;
}

// XML 1.0 section 2.2, for well-formed UTF-8: no control characters, no U+FFFE, no U+FFFF.
bool has_only_xml_characters(std::string_view xml) {
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml.size() - i >= 8 && are_printable(xml.substr(i, 8))) {
      i += 7;
      continue;
    }
    const auto c = static_cast<unsigned char>(xml[i]);
    if (c < 0x20 && !is_space(xml[i])) return false;
    if (c == 0xEF && (xml.substr(i, 3) == "\xEF\xBF\xBE" || xml.substr(i, 3) == "\xEF\xBF\xBF")) return false;
  }
  return true;
}

class Gate {
 public:
  Gate(std::string_view xml, const XmlRules& rules) : xml_(xml), rules_(rules) {}

  Result<void> pass() {
    if (xml_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    if (xml_.substr(at_).starts_with("<?xml") && at_ + 5 < xml_.size() && is_space(xml_[at_ + 5])) {
      DOORWARD_CHECK(declaration());
    }
    for (at_ = xml_.find('<', at_); at_ != std::string_view::npos; at_ = xml_.find('<', at_)) DOORWARD_CHECK(markup());
    return {};
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < xml_.size() ? xml_[at_ + ahead] : '\0'; }

  // Section 2.8. The encoding is the one thing in it that could change what the bytes mean.
  Result<void> declaration() {
    const std::size_t end = xml_.find("?>", at_);
    if (end == std::string_view::npos) return not_wellformed("the XML declaration has no end");
    std::string_view rest = xml_.substr(at_ + 5, end - at_ - 5);
    at_ = end + 2;
    const std::optional<std::string_view> version = pseudo_attribute(rest, "version");
    if (version != "1.0") return not_wellformed("the XML declaration names another version than 1.0");
    if (const std::optional<std::string_view> encoding = pseudo_attribute(rest, "encoding")) {
      if (ascii_lower(*encoding) != "utf-8") return failure(Reason::kNotUtf8, "The message is not declared as UTF-8.");
    }
    if (const std::optional<std::string_view> standalone = pseudo_attribute(rest, "standalone")) {
      if (standalone != "yes" && standalone != "no") return not_wellformed("standalone in the XML declaration");
    }
    if (!std::ranges::all_of(rest, is_space)) return not_wellformed("the XML declaration holds something else");
    return {};
  }

  // Takes ` name = "value"` off the front of `rest`; nullopt, and nothing taken, when it is not there.
  static std::optional<std::string_view> pseudo_attribute(std::string_view& rest, std::string_view name) {
    std::string_view text = rest;
    const auto skip_space = [&] {
      while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    };
    skip_space();
    if (text.size() == rest.size() || !text.starts_with(name)) return std::nullopt;
    text.remove_prefix(name.size());
    skip_space();
    if (!text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
    skip_space();
    if (text.empty() || (text.front() != '"' && text.front() != '\'')) return std::nullopt;
    const std::size_t end = text.find(text.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view value = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    return value;
  }

  Result<void> markup() {
    switch (peek(1)) {
      case '!':
        return declaration_or_comment();
      case '?':
        return failure(Reason::kPiForbidden, "The message holds a processing instruction.");
      case '/':
        if (depth_ > 0) --depth_;
        ++at_;
        return {};
      default:
        return start_tag();
    }
  }

  Result<void> declaration_or_comment() {
    const std::string_view rest = xml_.substr(at_);
    if (rest.starts_with("<![CDATA[")) return failure(Reason::kCdataForbidden, "The message holds a CDATA section.");
    if (!rest.starts_with("<!--")) {
      return failure(Reason::kDtdForbidden, "The message holds a document type declaration.");
    }
    if (!rules_.allow_comments) return failure(Reason::kCommentForbidden, "The message holds a comment.");
    const std::size_t end = xml_.find("-->", at_ + 4);
    if (end == std::string_view::npos) return not_wellformed("a comment has no end");
    at_ = end + 3;
    return {};
  }

  Result<void> start_tag() {
    DOORWARD_CHECK(count_node());
    std::size_t attributes = 0;
    std::size_t namespaces = depth_ == 0 ? 0 : in_scope_[depth_ - 1];
    std::size_t name = at_ + 1;  // of the attribute that is being read
    for (std::size_t i = at_ + 1; i < xml_.size(); ++i) {
      const char c = xml_[i];
      if (c == '<') return not_wellformed("a tag within a tag");
      if (c == '=') {
        if (++attributes > kMostXmlAttributes) return too_many();
        DOORWARD_CHECK(count_node());
        if (xml_.substr(name).starts_with("xmlns") && ++namespaces > kMostXmlNamespaces) return too_many();
      } else if (c == '"' || c == '\'') {
        const std::size_t end = xml_.find(c, i + 1);
        if (end == std::string_view::npos) return not_wellformed("an attribute has no end");
        // No attribute holds `<` (section 3.1): none of the document's can hide in quotes.
        if (xml_.substr(i, end - i).find('<') != std::string_view::npos) return not_wellformed("`<` in an attribute");
        i = end;
        name = i + 1;
      } else if (c == '>') {
        const bool empty = xml_[i - 1] == '/';
        if (depth_ >= kMostXmlDepth) return failure(Reason::kTooDeep, "The elements of the message nest too deeply.");
        if (!empty) in_scope_[depth_++] = static_cast<std::uint8_t>(namespaces);
        at_ = i + 1;
        return {};
      } else if (is_space(xml_[i - 1])) {
        name = i;
      }
    }
    return not_wellformed("a tag has no end");
  }

  Result<void> count_node() {
    if (++nodes_ <= rules_.most_nodes) return {};
    return failure(Reason::kTooLarge, "The message has too many elements and attributes.");
  }

  static tl::unexpected<Error> too_many() {
    return failure(Reason::kTooManyAttributes, "An element of the message has too many attributes or namespaces.");
  }

  std::string_view xml_;
  const XmlRules& rules_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  std::array<std::uint8_t, kMostXmlDepth> in_scope_{};
};

static_assert(kMostXmlNamespaces <= UINT8_MAX);

}  // namespace

Result<void> check_bytes(std::string_view xml, const XmlRules& rules) {
  if (xml.size() > rules.most_bytes) return failure(Reason::kTooLarge, "The message is too large.");
  if (!is_valid_utf8(xml) || !has_only_xml_characters(xml)) {
    return failure(Reason::kNotUtf8, "The message is not UTF-8 text.");
  }
  return Gate(xml, rules).pass();
}

}  // namespace doorward::saml
