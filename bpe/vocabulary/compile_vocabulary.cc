// The build's tool: compile_vocabulary IN.tiktoken OUT.image [FREQUENT_PIECES]
//
// FREQUENT_PIECES holds one piece a line, base64, most frequent first; see data/README.md.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "bpe/vocabulary/compiler.h"

namespace {

int Fail(const std::string& what) {
  std::fprintf(stderr, "compile_vocabulary: %s\n", what.c_str());
  return 1;
}

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> ReadFrequentPieces(const char* path) {
  std::vector<std::string> pieces;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::string piece;
  while (std::getline(file, line)) {
    if (absl::Base64Unescape(line, &piece)) pieces.push_back(piece);
  }
  return pieces;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return Fail("use: compile_vocabulary IN OUT [FREQUENT_PIECES]");
  const auto tokens = toktally::ParseTiktokenFile(ReadFile(argv[1]));
  if (!tokens.ok()) return Fail(std::string(argv[1]) + ": " + tokens.status().ToString());
  std::vector<std::string> frequent;
  if (argc == 4) frequent = ReadFrequentPieces(argv[3]);
  const auto image = toktally::CompileVocabulary(*tokens, frequent);
  if (!image.ok()) return Fail(std::string(argv[1]) + ": " + image.status().ToString());
  std::ofstream out(argv[2], std::ios::binary);
  out.write(image->data(), static_cast<std::streamsize>(image->size()));
  out.close();
  return out ? 0 : Fail(std::string(argv[2]) + ": cannot be written");
}
