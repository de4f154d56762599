// The texts of the Google Benchmark programs, and their common main.

#ifndef TOKTALLY_BENCH_BENCHMARK_TEXTS_H_
#define TOKTALLY_BENCH_BENCHMARK_TEXTS_H_

#include <string>
#include <string_view>
#include <vector>

namespace toktally::bench {

struct NamedText {
  std::string name;
  std::string text;  // well-formed UTF-8
};

// Ends the program with `message` unless `fine`: what is wrong is not timed.
void Require(bool fine, std::string_view message);

// Reads the texts named on the command line (default: bench/corpus and the sources of bpe/), lets
// `register_benchmarks` check and register them, and runs what was registered.
int RunBenchmarks(int argc, char** argv,
                  void (*register_benchmarks)(const std::vector<NamedText>& texts));

}  // namespace toktally::bench

#endif  // TOKTALLY_BENCH_BENCHMARK_TEXTS_H_
