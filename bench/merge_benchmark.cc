// Merging alone: the pieces of a text that are no token, as they come, without looking them up; and
// pieces of growing length. "items" are pieces.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/benchmark_texts.h"
#include "bpe/engine/engine.h"
#include "bpe/engine/merge.h"
#include "bpe/split/patterns.h"
#include "bpe/vocabulary/embedded.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally::bench {
namespace {

struct Subject {
  const char* name;
  const EmbeddedVocabulary* vocabulary;
  const SplitPattern* pattern;
};

constexpr Subject kSubjects[] = {{"cl100k", &kEmbeddedCl100k, &kCl100kPattern},
                                 {"o200k", &kEmbeddedO200k, &kO200kPattern}};

// The pieces of `text` that need a merge and are short enough for the stack.
std::vector<std::string_view> PiecesToMerge(const Vocabulary& vocabulary,
                                            const SplitPattern& pattern, std::string_view text) {
  std::vector<std::size_t> ends;
  ActiveEnginePath().For(pattern).split(text, ends);
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    const std::string_view piece = text.substr(begin, end - begin);
    if (piece.size() <= kMergeOnStackBytes && !vocabulary.FindRank(piece)) pieces.push_back(piece);
    begin = end;
  }
  return pieces;
}

bool AreBytesOf(const Vocabulary& vocabulary, const std::uint32_t* ids, std::size_t count,
                std::string_view piece) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += vocabulary.BytesOf(ids[i]);
  return bytes == piece;
}

// The merge of a piece by its definition: the lowest rank first, leftmost first.
std::vector<std::uint32_t> MergeByDefinition(const Vocabulary& vocabulary, std::string_view piece) {
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < piece.size(); ++i) parts.push_back(piece.substr(i, 1));
  for (;;) {
    std::size_t best = 0;
    std::uint32_t best_rank = kNoToken;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const std::string_view both(parts[i].data(), parts[i].size() + parts[i + 1].size());
      const auto rank = vocabulary.FindRank(both);
      if (rank && *rank < best_rank) {
        best = i;
        best_rank = *rank;
      }
    }
    if (best_rank == kNoToken) break;
    parts[best] = {parts[best].data(), parts[best].size() + parts[best + 1].size()};
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
  std::vector<std::uint32_t> ids;
  for (const std::string_view part : parts) ids.push_back(*vocabulary.FindRank(part));
  return ids;
}

void MergeShort(benchmark::State& state, const EnginePath& path, const Vocabulary& vocabulary,
                const std::vector<std::string_view>& pieces) {
  std::array<std::uint32_t, kMergeOnStackBytes> ids;
  std::int64_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += static_cast<std::int64_t>(piece.size());
  for (auto _ : state) {
    std::size_t tokens = 0;
    for (const std::string_view piece : pieces) tokens += path.merge(vocabulary, piece, ids.data());
    benchmark::DoNotOptimize(tokens);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pieces.size()));
  state.SetBytesProcessed(state.iterations() * bytes);
}

void MergeLong(benchmark::State& state, const Vocabulary& vocabulary, const std::string& letters) {
  const std::string_view piece(letters.data(), static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint32_t> ids;
  for (auto _ : state) {
    ids.clear();
    MergeLongPiece(vocabulary, piece, ids);
    benchmark::DoNotOptimize(ids.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void RegisterShort(const Subject& subject, const Vocabulary& vocabulary, const NamedText& text) {
  static std::vector<std::unique_ptr<std::vector<std::string_view>>> kept;
  kept.push_back(std::make_unique<std::vector<std::string_view>>(
      PiecesToMerge(vocabulary, *subject.pattern, text.text)));
  const std::vector<std::string_view>& pieces = *kept.back();
  for (const EnginePath* path : AvailableEnginePaths()) {
    const std::string name =
        std::string(subject.name) + "/" + std::string(path->name) + "/" + text.name;
    for (const std::string_view piece : pieces) {
      std::array<std::uint32_t, kMergeOnStackBytes> ids;
      const std::size_t count = path->merge(vocabulary, piece, ids.data());
      Require(MergeByDefinition(vocabulary, piece) == std::vector(ids.data(), ids.data() + count),
              name + ": wrong merge of " + std::string(piece));
    }
    benchmark::RegisterBenchmark(name.c_str(),
                                 [path, &vocabulary, &pieces](benchmark::State& state) {
                                   MergeShort(state, *path, vocabulary, pieces);
                                 });
  }
}

// The letters of the texts run together: one long piece.
std::string LettersOf(const std::vector<NamedText>& texts, std::size_t size) {
  std::string letters;
  for (std::size_t round = 0; letters.size() < size && round < size; ++round) {
    for (const NamedText& text : texts) {
      for (const char c : text.text) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) letters += c;
      }
    }
  }
  Require(letters.size() >= size, "no letters in the texts");
  return letters;
}

void Register(const std::vector<NamedText>& texts) {
  constexpr std::int64_t kLongest = 1 << 20;
  static const std::string letters = LettersOf(texts, kLongest);
  for (const Subject& subject : kSubjects) {
    static std::vector<std::unique_ptr<Vocabulary>> kept;
    kept.push_back(std::make_unique<Vocabulary>(subject.vocabulary->image));
    const Vocabulary& vocabulary = *kept.back();
    for (const NamedText& text : texts) RegisterShort(subject, vocabulary, text);

    std::vector<std::uint32_t> ids;
    MergeLongPiece(vocabulary, letters, ids);
    Require(AreBytesOf(vocabulary, ids.data(), ids.size(), letters), "a wrong long merge");
    const std::string name = std::string(subject.name) + "/letters";
    benchmark::RegisterBenchmark(
        name.c_str(),
        [&vocabulary](benchmark::State& state) { MergeLong(state, vocabulary, letters); })
        ->RangeMultiplier(32)
        ->Range(64, kLongest);
  }
}

}  // namespace
}  // namespace toktally::bench

int main(int argc, char** argv) {
  return toktally::bench::RunBenchmarks(argc, argv, toktally::bench::Register);
}
