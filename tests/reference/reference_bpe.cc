#include "tests/reference/reference_bpe.h"

#include <cstddef>
#include <fstream>
#include <iterator>
#include <sstream>

namespace toktally::testing {
namespace {

std::string DecodeBase64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

}  // namespace

std::string ReadVocabulary(const std::string& name) {
  std::ifstream file(TOKTALLY_SOURCE_DIR "/data/vocabularies/" + name + ".tiktoken",
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Ranks ParseRanks(const std::string& vocabulary_text) {
  Ranks ranks;
  std::istringstream lines(vocabulary_text);
  std::string base64;
  std::uint32_t rank = 0;
  while (lines >> base64 >> rank) ranks[DecodeBase64(base64)] = rank;
  return ranks;
}

std::vector<std::uint32_t> ReferenceMerge(const Ranks& ranks, std::string_view piece) {
  std::vector<std::string> parts;
  for (const char byte : piece) parts.emplace_back(1, byte);
  while (true) {
    auto best = ranks.end();
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto joined = ranks.find(parts[i] + parts[i + 1]);
      if (joined == ranks.end()) continue;
      if (best != ranks.end() && joined->second >= best->second) continue;
      best = joined;
      at = i;
    }
    if (best == ranks.end()) break;
    parts[at] += parts[at + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  std::vector<std::uint32_t> ids;
  for (const std::string& part : parts) ids.push_back(ranks.at(part));
  return ids;
}

}  // namespace toktally::testing
