// Splitting alone: the ends of the pieces, by every path that this machine can run.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/benchmark_texts.h"
#include "bpe/engine/engine.h"
#include "bpe/split/patterns.h"
#include "bpe/split/regex/regex_splitter.h"

namespace toktally::bench {
namespace {

struct Subject {
  const char* name;
  const SplitPattern* pattern;
};

constexpr Subject kSubjects[] = {
    {"r50k", &kR50kPattern}, {"cl100k", &kCl100kPattern}, {"o200k", &kO200kPattern}};

std::vector<std::size_t> EndsByRegex(const SplitPattern& pattern, std::string_view text) {
  const auto splitter = RegexSplitter::Create(pattern.pattern);
  Require(splitter.ok(), "the oracle does not understand the pattern");
  std::vector<RegexSplitter::Piece> pieces;
  (*splitter)->Split(text, pieces);
  std::vector<std::size_t> ends;
  for (const RegexSplitter::Piece& piece : pieces) ends.push_back(piece.end);
  return ends;
}

void Split(benchmark::State& state, const EngineLoops& loops, const std::string& text) {
  std::vector<std::size_t> ends;
  for (auto _ : state) {
    ends.clear();
    loops.split(text, ends);
    benchmark::DoNotOptimize(ends.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(ends.size()));
}

void Register(const std::vector<NamedText>& texts) {
  for (const Subject& subject : kSubjects) {
    for (const NamedText& text : texts) {
      const std::vector<std::size_t> expected = EndsByRegex(*subject.pattern, text.text);
      for (const EnginePath* path : AvailableEnginePaths()) {
        const EngineLoops& loops = path->For(*subject.pattern);
        const std::string name =
            std::string(subject.name) + "/" + std::string(path->name) + "/" + text.name;
        std::vector<std::size_t> ends;
        loops.split(text.text, ends);
        Require(ends == expected, name + ": not the pieces of the pattern");
        benchmark::RegisterBenchmark(name.c_str(), [&loops, &text](benchmark::State& state) {
          Split(state, loops, text.text);
        });
      }
    }
  }
}

}  // namespace
}  // namespace toktally::bench

int main(int argc, char** argv) {
  return toktally::bench::RunBenchmarks(argc, argv, toktally::bench::Register);
}
