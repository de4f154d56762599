// tiktoken's own answers, through the public interface: see tests/bpe/trap_case.h.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "tests/bpe/forced_path.h"
#include "tests/bpe/trap_case.h"

namespace toktally {
namespace {

using testing::TrapCase;
using Ids = std::vector<TokenId>;

Ids MustEncode(const TrapCase& trap, const Encoding& encoding, const SpecialSet& allowed,
               const SpecialSet& disallowed) {
  const auto ids = encoding.Encode(trap.input, allowed, disallowed);
  EXPECT_TRUE(ids.ok()) << trap.Describe() << ": " << ids.status();
  return ids.ok() ? *ids : Ids();
}

void ExpectIds(const TrapCase& trap, const Ids& ids) {
  if (trap.ids.has_value()) {
    EXPECT_EQ(ids, *trap.ids) << trap.Describe();
    return;
  }
  EXPECT_EQ(ids.size(), trap.count) << trap.Describe();
  testing::Fnv1a hash;
  for (const TokenId id : ids) hash.Add(id);
  EXPECT_EQ(hash.Hex(), trap.ids_fnv1a64) << trap.Describe();
  ASSERT_GE(ids.size(), trap.last_ids.size());
  EXPECT_EQ(Ids(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(trap.first_ids.size())),
            trap.first_ids)
      << trap.Describe();
  EXPECT_EQ(Ids(ids.end() - static_cast<std::ptrdiff_t>(trap.last_ids.size()), ids.end()),
            trap.last_ids)
      << trap.Describe();
}

void ExpectDecodes(const TrapCase& trap, const Encoding& encoding, std::string_view bytes) {
  const auto decoded = encoding.Decode(*trap.ids);
  ASSERT_TRUE(decoded.ok()) << trap.Describe() << ": " << decoded.status();
  EXPECT_EQ(*decoded, bytes) << trap.Describe();
}

void CheckOrdinary(const TrapCase& trap, const Encoding& encoding) {
  const Ids ids = encoding.EncodeOrdinary(trap.input);
  ExpectIds(trap, ids);
  EXPECT_EQ(encoding.Count(trap.input), ids.size()) << trap.Describe();
  if (trap.ids.has_value()) ExpectDecodes(trap, encoding, trap.replaced.value_or(trap.input));
}

void CheckSpecialAll(const TrapCase& trap, const Encoding& encoding) {
  ExpectIds(trap, MustEncode(trap, encoding, SpecialSet::All(), SpecialSet::None()));
}

void CheckSpecialSome(const TrapCase& trap, const Encoding& encoding) {
  ExpectIds(trap,
            MustEncode(trap, encoding, SpecialSet::Of(trap.allowed_special), SpecialSet::None()));
}

void CheckEncodeDefault(const TrapCase& trap, const Encoding& encoding) {
  if (!trap.expected_error_token.has_value()) {
    ExpectIds(trap, MustEncode(trap, encoding, SpecialSet::None(), SpecialSet::All()));
    return;
  }
  const auto ids = encoding.Encode(trap.input, SpecialSet::None(), SpecialSet::All());
  EXPECT_EQ(ids.status().code(), absl::StatusCode::kInvalidArgument) << trap.Describe();
  EXPECT_NE(ids.status().message().find(trap.expected_error_token->c_str()), std::string::npos)
      << ids.status();
}

void CheckDecode(const TrapCase& trap, const Encoding& encoding) {
  if (!trap.expected_error_id.has_value()) {
    ExpectDecodes(trap, encoding, trap.bytes_out.value());
    return;
  }
  const auto decoded = encoding.Decode(*trap.ids);
  EXPECT_EQ(decoded.status().code(), absl::StatusCode::kInvalidArgument) << trap.Describe();
  EXPECT_NE(decoded.status().message().find(std::to_string(*trap.expected_error_id)),
            std::string::npos)
      << decoded.status();
}

void CheckBytesReplace(const TrapCase& trap, const Encoding& encoding) {
  EXPECT_EQ(ReplaceIllFormed(trap.input), trap.replaced.value()) << trap.Describe();
  CheckOrdinary(trap, encoding);
}

void CheckEncodeBytes(const TrapCase& trap, const Encoding& encoding) {
  ExpectIds(trap, encoding.EncodeOrdinary(trap.input, IllFormedUtf8::kLossless));
  EXPECT_EQ(encoding.Count(trap.input, IllFormedUtf8::kLossless), trap.ids->size())
      << trap.Describe();
  ExpectDecodes(trap, encoding, trap.input);
}

// With sanitizers the long cases take a minute; then one path has them, and the others have their
// own long texts.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kLongForAll = std::size_t{64} << 10;
#else
constexpr std::size_t kLongForAll = SIZE_MAX;
#endif

class TrapsTest : public ::testing::TestWithParam<const EnginePath*> {};

TEST_P(TrapsTest, EveryCase) {
  const testing::ForcedPath forced(GetParam());
  const std::map<std::string, void (*)(const TrapCase&, const Encoding&)> checks = {
      {"ordinary", &CheckOrdinary},
      {"special_all", &CheckSpecialAll},
      {"special_some", &CheckSpecialSome},
      {"encode_default", &CheckEncodeDefault},
      {"decode", &CheckDecode},
      {"bytes_replace", &CheckBytesReplace},
      {"encode_bytes", &CheckEncodeBytes},
      {"utf16", &CheckOrdinary},
  };
  std::map<std::string, int> seen;
  for (const TrapCase& trap : testing::LoadTrapCases()) {
    const Encoding* encoding = FindEncoding(trap.encoding);
    ASSERT_NE(encoding, nullptr) << trap.encoding;
    if (trap.input.size() <= kLongForAll || GetParam() == AvailableEnginePaths().front()) {
      checks.at(trap.mode)(trap, *encoding);
    }
    ++seen[trap.mode];
  }
  const std::map<std::string, int> expected = {
      {"ordinary", 2302}, {"special_all", 52},   {"special_some", 5},  {"encode_default", 7},
      {"decode", 23},     {"bytes_replace", 58}, {"encode_bytes", 54}, {"utf16", 8}};
  EXPECT_EQ(seen, expected);
}

INSTANTIATE_TEST_SUITE_P(Paths, TrapsTest, ::testing::ValuesIn(AvailableEnginePaths()),
                         [](const auto& path) { return std::string(path.param->name); });

}  // namespace
}  // namespace toktally
