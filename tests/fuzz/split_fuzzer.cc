// Every splitter against RE2: the scanners and every path of the engine.

#include <vector>

#include "base/utf8.h"
#include "bpe/engine/engine.h"
#include "bpe/split/patterns.h"
#include "bpe/split/regex/regex_splitter.h"
#include "tests/bpe/oracle.h"
#include "tests/bpe/patterns.h"
#include "tests/fuzz/fuzz.h"

using toktally::RegexSplitter;

static void Compare(const RegexSplitter& oracle, const toktally::SplitPattern& pattern,
                    std::string_view text) {
  const std::vector<std::size_t> expected = toktally::testing::PieceEnds(oracle, text);
  std::vector<std::size_t> ends;
  for (bool open = false; ends.size() < expected.size();) {
    ends.push_back(pattern.piece_end(text, ends.empty() ? 0 : ends.back(), open));
  }
  toktally::testing::FuzzCheck(ends == expected, "the scanner agrees with RE2");
  for (const toktally::EnginePath* path : toktally::AvailableEnginePaths()) {
    ends.clear();
    path->For(pattern).split(text, ends);
    toktally::testing::FuzzCheck(ends == expected, "the engine agrees with RE2");
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto r50k = *RegexSplitter::Create(toktally::testing::kR50k);
  static const auto cl100k = *RegexSplitter::Create(toktally::testing::kCl100k);
  static const auto o200k = *RegexSplitter::Create(toktally::testing::kO200k);
  if (size > toktally::testing::kLongestInput) return 0;
  const toktally::testing::ExactCopy copy(
      toktally::ReplaceIllFormed({reinterpret_cast<const char*>(data), size}));
  Compare(*r50k, toktally::kR50kPattern, copy.view());
  Compare(*cl100k, toktally::kCl100kPattern, copy.view());
  Compare(*o200k, toktally::kO200kPattern, copy.view());
  return 0;
}
