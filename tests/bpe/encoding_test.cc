// What holds for every text, seed by seed, through the public interface.

#include "bpe/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "bpe/workspace.h"
#include "tests/bpe/forced_path.h"
#include "tests/bpe/random_text.h"

namespace toktally {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::PrintToString;
using Ids = std::vector<TokenId>;

constexpr IllFormedUtf8 kPolicies[] = {IllFormedUtf8::kReplace, IllFormedUtf8::kLossless};

struct Subject {
  std::string_view encoding;
  const EnginePath* path;
};

void PrintTo(const Subject& subject, std::ostream* out) {
  *out << subject.encoding << " " << subject.path->name;
}

std::vector<Subject> AllSubjects() {
  std::vector<Subject> subjects;
  for (const std::string_view name : EncodingNames()) {
    for (const EnginePath* path : AvailableEnginePaths()) subjects.push_back({name, path});
  }
  return subjects;
}

class EncodingTest : public ::testing::TestWithParam<Subject> {
 protected:
  EncodingTest() : encoding_(*FindEncoding(GetParam().encoding)), path_(GetParam().path) {}

  // Calls `check` with texts of every kind, well-formed and not.
  template <typename Check>
  void ForTexts(std::uint64_t seed, int rounds, Check check) {
    testing::RandomText random(seed);
    check(std::string());
    for (int round = 0; round < rounds && !HasFatalFailure(); ++round) {
      check(random.Below(3) == 0 ? random.AnyBytes(60) : random.Any(60));
    }
  }

  std::string MustDecode(const Ids& ids) {
    const auto decoded = encoding_.Decode(ids);
    EXPECT_TRUE(decoded.ok()) << decoded.status();
    return decoded.ok() ? *decoded : "";
  }

  const Encoding& encoding_;
  testing::ForcedPath path_;
};

TEST_P(EncodingTest, DecodeGivesTheTextBack) {
  ForTexts(20, 4000, [&](const std::string& text) {
    ASSERT_EQ(MustDecode(encoding_.EncodeOrdinary(text)), ReplaceIllFormed(text))
        << PrintToString(text);
    ASSERT_EQ(MustDecode(encoding_.EncodeOrdinary(text, IllFormedUtf8::kLossless)), text)
        << PrintToString(text);
  });
}

TEST_P(EncodingTest, CountIsTheNumberOfIds) {
  ForTexts(21, 4000, [&](const std::string& text) {
    for (const IllFormedUtf8 policy : kPolicies) {
      const Ids ids = encoding_.EncodeOrdinary(text, policy);
      ASSERT_EQ(encoding_.Count(text, policy), ids.size()) << PrintToString(text);
      const auto as_encode = encoding_.Encode(text, SpecialSet::None(), SpecialSet::None(), policy);
      ASSERT_TRUE(as_encode.ok()) << as_encode.status();
      ASSERT_EQ(*as_encode, ids) << PrintToString(text);
    }
  });
}

TEST_P(EncodingTest, AppendOrdinaryKeepsWhatIsThere) {
  Ids ids = {7};
  encoding_.AppendOrdinary("hello world", ids);
  Ids expected = encoding_.EncodeOrdinary("hello world");
  expected.insert(expected.begin(), 7);
  EXPECT_EQ(ids, expected);
}

TEST_P(EncodingTest, CountUpToKnowsItsLimit) {
  ForTexts(22, 2000, [&](const std::string& text) {
    for (const IllFormedUtf8 policy : kPolicies) {
      const std::uint64_t count = encoding_.Count(text, policy);
      ASSERT_EQ(encoding_.CountUpTo(text, count, policy), count) << PrintToString(text);
      ASSERT_EQ(encoding_.CountUpTo(text, count + 1, policy), count) << PrintToString(text);
      ASSERT_EQ(encoding_.CountUpTo(text, UINT64_MAX, policy), count) << PrintToString(text);
      if (count == 0) continue;
      ASSERT_EQ(encoding_.CountUpTo(text, count - 1, policy), std::nullopt) << PrintToString(text);
      ASSERT_EQ(encoding_.CountUpTo(text, 0, policy), std::nullopt) << PrintToString(text);
    }
  });
}

// Fed as a reader would, in parts of any size: what is not counted yet is offered again with more.
TEST_P(EncodingTest, CountPrefixInPartsIsTheCountOfTheWhole) {
  testing::RandomText random(23);
  for (int round = 0; round < 1500; ++round) {
    std::string text;
    for (int part = 0; part < 6; ++part) text += random.AnyBytes(40);
    std::uint64_t tokens = 0;
    std::string pending;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min(1 + random.Below(50), text.size() - at);
      pending.append(text, at, size);
      at += size;
      const CountedPrefix prefix = encoding_.CountPrefix(pending);
      ASSERT_LE(prefix.bytes, pending.size());
      tokens += prefix.tokens;
      pending.erase(0, prefix.bytes);
    }
    tokens += encoding_.Count(pending);
    ASSERT_EQ(tokens, encoding_.Count(text)) << PrintToString(text);
  }
}

