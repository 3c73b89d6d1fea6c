// What is read of a libxml2 tree. Every view and pointer is the document's; no function allocates but those that return
// a string.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

struct _xmlNode;

namespace doorward::saml {

// Both empty for what is no element.
std::string_view local_name(const _xmlNode& node);
std::string_view namespace_of(const _xmlNode& node);

bool is_element(const _xmlNode& node, std::string_view ns, std::string_view local);

// nullptr: there is none.
_xmlNode* first_element(const _xmlNode& parent);
_xmlNode* next_element(const _xmlNode& node);
_xmlNode* find_child(const _xmlNode& parent, std::string_view ns, std::string_view local);  // the first

// `for (_xmlNode& child : elements_of(parent))`
class ElementRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = _xmlNode;
    using difference_type = std::ptrdiff_t;
    using pointer = _xmlNode*;
    using reference = _xmlNode&;

    Iterator() = default;
    explicit Iterator(_xmlNode* node) : node_(node) {}
    _xmlNode& operator*() const { return *node_; }
    _xmlNode* operator->() const { return node_; }
    Iterator& operator++() {
      node_ = next_element(*node_);
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    _xmlNode* node_ = nullptr;
  };

  explicit ElementRange(const _xmlNode& parent) : first_(first_element(parent)) {}
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(); }

 private:
  _xmlNode* first_;
};

inline ElementRange elements_of(const _xmlNode& parent) { return ElementRange(parent); }

// The element after `node` in document order, within `top`; nullptr after the last. Begin with `top` itself.
_xmlNode* next_in_document(const _xmlNode& node, const _xmlNode& top);

// The attribute of no namespace; nullopt: it is not there.
std::optional<std::string> attribute(const _xmlNode& element, std::string_view name);

// All text of an element without child elements; nullopt with one.
std::optional<std::string> text_of(const _xmlNode& element);

// Nothing but white space and elements is in it.
bool has_only_elements(const _xmlNode& element);

// Without XML's white space (tab, line feed, carriage return, space) at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace doorward::saml
