// Runs a fuzz target without libFuzzer: over files named on the command line or, without any, over
// the inputs of the traps and random ones of fixed seeds.

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/bpe/random_text.h"
#include "tests/bpe/trap_case.h"
#include "tests/fuzz/fuzz.h"

namespace {

// Each takes ten times as long with sanitizers, with which the preset "fuzz" goes on for as long as
// one likes.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kRandomInputs = 600;
#else
constexpr int kRandomInputs = 3000;
#endif

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    Run({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  }
  if (argc > 1) return 0;
  for (const auto& trap : toktally::testing::LoadTrapCases()) {
    if (trap.input.size() <= 4096) Run(trap.input);
  }
  toktally::testing::RandomText random(40);
  for (int i = 0; i < kRandomInputs; ++i) Run(random.AnyBytes(80));
  std::puts("replayed");
}
