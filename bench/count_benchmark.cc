// Counting, warm: with and without a Workspace, by every path.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "bench/benchmark_texts.h"
#include "bpe/encoding.h"
#include "bpe/engine/engine.h"
#include "bpe/workspace.h"

namespace toktally::bench {
namespace {

void Count(benchmark::State& state, const EnginePath* path, const Encoding& encoding,
           const std::string& text, bool remember) {
  ForceEnginePath(path);
  Workspace workspace;
  std::uint64_t tokens = 0;
  for (auto _ : state) {
    tokens = encoding.Count(text, IllFormedUtf8::kReplace, remember ? &workspace : nullptr);
    benchmark::DoNotOptimize(tokens);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(tokens));
  ForceEnginePath(nullptr);
}

void Register(const std::vector<NamedText>& texts) {
  RegisterEverywhere(
      texts,
      [](const Encoding& encoding, const std::string& text, const std::string& name) {
        Require(encoding.Count(text) == encoding.EncodeOrdinary(text).size(),
                name + ": Count is not the number of ids");
      },
      &Count);
}

}  // namespace
}  // namespace toktally::bench

int main(int argc, char** argv) {
  return toktally::bench::RunBenchmarks(argc, argv, toktally::bench::Register);
}
