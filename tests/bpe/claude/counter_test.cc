#include "bpe/claude/counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "bpe/claude/estimate.h"

namespace toktally::claude {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

// A small file of the form of the real ones, made up: every count below follows from it by hand.
std::string MadeUpFile(std::string_view family = "v3", std::string_view more_words = "") {
  std::string digits;
  for (const int width : {1, 2, 3}) {
    const int limit = width == 1 ? 10 : width == 2 ? 100 : 1000;
    for (int n = 0; n < limit; ++n) {
      std::string text = std::to_string(n);
      text.insert(0, static_cast<std::size_t>(width) - text.size(), '0');
      digits += (digits.empty() ? "\"" : ", \"") + text + "\": {}";
    }
  }
  const bool v3 = family == "v3";
  return R"({"meta": {"family": ")" + std::string(family) +
         R"(", "message_overhead": 7, "fold_quotes": )" + (v3 ? "true" : "false") +
         R"(, "allcaps_min": )" + (v3 ? "4" : "null") + R"(}, "tokens": {
    "word_pieces": {"⟨bow⟩the⟨eow⟩": {}, "⟨shift⟩⟨bow⟩the⟨eow⟩": {}, "⟨bow⟩nasa⟨eow⟩": {}, "⟨bow⟩it⟨eow⟩": {},
                    "⟨caps⟩⟨bow⟩nasa⟨eow⟩": {}, "a": {}, "b": {}, "⟨bow⟩a⟨eow⟩": {}, "é": {}, "⟨bow⟩é⟨eow⟩": {})" +
         std::string(more_words) + R"(},
    "ascii_digits": {)" +
         digits + R"(},
    "punctuation": {"!": {}, "!⟨eow⟩": {}, "⟨bow⟩!": {}, "'": {}, "⟨bow⟩'": {}, "⟨0xC2⟩⟨0xAB⟩": {}},
    "whitespace": {" ": {}, "  ": {}, "    ": {}, "\n": {}, "\n\n\n": {}, "\t": {}},
    "contractions": {"'s": {}},
    "markers": {"⟨bow⟩": {}, "⟨eow⟩": {}, "⟨shift⟩": {}, "⟨caps⟩": {}},
    "bytes_fallback": {"e4b8": {}, "f09f": {}, "f09f98": {}}}})";
}

class CounterTest : public testing::Test {
 protected:
  void SetUp() override {
    auto v3 = Pieces::Parse(MadeUpFile(), "made_up.json");
    ASSERT_TRUE(v3.ok()) << v3.status();
    v3_ = std::make_unique<Pieces>(*std::move(v3));
    auto v47 = Pieces::Parse(MadeUpFile("v4.7"), "made_up.json");
    ASSERT_TRUE(v47.ok()) << v47.status();
    v47_ = std::make_unique<Pieces>(*std::move(v47));
  }
  std::uint64_t Count(std::string_view text, Family family = Family::kV3) {
    return Counter(family == Family::kV3 ? *v3_ : *v47_, family).Count(text);
  }

  std::unique_ptr<Pieces> v3_;
  std::unique_ptr<Pieces> v47_;
};

TEST_F(CounterTest, WordsSwallowTheSpaceBetweenThem) {
  EXPECT_EQ(Count("the"), 1u);
  EXPECT_EQ(Count("the the"), 2u);
  EXPECT_EQ(Count("the  the"), 3u);
  EXPECT_EQ(Count("the 5"), 3u);
  EXPECT_EQ(Count("the! the"), 3u);   // ^the$ !$ ^the$
  EXPECT_EQ(Count("the ! the"), 4u);  // ^the$ then ^!$: two pieces
}

TEST_F(CounterTest, CapitalsAreMarks) {
  EXPECT_EQ(Count("The"), 1u);
  EXPECT_EQ(Count("NASA"), 1u);
  // Never written small from 4.7 on: the letters are no pieces, one byte each; the borders one
  // each.
  EXPECT_EQ(Count("NASA", Family::kV47), 6u);
  EXPECT_EQ(Count("nasA"), 6u);  // ^ n a s A $
}

TEST_F(CounterTest, TheEdgesOfAText) {
  EXPECT_EQ(Count(""), 1u);
  EXPECT_EQ(Count("", Family::kV5), 0u);
  EXPECT_EQ(Count(" the"), 1u);
  EXPECT_EQ(Count(" the", Family::kV5), 2u);
  EXPECT_EQ(Count("5"), 2u);
  EXPECT_EQ(Count("5", Family::kV5), 1u);
  EXPECT_EQ(Count("the\n"), 1u);  // a ladder: one newline and two more are one piece, less one
  EXPECT_EQ(Count("the\n\n"), 2u);
  EXPECT_EQ(Count("the \t\n", Family::kV5), 1u);
}