// What a workspace remembers is never another piece, nor another vocabulary's, nor left over when
// it forgets.
TEST_P(EncodingTest, AWorkspaceChangesNothing) {
  const Encoding& other =
      *FindEncoding(GetParam().encoding == "cl100k_base" ? "o200k_base" : "cl100k_base");
  testing::RandomText random(28);
  Workspace workspace;
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) texts.push_back(random.AnyBytes(400));
  for (int round = 0; round < 2000; ++round) {
    const std::string& text = texts[random.Below(texts.size())];
    const Encoding& encoding = random.Below(20) == 0 ? other : encoding_;
    const Ids expected = encoding.EncodeOrdinary(text);
    if (random.Below(2) == 0) {
      ASSERT_EQ(encoding.Count(text, IllFormedUtf8::kReplace, &workspace), expected.size());
      continue;
    }
    Ids ids;
    encoding.AppendOrdinary(text, ids, IllFormedUtf8::kReplace, &workspace);
    ASSERT_EQ(ids, expected) << PrintToString(text);
  }
  // Enough different pieces that each table overflows many times.
  for (int round = 0; round < 300; ++round) {
    const std::string text = random.Words(400);
    Ids ids;
    encoding_.AppendOrdinary(text, ids, IllFormedUtf8::kReplace, &workspace);
    ASSERT_EQ(ids, encoding_.EncodeOrdinary(text)) << PrintToString(text);
    ASSERT_EQ(encoding_.Count(text, IllFormedUtf8::kReplace, &workspace), ids.size());
  }
}

TEST_P(EncodingTest, CountPrefixTellsWhereItIsIllFormed) {
  const std::string text = "one two \xFF three four five";
  EXPECT_EQ(encoding_.CountPrefix(text).first_ill_formed, 8u);
  EXPECT_EQ(encoding_.CountPrefix("one two three four \xFF").first_ill_formed, std::nullopt)
      << "behind what was counted";
  EXPECT_EQ(encoding_.CountPrefix("one two three four \xE4").first_ill_formed, std::nullopt)
      << "may become a character";
}

TEST_P(EncodingTest, CountPrefixTakesAllButTheLastPieces) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "some words, 123 numbers and 中文\n";
  const CountedPrefix prefix = encoding_.CountPrefix(text);
  EXPECT_GT(prefix.bytes, text.size() - 64);
  EXPECT_EQ(prefix.tokens + encoding_.Count(text.substr(prefix.bytes)), encoding_.Count(text));
}

TEST_P(EncodingTest, PartsCutAtSafeCutsCountAsTheWhole) {
  testing::RandomText random(24);
  int cuts = 0;
  for (int round = 0; round < 10000; ++round) {
    const std::string text = random.AnyBytes(60) + random.Words(4);
    const std::size_t from = random.Below(text.size() + 1);
    const std::size_t cut = encoding_.FindSafeCut(text, from);
    ASSERT_GE(cut, from);
    ASSERT_LE(cut, text.size());
    if (cut < text.size()) ++cuts;
    const std::string_view view = text;
    ASSERT_EQ(encoding_.Count(view.substr(0, cut)) + encoding_.Count(view.substr(cut)),
              encoding_.Count(text))
        << PrintToString(text) << " at " << cut;
  }
  EXPECT_GT(cuts, 500);
  EXPECT_EQ(encoding_.FindSafeCut("", 0), 0u);
}

