// Any bytes through the public interface: nothing is lost, and every way to count agrees.

#include "base/utf8.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "tests/fuzz/fuzz.h"

using toktally::testing::FuzzCheck;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > toktally::testing::kLongestInput) return 0;
  const auto names = toktally::EncodingNames();
  const toktally::Encoding& encoding = *toktally::FindEncoding(names[data[0] % names.size()]);
  const toktally::testing::ExactCopy copy(data + 1, size - 1);
  const std::string_view text = copy.view();
  for (const auto policy :
       {toktally::IllFormedUtf8::kReplace, toktally::IllFormedUtf8::kLossless}) {
    const bool lossless = policy == toktally::IllFormedUtf8::kLossless;
    const auto ids = encoding.EncodeOrdinary(text, policy);
    FuzzCheck(
        *encoding.Decode(ids) == (lossless ? std::string(text) : toktally::ReplaceIllFormed(text)),
        "Decode gives the text back");
    FuzzCheck(encoding.Count(text, policy) == ids.size(), "Count is the number of ids");
    const std::uint64_t limit = data[0];
    FuzzCheck(encoding.CountUpTo(text, limit, policy).has_value() == (ids.size() <= limit),
              "CountUpTo knows its limit");
    const auto spans = encoding.EncodeOrdinaryWithOffsets(text, policy);
    FuzzCheck(spans.size() == ids.size(), "a span for each token");
    FuzzCheck(spans.empty() || spans.back().end == text.size(), "spans reach the end");
    for (std::size_t i = 0; i < ids.size(); ++i) {
      FuzzCheck(spans[i].id == ids[i] && spans[i].begin < spans[i].end,
                "spans are those of the ids");
    }
  }
  return 0;
}
