// The hand-written splitters, by every path, against the RE2 oracle, piece by piece.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "bpe/engine/engine.h"
#include "bpe/split/patterns.h"
#include "bpe/split/regex/regex_splitter.h"
#include "tests/bpe/oracle.h"
#include "tests/bpe/patterns.h"
#include "tests/bpe/random_text.h"

namespace toktally {
namespace {

// A pattern, by its scanner or by one of the engine's paths.
struct Subject {
  std::string name;
  const SplitPattern* pattern;
  std::string_view spelling;
  const EnginePath* path;  // nullptr: the scanner
};

void PrintTo(const Subject& subject, std::ostream* out) { *out << subject.name; }

std::vector<Subject> AllSubjects() {
  std::vector<Subject> subjects;
  const Subject scanners[] = {{"r50k", &kR50kPattern, testing::kR50k, nullptr},
                              {"cl100k", &kCl100kPattern, testing::kCl100k, nullptr},
                              {"o200k", &kO200kPattern, testing::kO200k, nullptr}};
  for (const Subject& scanner : scanners) {
    subjects.push_back(scanner);
    subjects.back().name += "_scanner";
    for (const EnginePath* path : AvailableEnginePaths()) {
      subjects.push_back(scanner);
      subjects.back().path = path;
      subjects.back().name.append("_").append(path->name);
    }
  }
  return subjects;
}

std::vector<std::size_t> EndsByScanner(const SplitPattern& pattern, std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < text.size();) {
    bool open = false;
    at = pattern.piece_end(text, at, open);
    ends.push_back(at);
  }
  return ends;
}

// Of a copy in a block of exactly the text's size, so that the address sanitizer sees what is read
// behind it.
std::vector<std::size_t> EndsBySubject(const Subject& subject, std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  const std::string_view copy(exact.data(), exact.size());
  if (subject.path == nullptr) return EndsByScanner(*subject.pattern, copy);
  std::vector<std::size_t> ends;
  subject.path->For(*subject.pattern).split(copy, ends);
  return ends;
}

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    char hex[5];
    std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    escaped += c >= ' ' && c < 0x7F ? std::string(1, c) : std::string(hex);
  }
  return escaped;
}

class SplitTest : public ::testing::TestWithParam<Subject> {
 protected:
  void SetUp() override {
    auto splitter = RegexSplitter::Create(GetParam().spelling);
    ASSERT_TRUE(splitter.ok()) << splitter.status();
    regex_ = *std::move(splitter);
  }

  void ExpectSame(std::string_view text) {
    ASSERT_EQ(EndsBySubject(GetParam(), text), testing::PieceEnds(*regex_, text)) << Escape(text);
  }

  std::unique_ptr<RegexSplitter> regex_;
};

TEST_P(SplitTest, TrapsAgreeWithRe2) {
  testing::RandomText random(1);
  for (int round = 0; round < 20000 && !HasFatalFailure(); ++round) {
    ExpectSame(random.Traps(1 + random.Below(24)));
  }
}

TEST_P(SplitTest, WordsAgreeWithRe2) {
  testing::RandomText random(2);
  for (int round = 0; round < 4000 && !HasFatalFailure(); ++round) {
    ExpectSame(random.Words(1 + random.Below(60)));
  }
}

// Runs of one symbol across the borders of 64 bytes, at which vector code works.
TEST_P(SplitTest, RunsAgreeWithRe2) {
  testing::RandomText random(3);
  for (int round = 0; round < 4000 && !HasFatalFailure(); ++round) {
    ExpectSame(random.Traps(random.Below(70)) + random.Runs(1 + random.Below(5), 80));
  }
}

TEST_P(SplitTest, LongMixesAgreeWithRe2) {
  testing::RandomText random(4);
  for (int round = 0; round < 200 && !HasFatalFailure(); ++round) {
    std::string text;
    for (int part = 0; part < 20; ++part) text += random.Any(200);
    ExpectSame(text);
  }
}

