#include "bpe/loader/nfc.h"

#include <gtest/gtest.h>

namespace toktally {
namespace {

TEST(Nfc, ComposesWhatCanBeComposed) {
  EXPECT_EQ(ToNfc("plain\n"), "plain\n");
  EXPECT_EQ(ToNfc("e\u0301"), "\u00e9");
  EXPECT_EQ(ToNfc("\u1112\u1161\u11ab"), "\ud55c");  // Hangul jamo
  EXPECT_EQ(ToNfc("\u212b"), "\u00c5");              // the Ångström sign
  EXPECT_EQ(ToNfc("\u0958"), "\u0915\u093c");        // excluded from composition
  EXPECT_EQ(ToNfc("a\xff"), "a\ufffd");
  EXPECT_EQ(ToNfc(""), "");
}

// What counting line for line rests on.
TEST(Nfc, NothingComposesAcrossANewline) {
  EXPECT_EQ(ToNfc("e\n\u0301"), ToNfc("e\n") + ToNfc("\u0301"));
}

}  // namespace
}  // namespace toktally
