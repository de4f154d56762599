#include "chat/workspaces.h"

#include <gtest/gtest.h>

#include <string>

#include "bpe/encodings.h"

namespace toktally::chat {
namespace {

// Enough texts for the memory to be taken up, of encodings in turn.
TEST(WorkspacesTest, CountsAreThoseOfTheEncoding) {
  Workspaces workspaces;
  for (int i = 0; i < 300; ++i) {
    const std::string text =
        "Ein Satz mit der Nummer " + std::to_string(i) + std::string(400, 'x') + " und mehr\n";
    for (const char* name : {"o200k_base", "cl100k_base", "r50k_base"}) {
      const Encoding& encoding = *FindEncoding(name);
      ASSERT_EQ(workspaces.Count(encoding, text), encoding.Count(text)) << name << ' ' << i;
      const CountedPrefix prefix = workspaces.CountPrefix(encoding, text);
      ASSERT_EQ(prefix.tokens, encoding.CountPrefix(text).tokens) << name << ' ' << i;
    }
  }
  const Encoding& encoding = *FindEncoding("o200k_base");
  EXPECT_EQ(workspaces.Count(encoding, "\xFF"), encoding.Count("\xFF"));
}

}  // namespace
}  // namespace toktally::chat
