// The 38 streams of tests/bpe/traps.jsonl through the public interface: every scalar value in nine
// contexts and every string of up to five symbols of two alphabets, in both encodings. Where
// tiktoken's digest is given the ids must have it; everywhere they must be those of the RE2 oracle
// and the reference merge.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "tests/bpe/forced_path.h"
#include "tests/bpe/oracle.h"
#include "tests/bpe/patterns.h"
#include "tests/bpe/trap_case.h"

namespace toktally {
namespace {

using testing::DigestCase;

// The streams in the order of LoadDigestCases. Each is a test of its own: a few seconds of work
// under a limit of minutes, which holds on a machine that has ten times too much to do.
constexpr const char* kStreams[] = {"sweep0",  "sweep1",  "sweep2",  "sweep3",  "sweep4",
                                    "sweep5",  "sweep6",  "sweep7",  "sweep8",  "alpha11",
                                    "alpha12", "alpha13", "alpha14", "alpha15", "alpha21",
                                    "alpha22", "alpha23", "alpha24", "alpha25"};

std::vector<DigestCase> StreamsOf(std::string_view encoding) {
  std::vector<DigestCase> streams;
  for (DigestCase& digest : testing::LoadDigestCases()) {
    if (digest.encoding == encoding) streams.push_back(std::move(digest));
  }
  return streams;
}

TEST(DigestStreamsTest, AllAreThere) {
  for (const std::string_view encoding : {"cl100k_base", "o200k_base"}) {
    std::vector<std::string> names;
    std::size_t given = 0;
    for (const DigestCase& digest : StreamsOf(encoding)) {
      names.push_back(digest.name);
      if (!digest.ids_fnv1a64.empty()) ++given;
    }
    EXPECT_THAT(names, ::testing::ElementsAreArray(kStreams));
    EXPECT_EQ(given, encoding == "o200k_base" ? 10u : 11u);
  }
}

class DigestTest : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(DigestTest, IdsOfTheStream) {
  const auto [name, stream] = GetParam();
  const Encoding* encoding = FindEncoding(name);
  ASSERT_NE(encoding, nullptr);
  testing::Oracle oracle(
      name, std::string_view(name) == "o200k_base" ? testing::kO200k : testing::kCl100k);
  const std::vector<DigestCase> streams = StreamsOf(name);
  const auto digest = std::find_if(streams.begin(), streams.end(),
                                   [&](const DigestCase& d) { return d.name == stream; });
  ASSERT_NE(digest, streams.end());
  testing::Fnv1a hash;
  std::vector<TokenId> ids;
  std::vector<TokenId> expected;
  std::uint64_t differences = 0;
  testing::ForEachText(*digest, [&](std::string_view text) {
    ids.clear();
    encoding->AppendOrdinary(text, ids);
    for (const TokenId id : ids) hash.Add(id);
    hash.Add(testing::kEndOfText);
    expected.clear();
    oracle.Merge(text, oracle.Split(text), expected);
    if (ids != expected) ++differences;
    for (const EnginePath* path : AvailableEnginePaths()) {
      const testing::ForcedPath forced(path);
      ids.clear();
      encoding->AppendOrdinary(text, ids);
      if (ids != expected || encoding->Count(text) != ids.size()) ++differences;
    }
  });
  EXPECT_EQ(differences, 0u);
  if (!digest->ids_fnv1a64.empty()) {
    EXPECT_EQ(hash.Hex(), digest->ids_fnv1a64);
  }
}

INSTANTIATE_TEST_SUITE_P(Streams, DigestTest,
                         ::testing::Combine(::testing::Values("cl100k_base", "o200k_base"),
                                            ::testing::ValuesIn(kStreams)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param)) + "_" +
                                  std::get<1>(test.param);
                         });

}  // namespace
}  // namespace toktally