TEST_F(CounterTest, DigitsGoByThrees) {
  EXPECT_EQ(Count("the 1234567"), 1u + 1u + 3u);
  EXPECT_EQ(Count("123", Family::kV5), 1u);
}

TEST_F(CounterTest, CharactersThatAreNoPieceCostBytes) {
  EXPECT_EQ(Count("一", Family::kV5), 2u);  // e4b8 and a byte
  EXPECT_EQ(Count("😀", Family::kV5), 2u);   // f09f98 and a byte
  EXPECT_EQ(Count("🚀", Family::kV5), 3u);   // f09f and two
  EXPECT_EQ(Count("\U00020000", Family::kV5), 4u);
}

TEST_F(CounterTest, NormalisesFirst) {
  EXPECT_EQ(Count("e\u0301"), 1u);               // é
  EXPECT_EQ(Count("the\u00A0the"), 2u);          // a space
  EXPECT_EQ(Count("th\u0001e"), 1u);             // deleted
  EXPECT_EQ(Count("\xFF"sv), Count("\uFFFD"));   // ill-formed
  EXPECT_EQ(Count("it\u2019s"), Count("it's"));  // v3 folds curly quotes
  EXPECT_EQ(Count("it's"), 2u);                  // ^it$ 's$
}

TEST_F(CounterTest, CutsAddUpWhereverTheyAre) {
  const std::string parts[] = {
      "the ", "The", "NASA\n", "it's",   " ",    "\n\n",   "5",        "é",  "e\u0301",  "一", "😀",
      "! ",   "'",   "\u0E4D", "\u0E32", "\xFF", "\u0363", "а\u0301 ", "\t", "abababab "};
  std::mt19937 random(7);
  for (const Family family : {Family::kV3, Family::kV47, Family::kV5}) {
    Counter counter(family == Family::kV3 ? *v3_ : *v47_, family);
    for (int round = 0; round < 30; ++round) {
      std::string text;
      const std::size_t size = round < 28 ? 200 : 150'000;
      while (text.size() < size) text += parts[random() % std::size(parts)];
      const std::uint64_t whole = counter.Count(text);
      std::string_view rest = text;
      while (!rest.empty()) {
        const std::size_t take = std::min<std::size_t>(rest.size(), 1 + random() % (size / 7));
        counter.Append(rest.substr(0, take));
        rest.remove_prefix(take);
      }
      ASSERT_EQ(counter.Finish(), whole);
      // By itself, with no memory of earlier texts.
      ASSERT_EQ(Counter(family == Family::kV3 ? *v3_ : *v47_, family).Count(text), whole);
    }
  }
}

TEST(PiecesTest, RefusesOtherFormsByName) {
  const auto error = [](std::string_view text) {
    const auto pieces = Pieces::Parse(text, "p.json");
    return pieces.ok() ? std::string("fine") : std::string(pieces.status().message());
  };
  EXPECT_THAT(error("[]"), testing::HasSubstr("p.json:1: "));
  EXPECT_THAT(error("{}"), testing::HasSubstr("is no file of pieces"));
  EXPECT_THAT(error(R"({"meta": {}, "tokens": {}})"), testing::HasSubstr("names no family"));
  EXPECT_THAT(error(R"({"meta": {"family": "x"}, "tokens": {"markers": {}}})"),
              testing::HasSubstr("has no bytes_fallback"));
  EXPECT_THAT(error(MadeUpFile("v3", R"(, "a⟨bow⟩": {})")),
              testing::HasSubstr("a word opens inside of it"));
  EXPECT_THAT(error(MadeUpFile("v3", R"(, "⟨eow⟩a": {})")),
              testing::HasSubstr("a word closes inside of it"));
  EXPECT_THAT(error(MadeUpFile("v3", R"(, " a": {})")), testing::HasSubstr("mixes blanks"));
  EXPECT_THAT(error(MadeUpFile("v3", R"(, "1a": {})")), testing::HasSubstr("holds digits"));
  EXPECT_THAT(error(MadeUpFile("v3", R"(, "⟨shift⟩a": {})")), testing::HasSubstr("mark of case"));
  EXPECT_EQ(error(MadeUpFile("v3", R"(, "⟨odd⟩": {})")), "fine");
}

