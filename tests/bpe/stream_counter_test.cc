#include "bpe/stream_counter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bpe/encodings.h"

namespace toktally {
namespace {

std::string MixedText(std::uint32_t seed, std::size_t size) {
  std::mt19937 random(seed);
  const std::string parts[] = {"the quick brown fox ",
                               "숫자와 글자 ",
                               "中文没有空格",
                               "1234567",
                               "\n\n",
                               "<|endoftext|>",
                               "a",
                               "'s ",
                               "🙂",
                               "\xff"};
  std::string text;
  while (text.size() < size) {
    const std::string& part = parts[random() % std::size(parts)];
    for (auto times = random() % 20 == 0 ? random() % 3000 : 1; times > 0; --times) text += part;
  }
  return text;
}

StreamCount Count(StreamCounter& counter, std::string_view text, std::size_t part) {
  for (std::size_t i = 0; i < text.size(); i += part) counter.Add(text.substr(i, part));
  return counter.Finish();
}

TEST(StreamCounter, TheSumIsTheCountOfTheWholeWhateverTheParts) {
  for (const std::string_view name : {"o200k_base", "cl100k_base", "r50k_base"}) {
    const Encoding& encoding = *FindEncoding(name);
    const std::string text = MixedText(1, 900'000);
    for (const std::size_t part : {13u, 4'096u, 1'000'000u}) {
      StreamCounter counter(encoding);
      const StreamCount count = Count(counter, text, part);
      EXPECT_EQ(count.tokens, encoding.Count(text));
      EXPECT_EQ(count.bytes, text.size());
      EXPECT_EQ(count.first_ill_formed, text.find('\xff'));
      EXPECT_FALSE(count.error);
    }
  }
}

TEST(StreamCounter, SpecialTokensFollowThePolicy) {
  const Encoding& encoding = *FindEncoding("o200k_base");
  const std::string text = MixedText(2, 900'000);
  StreamOptions allow;
  allow.allowed = SpecialSet::All();
  StreamCounter counter(encoding, allow);
  EXPECT_EQ(Count(counter, text, 10'007).tokens,
            *encoding.Count(text, SpecialSet::All(), SpecialSet::None()));
  StreamOptions one;
  one.disallowed = SpecialSet::Of({"<|endofprompt|>"});
  const std::string long_text = text + " <|endofprompt|> " + text;
  StreamCounter strict(encoding, one);
  const StreamCount count = Count(strict, long_text, 10'007);
  ASSERT_TRUE(count.error);
  EXPECT_EQ(count.error->offset, long_text.find("<|endofprompt|>"));
  EXPECT_EQ(count.error->kind, StreamError::Kind::kSpecialToken);
}

TEST(StreamCounter, BlocksCanBeCountedInAnyOrder) {
  const Encoding& encoding = *FindEncoding("o200k_base");
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "so it goes ";
  std::vector<StreamBlock> blocks;
  StreamCounter counter(encoding, {}, nullptr, [&](StreamBlock block) {
    blocks.push_back(std::move(block));
    return StreamBlock();
  });
  StreamCount total = Count(counter, text, 30'011);
  EXPECT_GT(blocks.size(), 2u);
  std::reverse(blocks.begin(), blocks.end());
  for (const StreamBlock& block : blocks) {
    total.Merge(CountBlock(encoding, {}, block.text(), block.offset, nullptr));
  }
  EXPECT_EQ(total.tokens, encoding.Count(text));
  EXPECT_EQ(total.bytes, text.size());
}

TEST(StreamCounter, NothingIsNothing) {
  StreamCounter counter(*FindEncoding("o200k_base"));
  EXPECT_EQ(counter.Finish().tokens, 0u);
}

}  // namespace
}  // namespace toktally
