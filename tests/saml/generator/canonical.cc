#include "saml/generator/canonical.h"

#include <sstream>

namespace doorward::saml::test {
namespace {

struct Part {
  const xmlNode* top;
  const xmlNode* without;
};

bool is_within(const xmlNode* node, const xmlNode* top) {
  for (; node != nullptr; node = node->parent) {
    if (node == top) return true;
  }
  return false;
}

// libxml2 asks for namespace declarations with the element that has them as parent.
int is_visible(void* part, xmlNode* node, xmlNode* parent) {
  const auto* wanted = static_cast<const Part*>(part);
  const xmlNode* at = node->type == XML_NAMESPACE_DECL ? parent : node;
  return is_within(at, wanted->top) && (wanted->without == nullptr || !is_within(at, wanted->without)) ? 1 : 0;
}

void ignore(void* /*context*/, xmlErrorPtr /*error*/) {}

}  // namespace

std::string canonical(xmlDoc* document, xmlNode* top, const xmlNode* without, const Canonicalization& how) {
  Part part{.top = top, .without = without};
  std::vector<std::string> prefixes;
  std::istringstream list(how.prefixes);
  for (std::string prefix; list >> prefix;) prefixes.push_back(prefix == "#default" ? std::string() : prefix);
  std::vector<xmlChar*> pointers;
  for (std::string& prefix : prefixes) pointers.push_back(reinterpret_cast<xmlChar*>(prefix.data()));
  pointers.push_back(nullptr);

  xmlOutputBuffer* out = xmlAllocOutputBuffer(nullptr);
  xmlSetStructuredErrorFunc(nullptr, ignore);  // a form that there is not is an answer, too
  const int written = xmlC14NExecute(document, is_visible, &part, how.inclusive ? XML_C14N_1_0 : XML_C14N_EXCLUSIVE_1_0,
                                     how.inclusive ? nullptr : pointers.data(), how.with_comments ? 1 : 0, out);
  xmlSetStructuredErrorFunc(nullptr, nullptr);
  std::string text;
  if (written >= 0) {
    text.assign(reinterpret_cast<const char*>(xmlOutputBufferGetContent(out)), xmlOutputBufferGetSize(out));
  }
  xmlOutputBufferClose(out);
  return text;
}

}  // namespace doorward::saml::test
