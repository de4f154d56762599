// Any ids: bytes or an error, as each id alone says.

#include <cstring>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto names = toktally::EncodingNames();
  const toktally::Encoding& encoding = *toktally::FindEncoding(names[data[0] % names.size()]);
  std::vector<toktally::TokenId> ids((size - 1) / sizeof(toktally::TokenId));
  if (!ids.empty()) std::memcpy(ids.data(), data + 1, ids.size() * sizeof(toktally::TokenId));
  // Most ids near the ones that exist.
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i % 8 != 7) ids[i] %= encoding.id_limit() + 2;
  }
  std::string expected;
  bool all_exist = true;
  for (const toktally::TokenId id : ids) {
    const auto bytes = encoding.FindBytes(id);
    all_exist = all_exist && bytes.has_value();
    expected += bytes.value_or("");
  }
  const auto decoded = encoding.Decode(ids);
  toktally::testing::FuzzCheck(decoded.ok() == all_exist, "an id without a token is an error");
  toktally::testing::FuzzCheck(!all_exist || *decoded == expected, "the bytes of each token");
  return 0;
}
