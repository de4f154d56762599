// Text to ids, warm, into a buffer that is used again: with and without a Workspace, by every path.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/benchmark_texts.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine.h"
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
  for (const std::string_view encoding_name : {"cl100k_base", "o200k_base"}) {
    const Encoding& encoding = *FindEncoding(encoding_name);
    for (const EnginePath* path : AvailableEnginePaths()) {
      ForceEnginePath(path);
      for (const NamedText& text : texts) {
        const std::string name =
            std::string(encoding_name) + "/" + std::string(path->name) + "/" + text.name;
        const auto decoded = encoding.Decode(encoding.EncodeOrdinary(text.text));
        Require(decoded.ok() && *decoded == text.text, name + ": Decode does not undo Encode");
        for (const bool remember : {false, true}) {
          benchmark::RegisterBenchmark((name + (remember ? "/workspace" : "")).c_str(),
                                       [path, &encoding, &text, remember](benchmark::State& state) {
                                         Encode(state, path, encoding, text.text, remember);
                                       });
        }
      }
    }
  }
  ForceEnginePath(nullptr);
}

}  // namespace
}  // namespace toktally::bench

int main(int argc, char** argv) {
  return toktally::bench::RunBenchmarks(argc, argv, toktally::bench::Register);
}
