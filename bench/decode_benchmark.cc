// Ids to text.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/benchmark_texts.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"

namespace toktally::bench {
namespace {

void Decode(benchmark::State& state, const Encoding& encoding, const std::vector<TokenId>& ids,
            std::int64_t bytes) {
  for (auto _ : state) {
    const auto text = encoding.Decode(ids);
    benchmark::DoNotOptimize(text->data());
  }
  state.SetBytesProcessed(state.iterations() * bytes);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(ids.size()));
}

void Register(const std::vector<NamedText>& texts) {
  static std::vector<std::unique_ptr<std::vector<TokenId>>> kept;
  for (const std::string_view encoding_name : {"cl100k_base", "o200k_base"}) {
    const Encoding& encoding = *FindEncoding(encoding_name);
    for (const NamedText& text : texts) {
      kept.push_back(std::make_unique<std::vector<TokenId>>(encoding.EncodeOrdinary(text.text)));
      const std::vector<TokenId>& ids = *kept.back();
      const auto decoded = encoding.Decode(ids);
      const std::string name = std::string(encoding_name) + "/" + text.name;
      Require(decoded.ok() && *decoded == text.text, name + ": Decode does not undo Encode");
      const auto bytes = static_cast<std::int64_t>(text.text.size());
      benchmark::RegisterBenchmark(name.c_str(), [&encoding, &ids, bytes](benchmark::State& state) {
        Decode(state, encoding, ids, bytes);
      });
    }
  }
}

}  // namespace
}  // namespace toktally::bench

int main(int argc, char** argv) {
  return toktally::bench::RunBenchmarks(argc, argv, toktally::bench::Register);
}
