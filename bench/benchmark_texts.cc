#include "bench/benchmark_texts.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace toktally::bench {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  Require(file.good(), "cannot read " + path.string());
  return std::move(text).str();
}

std::vector<fs::path> FilesIn(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<NamedText> OwnTexts() {
  const fs::path root = TOKTALLY_SOURCE_DIR;
  std::vector<NamedText> texts;
  for (const fs::path& file : FilesIn(root / "bench" / "corpus", ".txt")) {
    texts.push_back({file.stem().string(), ReadFile(file)});
  }
  NamedText code{"code", ""};
  for (const fs::path& file : FilesIn(root / "bpe", ".cc")) code.text += ReadFile(file);
  texts.push_back(std::move(code));
  return texts;
}

}  // namespace

void Require(bool fine, std::string_view message) {
  if (fine) return;
  std::cerr << message << '\n';
  std::exit(1);
}

int RunBenchmarks(int argc, char** argv,
                  void (*register_benchmarks)(const std::vector<NamedText>& texts)) {
  benchmark::Initialize(&argc, argv);
  std::vector<NamedText> texts;
  for (int i = 1; i < argc; ++i) {
    texts.push_back({fs::path(argv[i]).stem().string(), ReadFile(argv[i])});
  }
  if (texts.empty()) texts = OwnTexts();
  register_benchmarks(texts);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace toktally::bench
