// The texts of the Google Benchmark programs, and their common main.

#ifndef TOKTALLY_BENCH_BENCHMARK_TEXTS_H_
#define TOKTALLY_BENCH_BENCHMARK_TEXTS_H_

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"

namespace toktally::bench {

struct NamedText {
  std::string name;
  std::string text;  // well-formed UTF-8
};

// Ends the program with `message` unless `fine`: what is wrong is not timed.
void Require(bool fine, std::string_view message);

// Registers a benchmark for each text, with cl100k_base and o200k_base, by every path of this
// machine, with and without a Workspace. check(encoding, text, name) is called first, by the path;
// what is timed is run(state, path, encoding, text, remember).
template <typename Check, typename Run>
void RegisterEverywhere(const std::vector<NamedText>& texts, Check check, Run run) {
  for (const std::string_view encoding_name : {"cl100k_base", "o200k_base"}) {
    const Encoding& encoding = *FindEncoding(encoding_name);
    for (const EnginePath* path : AvailableEnginePaths()) {
      ForceEnginePath(path);
      for (const NamedText& text : texts) {
        const std::string name =
            std::string(encoding_name) + "/" + std::string(path->name) + "/" + text.name;
        check(encoding, text.text, name);
        for (const bool remember : {false, true}) {
          benchmark::RegisterBenchmark(
              (name + (remember ? "/workspace" : "")).c_str(),
              [run, path, &encoding, &text, remember](benchmark::State& state) {
                run(state, path, encoding, text.text, remember);
              });
        }
      }
    }
  }
  ForceEnginePath(nullptr);
}

// Reads the texts named on the command line (default: bench/corpus and the sources of bpe/), lets
// `register_benchmarks` check and register them, and runs what was registered.
int RunBenchmarks(int argc, char** argv,
                  void (*register_benchmarks)(const std::vector<NamedText>& texts));

}  // namespace toktally::bench

#endif  // TOKTALLY_BENCH_BENCHMARK_TEXTS_H_