TEST(FamilyTest, KnowsModelsByTheirVersion) {
  const auto family = [](std::string_view model) {
    const auto found = FamilyOfModel(model);
    return found ? std::string(EncodingName(found->family)) + (found->known ? "" : "?") : "none";
  };
  for (const std::string_view model :
       {"claude-3-opus-20240229", "claude-3-5-sonnet-latest", "claude-sonnet-4-5",
        "claude-sonnet-4.5", "claude-opus-4-1-20250805", "anthropic/claude-3.7-sonnet:thinking",
        "us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-haiku-4-5@20251001",
        "claude-opus-4-6", "Claude-Sonnet-4"}) {
    EXPECT_EQ(family(model), "claude-v3") << model;
  }
  EXPECT_EQ(family("claude-opus-4.7"), "claude-v4.7");
  EXPECT_EQ(family("claude-opus-4-8"), "claude-v4.7");
  EXPECT_EQ(family("claude-opus-4-10"), "claude-v4.7");
  EXPECT_EQ(family("claude-sonnet-5"), "claude-v5");
  EXPECT_EQ(family("claude-fable-5"), "claude-v5");
  EXPECT_EQ(family("claude-opus-5-5"), "claude-v5?");
  for (const std::string_view model :
       {"claude", "claude-2.1", "claude-instant-1.2", "gpt-4o", "claude-sonet-4", "my-claude-3", "",
        "claudette-3", "claude-latest"}) {
    EXPECT_EQ(family(model), "none") << model;
  }
}

TEST(EstimateTest, SaysItsBound) {
  FeatureReader whole;
  const std::string text = "Ein Satz mit Umlauten: äöü, 한국어, 中文 und 12 Zahlen.\n";
  whole.Append(text);
  FeatureReader parts;
  for (const char c : text) parts.Append({&c, 1});
  EXPECT_EQ(whole.features().hangul, 3u);
  EXPECT_EQ(whole.features().han, 2u);
  EXPECT_EQ(whole.features().other_letters, 3u);
  EXPECT_EQ(parts.features().hangul, 3u);
  EXPECT_EQ(parts.features().ascii_words, whole.features().ascii_words);
  TextFeatures features = whole.features();
  features.o200k = 25;
  for (const Family family : {Family::kV3, Family::kV47, Family::kV5}) {
    const Estimate estimate = EstimateTokens(family, features);
    EXPECT_LT(estimate.low, estimate.tokens);
    EXPECT_LT(estimate.tokens, estimate.high);
  }
  EXPECT_EQ(EstimateTokens(Family::kV3, {}).tokens, 0u);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// Against the recorded counts of the reconstruction, where its data lie beside the clone.
TEST(RealPiecesTest, GiveTheRecordedCounts) {
  const std::string shared = std::string(TOKTALLY_SHARED_DIR) + "/";
  const std::string v3_text = ReadFile(shared + "facts/ctok/pieces_v3.json");
  const std::string v47_text = ReadFile(shared + "facts/ctok/pieces_v4_7.json");
  std::ifstream cases(shared + "cases/claude_counts.jsonl");
  if (v3_text.empty() || v47_text.empty() || !cases)
    GTEST_SKIP() << "no ../shared beside the clone";
  const auto v3 = Pieces::Parse(v3_text, "pieces_v3.json");
  const auto v47 = Pieces::Parse(v47_text, "pieces_v4_7.json");
  ASSERT_TRUE(v3.ok() && v47.ok());
  EXPECT_EQ(v3->size(), 48314u);
  EXPECT_EQ(v47->size(), 14808u);
  std::string line;
  std::size_t rows = 0;
  std::mt19937 random(3);
  while (std::getline(cases, line)) {
    const auto document = JsonDocument::Parse(line, "claude_counts.jsonl");
    ASSERT_TRUE(document.ok()) << document.status();
    const std::string text(document->root().Find("text")->text());
    const JsonValue content = *document->root().Find("content");
    for (const auto& [family, name] :
         {std::pair(Family::kV3, "v3"), {Family::kV47, "v4.7"}, {Family::kV5, "v5"}}) {
      const auto expected = static_cast<std::uint64_t>(*content.Find(name)->WholeNumber());
      Counter counter(family == Family::kV3 ? *v3 : *v47, family);
      EXPECT_EQ(counter.Count(text), expected) << name << ' ' << line;
      const std::size_t cut = text.empty() ? 0 : random() % text.size();
      counter.Append(std::string_view(text).substr(0, cut));
      counter.Append(std::string_view(text).substr(cut));
      EXPECT_EQ(counter.Finish(), expected) << name << ' ' << line;
    }
    ++rows;
  }
  EXPECT_EQ(rows, 5200u);
}

}  // namespace
}  // namespace toktally::claude
