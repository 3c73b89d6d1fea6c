#include "comments.h"

#include <gtest/gtest.h>

namespace doorward::generator {
namespace {

TEST(Comments, LinesBecomeParagraphs) {
  EXPECT_EQ(paragraphs(""), "");
  EXPECT_EQ(paragraphs(" One line.\n"), "One line.");
  EXPECT_EQ(paragraphs(" A title.\n\n A sentence that\n goes on.\n"), "A title.\n\nA sentence that goes on.");
  EXPECT_EQ(paragraphs(" Either\n - this\n - or that\n   of it\n\n\n After.\n"),
            "Either\n- this\n- or that of it\n\nAfter.");
}

}  // namespace
}  // namespace doorward::generator
