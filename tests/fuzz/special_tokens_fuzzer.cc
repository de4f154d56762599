// Texts put together from special names, their parts and noise, against splitting at each name.

#include <string>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1000) return 0;
  const toktally::Encoding& encoding = *toktally::FindEncoding("cl100k_base");
  const auto specials = encoding.special_tokens();
  std::string text;
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    const std::string_view name = specials[data[i] % specials.size()].name;
    text += data[i] < 64 ? std::string(1, static_cast<char>(data[i + 1]))
                         : std::string(name.substr(0, data[i] < 128 ? data[i + 1] % 16 : 16));
  }
  std::vector<toktally::TokenId> expected;
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const toktally::SpecialToken& token : specials) {
      if (at < done || text.compare(at, token.name.size(), token.name) != 0) continue;
      encoding.AppendOrdinary(text.substr(done, at - done), expected);
      expected.push_back(token.id);
      done = at + token.name.size();
    }
  }
  encoding.AppendOrdinary(text.substr(done), expected);
  const auto ids = encoding.Encode(text, toktally::SpecialSet::All(), toktally::SpecialSet::None());
  toktally::testing::FuzzCheck(ids.ok() && *ids == expected, "Encode is the naive one");
  return 0;
}
