// Text to ids, warm, into a buffer that is used again: with and without a Workspace, by every path.

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

void Encode(benchmark::State& state, const EnginePath* path, const Encoding& encoding,
            const std::string& text, bool remember) {
  ForceEnginePath(path);
  Workspace workspace;
  std::vector<TokenId> ids;
  for (auto _ : state) {
    ids.clear();
    encoding.AppendOrdinary(text, ids, IllFormedUtf8::kReplace, remember ? &workspace : nullptr);
    benchmark::DoNotOptimize(ids.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(ids.size()));
  ForceEnginePath(nullptr);
}

void Register(const std::vector<NamedText>& texts) {
  RegisterEverywhere(
      texts,
      [](const Encoding& encoding, const std::string& text, const std::string& name) {
        const auto decoded = encoding.Decode(encoding.EncodeOrdinary(text));
        Require(decoded.ok() && *decoded == text, name + ": Decode does not undo Encode");
      },
      &Encode);
}

}  // namespace
}  // namespace toktally::bench

int main(int argc, char** argv) {
  return toktally::bench::RunBenchmarks(argc, argv, toktally::bench::Register);
}