// Long texts are checked and taken in stretches. Their parts, which are not, give what is expected:
// with characters across the stretches' ends, a piece that is longer than one, and a bad byte late.
TEST_P(EncodingTest, LongTextsAreTheSumOfTheirParts) {
  testing::RandomText random(9);
  for (int round = 0; round < 4; ++round) {
    std::string text(static_cast<std::size_t>(round), 'x');
    while (text.size() < 150000) text += random.Any(60) + " 中文中文中文 and then ";
    if (round == 1) text.insert(50000, std::string(140000, 'q') + " z");
    if (round == 3) text[149000] = '\xFF';
    Ids expected;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = encoding_.FindSafeCut(text, std::min(at + 3000, text.size()));
      encoding_.AppendOrdinary(text.substr(at, end - at), expected);
      at = end;
    }
    Workspace workspace;
    Ids ids;
    encoding_.AppendOrdinary(text, ids, IllFormedUtf8::kReplace, &workspace);
    ASSERT_EQ(ids == expected, true) << "round " << round;
    ASSERT_EQ(encoding_.Count(text), expected.size()) << "round " << round;
    ASSERT_EQ(encoding_.CountUpTo(text, expected.size()), expected.size());
    ASSERT_EQ(encoding_.CountUpTo(text, expected.size() - 1), std::nullopt);
  }
}

// Every token's bytes, and for each byte of the replaced text the original bytes that it stands
// for, worked out without base/utf8.h's own map.
TEST_P(EncodingTest, OffsetsCoverTheOriginal) {
  ForTexts(25, 2000, [&](const std::string& text) {
    for (const IllFormedUtf8 policy : kPolicies) {
      std::vector<std::size_t> begin_of;
      std::vector<std::size_t> end_of;
      for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = std::string_view(text).substr(at);
        const std::size_t valid =
            policy == IllFormedUtf8::kLossless ? rest.size() : ValidPrefix(rest);
        for (std::size_t i = 0; i < valid; ++i) {
          begin_of.push_back(at + i);
          end_of.push_back(at + i + 1);
        }
        at += valid;
        if (at == text.size()) break;
        // The maximal subpart ends where the replaced rest goes on.
        std::size_t size = 1;
        while (size < 3 && at + size < text.size() &&
               ReplaceIllFormed(text.substr(at, size + 1)).size() == 3) {
          ++size;
        }
        begin_of.insert(begin_of.end(), 3, at);
        end_of.insert(end_of.end(), 3, at + size);
        at += size;
      }
      const std::vector<TokenSpan> spans = encoding_.EncodeOrdinaryWithOffsets(text, policy);
      const Ids ids = encoding_.EncodeOrdinary(text, policy);
      ASSERT_EQ(spans.size(), ids.size());
      std::size_t at = 0;
      for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::size_t size = encoding_.FindBytes(ids[i])->size();
        ASSERT_EQ(spans[i].id, ids[i]);
        ASSERT_EQ(spans[i].begin, begin_of.at(at)) << PrintToString(text) << " token " << i;
        ASSERT_EQ(spans[i].end, end_of.at(at + size - 1)) << PrintToString(text) << " token " << i;
        at += size;
      }
      ASSERT_EQ(at, begin_of.size()) << PrintToString(text);
    }
  });
}

// --- Special tokens

// The names, their beginnings and near misses, and noise.
std::string SpecialText(const Encoding& encoding, testing::RandomText& random) {
  std::string text;
  for (std::size_t parts = random.Below(8); parts > 0; --parts) {
    const auto tokens = encoding.special_tokens();
    const std::string_view name =
        tokens[random.Below(std::min<std::size_t>(tokens.size(), 12))].name;
    switch (random.Below(4)) {
      case 0:
        text += random.Traps(random.Below(5));
        break;
      case 1:
        text += name.substr(0, random.Below(name.size()));
        break;
      default:
        text += name;
    }
  }
  return text;
}

// Splits at the first allowed name again and again.
Ids NaiveEncode(const Encoding& encoding, const std::string& text, const SpecialSet& allowed) {
  std::size_t first = std::string::npos;
  const SpecialToken* found = nullptr;
  for (const SpecialToken& token : encoding.special_tokens()) {
    const std::size_t at = text.find(token.name);
    if (!allowed.contains(token.name) || at >= first) continue;
    first = at;
    found = &token;
  }
  if (found == nullptr) return encoding.EncodeOrdinary(text);
  Ids ids = encoding.EncodeOrdinary(text.substr(0, first));
  ids.push_back(found->id);
  const Ids rest = NaiveEncode(encoding, text.substr(first + found->name.size()), allowed);
  ids.insert(ids.end(), rest.begin(), rest.end());
  return ids;
}