// Every character of the first two planes, each by itself and doubled among letters of other
// scripts: vector code tells whole scripts at once, and asks only where a window has several
// characters.
TEST_P(SplitTest, EveryCharacterAmongOthersAsByTheScanner) {
  if (GetParam().path == nullptr) return;  // what the others are compared with
  const std::string_view surroundings[] = {"가나", "中文", "かナ", "éß", "жЖ", "αΩ", "אب", "— x"};
  std::string text;
  for (char32_t code_point = 1; code_point < 0x20000; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    text += surroundings[code_point % std::size(surroundings)];
    for (char32_t i = 0; i <= code_point % 2; ++i) AppendCodePoint(code_point, text);
  }
  const std::vector<std::size_t> ends = EndsBySubject(GetParam(), text);
  const std::vector<std::size_t> expected = EndsByScanner(*GetParam().pattern, text);
  const auto difference = std::mismatch(ends.begin(), ends.end(), expected.begin(), expected.end());
  if (difference.first == ends.end() && difference.second == expected.end()) return;
  const std::size_t at = *difference.second;
  FAIL() << "near " << Escape(text.substr(at - std::min<std::size_t>(at, 12), 24));
}

// The scanners are what tells a reader in parts where it may stop.
class ScannerTest : public SplitTest {};

TEST_P(ScannerTest, PatternIsThatOfTiktoken) {
  EXPECT_EQ(GetParam().pattern->pattern, GetParam().spelling);
}

// A piece that is not `open` stays what it is, whatever follows.
TEST_P(ScannerTest, ClosedPiecesDoNotChangeWithMoreText) {
  const SplitPattern& pattern = *GetParam().pattern;
  testing::RandomText random(5);
  for (int round = 0; round < 20000; ++round) {
    const std::string text = random.Traps(1 + random.Below(8));
    const std::string longer = text + random.Traps(1 + random.Below(4));
    for (std::size_t at = 0; at < text.size();) {
      bool open = false;
      const std::size_t end = pattern.piece_end(text, at, open);
      if (open) break;
      bool ignored = false;
      ASSERT_EQ(pattern.piece_end(longer, at, ignored), end)
          << Escape(text) << " + " << Escape(longer);
      at = end;
    }
  }
}

// Only the last pieces of a text may be open; a reader in parts would keep everything otherwise.
TEST_P(ScannerTest, PiecesFarFromTheEndAreClosed) {
  const SplitPattern& pattern = *GetParam().pattern;
  testing::RandomText random(6);
  for (int round = 0; round < 5000; ++round) {
    const std::string text = random.Traps(random.Below(30)) + "\n\n x y.";
    for (std::size_t at = 0; at + 4 < text.size();) {
      bool open = false;
      const std::size_t end = pattern.piece_end(text, at, open);
      ASSERT_FALSE(open && end + 4 < text.size()) << Escape(text) << " at " << at;
      at = end;
    }
  }
}

TEST_P(ScannerTest, SafeCutsCutNothing) {
  const SplitPattern& pattern = *GetParam().pattern;
  testing::RandomText random(7);
  int cuts = 0;
  for (int round = 0; round < 40000; ++round) {
    const std::string text =
        random.Below(2) == 0 ? random.Traps(2 + random.Below(12)) : random.Words(6);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      if (!pattern.is_safe_cut(text, at)) continue;
      ++cuts;
      std::vector<std::size_t> parts = EndsByScanner(pattern, text.substr(0, at));
      for (const std::size_t end : EndsByScanner(pattern, text.substr(at))) {
        parts.push_back(at + end);
      }
      ASSERT_EQ(parts, EndsByScanner(pattern, text)) << Escape(text) << " at " << at;
    }
  }
  EXPECT_GT(cuts, 1000) << "too few to mean anything";
}

INSTANTIATE_TEST_SUITE_P(Patterns, SplitTest, ::testing::ValuesIn(AllSubjects()),
                         [](const auto& subject) { return subject.param.name; });

std::vector<Subject> Scanners() {
  std::vector<Subject> scanners = AllSubjects();
  std::erase_if(scanners, [](const Subject& subject) { return subject.path != nullptr; });
  return scanners;
}

INSTANTIATE_TEST_SUITE_P(Patterns, ScannerTest, ::testing::ValuesIn(Scanners()),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace toktally
