// A text in parts of any sizes, and a text cut at a safe cut, count as the whole.

#include <algorithm>
#include <string>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "tests/fuzz/fuzz.h"

using toktally::testing::FuzzCheck;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3 || size > toktally::testing::kLongestInput) return 0;
  const auto names = toktally::EncodingNames();
  const toktally::Encoding& encoding = *toktally::FindEncoding(names[data[0] % names.size()]);
  const toktally::testing::ExactCopy copy(data + 2, size - 2);
  const std::string_view text = copy.view();
  const std::uint64_t count = encoding.Count(text);
  const std::size_t cut = encoding.FindSafeCut(text, text.size() * data[1] / 256);
  FuzzCheck(encoding.Count(text.substr(0, cut)) + encoding.Count(text.substr(cut)) == count,
            "a safe cut changes nothing");
  std::uint64_t tokens = 0;
  std::string pending;
  std::size_t step = 1 + data[1] % 97;
  for (std::size_t at = 0; at < text.size(); at += step, step = std::max(step, pending.size())) {
    pending.append(text.substr(at, step));
    const toktally::CountedPrefix prefix = encoding.CountPrefix(pending);
    tokens += prefix.tokens;
    pending.erase(0, prefix.bytes);
  }
  FuzzCheck(tokens + encoding.Count(pending) == count, "the sum of the parts is the whole");
  return 0;
}