TEST_P(EncodingTest, AllowedSpecialTokensAreCutOut) {
  testing::RandomText random(26);
  for (int round = 0; round < 1000; ++round) {
    const std::string text = SpecialText(encoding_, random);
    std::vector<std::string> names;
    for (const SpecialToken& token : encoding_.special_tokens().subspan(
             0, std::min<std::size_t>(encoding_.special_tokens().size(), 12))) {
      if (random.Below(2) == 0) names.emplace_back(token.name);
    }
    for (const SpecialSet& allowed : {SpecialSet::All(), SpecialSet::Of(names)}) {
      const Ids expected = NaiveEncode(encoding_, text, allowed);
      const auto ids = encoding_.Encode(text, allowed, SpecialSet::None());
      ASSERT_TRUE(ids.ok()) << ids.status();
      ASSERT_EQ(*ids, expected) << PrintToString(text);
      ASSERT_EQ(MustDecode(*ids), text);
      const auto count = encoding_.Count(text, allowed, SpecialSet::None());
      ASSERT_EQ(*count, expected.size()) << PrintToString(text);
      const auto spans = encoding_.EncodeWithOffsets(text, allowed, SpecialSet::None());
      ASSERT_EQ(spans->size(), expected.size());
      std::size_t at = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ((*spans)[i].id, expected[i]);
        ASSERT_EQ((*spans)[i].begin, at);
        at = (*spans)[i].end;
        ASSERT_EQ(at - (*spans)[i].begin, encoding_.FindBytes(expected[i])->size());
      }
      ASSERT_EQ(at, text.size());
    }
  }
}

TEST_P(EncodingTest, TheFirstDisallowedNameIsAnError) {
  testing::RandomText random(27);
  for (int round = 0; round < 1000; ++round) {
    const std::string text = SpecialText(encoding_, random);
    std::size_t first = std::string::npos;
    std::string name;
    for (const SpecialToken& token : encoding_.special_tokens()) {
      if (text.find(token.name) >= first) continue;
      first = text.find(token.name);
      name = token.name;
    }
    const auto ids = encoding_.Encode(text, SpecialSet::None(), SpecialSet::All());
    const auto count = encoding_.Count(text, SpecialSet::None(), SpecialSet::All());
    const auto spans = encoding_.EncodeWithOffsets(text, SpecialSet::None(), SpecialSet::All());
    ASSERT_EQ(ids.ok(), name.empty()) << PrintToString(text);
    ASSERT_EQ(count.status(), ids.status());
    ASSERT_EQ(spans.status(), ids.status());
    if (name.empty()) {
      ASSERT_EQ(*ids, encoding_.EncodeOrdinary(text));
      continue;
    }
    ASSERT_EQ(ids.status().code(), absl::StatusCode::kInvalidArgument);
    ASSERT_THAT(std::string(ids.status().message()), HasSubstr(name)) << PrintToString(text);
    // All() forbids what is not allowed; allowing everything leaves nothing to forbid.
    ASSERT_TRUE(encoding_.Encode(text, SpecialSet::All(), SpecialSet::All()).ok());
  }
}

// --- Single tokens

TEST_P(EncodingTest, EveryIdIsFoundBothWays) {
  std::set<std::string_view> names;
  std::size_t holes = 0;
  for (TokenId id = 0; id < encoding_.id_limit(); ++id) {
    const auto bytes = encoding_.FindBytes(id);
    if (!bytes.has_value()) {
      ++holes;
      EXPECT_FALSE(encoding_.Decode(std::vector<TokenId>{id}).ok());
      continue;
    }
    ASSERT_TRUE(names.insert(*bytes).second) << id;
    ASSERT_EQ(encoding_.FindToken(*bytes), id);
  }
  const std::string_view name = GetParam().encoding;
  const std::size_t expected_holes = name == "cl100k_base" ? 16 : name == "o200k_base" ? 19 : 0;
  EXPECT_EQ(holes, expected_holes);
  EXPECT_EQ(encoding_.FindBytes(encoding_.id_limit()), std::nullopt);
  EXPECT_EQ(encoding_.FindBytes(UINT32_MAX), std::nullopt);
  EXPECT_EQ(encoding_.FindToken(""), std::nullopt);
  EXPECT_EQ(encoding_.FindToken("no token has these bytes"), std::nullopt);
  for (const SpecialToken& token : encoding_.special_tokens()) {
    EXPECT_EQ(encoding_.FindToken(token.name), token.id);
    EXPECT_LT(token.id, encoding_.id_limit());
  }
}

