// The maker of data/frequent_pieces.txt: find_frequent_pieces COUNT TEXT… >
// data/frequent_pieces.txt
//
// Writes the COUNT most frequent pieces of the texts that are several tokens, most frequent first,
// one a line in base64. A piece's frequency is its share of each text, added up, so that a small
// text counts as much as a large one; o200k_base and cl100k_base have one list together.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/utf8.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "bpe/split/patterns.h"
#include "bpe/vocabulary/image.h"

namespace {

using Counts = std::unordered_map<std::string, std::uint64_t>;

// Adds what one encoding makes of one text.
void AddText(const std::string& text, const toktally::Encoding& encoding,
             const toktally::SplitPattern& pattern, Counts& total) {
  std::vector<std::size_t> ends;
  toktally::ActiveEnginePath().For(pattern).split(text, ends);
  std::unordered_map<std::string_view, std::uint64_t> counts;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    ++counts[std::string_view(text).substr(begin, end - begin)];
    begin = end;
  }
  constexpr std::uint64_t kFew = 3;
  for (const auto& [piece, count] : counts) {
    if (count < kFew || piece.size() > toktally::kMediumBytes) continue;
    if (encoding.FindToken(piece).has_value()) continue;
    total[std::string(piece)] += count;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "use: find_frequent_pieces COUNT TEXT...\n");
    return 2;
  }
  Counts total;
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::string text = toktally::ReplaceIllFormed(bytes);
    AddText(text, *toktally::FindEncoding("cl100k_base"), toktally::kCl100kPattern, total);
    AddText(text, *toktally::FindEncoding("o200k_base"), toktally::kO200kPattern, total);
  }
  std::vector<std::pair<std::uint64_t, std::string>> ranked;
  for (const auto& [piece, count] : total) ranked.emplace_back(count, piece);
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  const auto count = std::min<std::size_t>(ranked.size(), std::strtoul(argv[1], nullptr, 10));
  for (std::size_t i = 0; i < count; ++i) {
    std::printf("%s\n", absl::Base64Escape(ranked[i].second).c_str());
  }
  return 0;
}