// The pattern cuts twelve of o200k's tokens, so ordinary text never gives them.
TEST_P(EncodingTest, EveryWellFormedTokenEncodesToItself) {
  std::vector<std::string> unreachable;
  for (TokenId id = 0; id < encoding_.id_limit(); ++id) {
    const auto bytes = encoding_.FindBytes(id);
    if (!bytes.has_value() || !IsWellFormed(*bytes)) continue;
    if (std::any_of(encoding_.special_tokens().begin(), encoding_.special_tokens().end(),
                    [id](const SpecialToken& token) { return token.id == id; })) {
      continue;
    }
    if (encoding_.EncodeOrdinary(*bytes) != Ids{id}) unreachable.emplace_back(*bytes);
  }
  if (!GetParam().encoding.starts_with("o200k")) {
    EXPECT_THAT(unreachable, ::testing::IsEmpty());
    return;
  }
  EXPECT_THAT(unreachable, ::testing::UnorderedElementsAre(
                               " I'", "\n//", "\r\n//", "\n///", "\n\n//", "\n//\n//", " 亚洲AV",
                               "\r\n\r\n//", "无码AV", "\n\n\n//", " 天天中彩票APP", "亚洲AV"));
}

INSTANTIATE_TEST_SUITE_P(Encodings, EncodingTest, ::testing::ValuesIn(AllSubjects()),
                         [](const auto& subject) {
                           return std::string(subject.param.encoding) + "_" +
                                  std::string(subject.param.path->name);
                         });

TEST(EncodingsTest, NamesAndRecords) {
  EXPECT_THAT(EncodingNames(), ElementsAre("cl100k_base", "o200k_base", "o200k_harmony",
                                           "p50k_base", "p50k_edit", "r50k_base", "gpt2"));
  for (const std::string_view name : EncodingNames()) {
    ASSERT_NE(FindEncoding(name), nullptr) << name;
    EXPECT_EQ(FindEncoding(name)->name(), name);
    EXPECT_EQ(FindEncoding(name), FindEncoding(name));
    EXPECT_EQ(FindEncoding(name)->vocabulary_sha256().size(), 64u);
  }
  EXPECT_EQ(FindEncoding("cl100k"), nullptr);
  EXPECT_EQ(FindEncoding(""), nullptr);
  EXPECT_EQ(FindEncoding("CL100K_BASE"), nullptr);
  EXPECT_EQ(FindEncoding("cl100k_base")->id_limit(), 100277u);
  EXPECT_EQ(FindEncoding("o200k_base")->id_limit(), 200019u);
  EXPECT_EQ(FindEncoding("o200k_harmony")->id_limit(), 201088u);
  EXPECT_EQ(FindEncoding("p50k_base")->id_limit(), 50281u);
  EXPECT_EQ(FindEncoding("p50k_edit")->id_limit(), 50284u);
  EXPECT_EQ(FindEncoding("r50k_base")->id_limit(), 50257u);
  EXPECT_EQ(FindEncoding("gpt2")->id_limit(), 50257u);
}

TEST(EncodingsTest, HarmonyDecodesItsDoubleIdToOneName) {
  const Encoding& harmony = *FindEncoding("o200k_harmony");
  EXPECT_EQ(harmony.FindBytes(200018), "<|endofprompt|>");
  EXPECT_EQ(harmony.FindToken("<|endofprompt|>"), 200018u);
  EXPECT_EQ(harmony.FindToken("<|reserved_200018|>"), 200018u);
  EXPECT_EQ(harmony.FindToken("<|start|>"), 200006u);
  EXPECT_EQ(harmony.EncodeOrdinary("<|start|>"),
            FindEncoding("o200k_base")->EncodeOrdinary("<|start|>"));
}

}  // namespace
}  // namespace toktally
