// The intervals of base/sampling.h on real text: six corpora cut into documents, clustered by file.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/sampling.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"

namespace toktally {
namespace {

namespace fs = std::filesystem;

struct Documents {
  std::vector<std::uint64_t> ends;
  std::vector<double> densities;  // tokens per byte
  double tokens = 0;
};

// A document ends at the first newline behind 512, 1,024, 2,048, 4,096 or 8,192 bytes, in turn.
void Cut(const std::string& text, const Encoding& encoding, Documents& documents) {
  std::size_t turn = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t least = std::size_t{512} << (turn++ % 5);
    const std::size_t newline = text.find('\n', std::min(begin + least, text.size() - 1));
    const std::size_t end = newline == std::string::npos ? text.size() : newline + 1;
    const auto tokens =
        static_cast<double>(encoding.Count(std::string_view(text).substr(begin, end - begin)));
    documents.tokens += tokens;
    documents.densities.push_back(tokens / static_cast<double>(end - begin));
    documents.ends.push_back((documents.ends.empty() ? 0 : documents.ends.back()) + end - begin);
    begin = end;
  }
}

TEST(SamplingOfCorpora, IntervalsHoldAsOftenAsTheySay) {
  const fs::path folder = fs::path(TOKTALLY_SHARED_DIR) / "corpora";
  if (!fs::exists(folder)) GTEST_SKIP() << "no ../shared/corpora here";
  Documents documents;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!text.empty()) Cut(text, *FindEncoding("o200k_base"), documents);
  }
  ASSERT_GE(documents.ends.size(), 5000u);
  constexpr int kDraws = 2000;
  for (const std::uint64_t strata : {50, 200, 800}) {
    int held = 0;
    double width = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      std::vector<double> densities;
      for (const std::uint64_t byte :
           DrawBytes(documents.ends.back(), strata, static_cast<std::uint64_t>(draw))) {
        const auto unit = std::upper_bound(documents.ends.begin(), documents.ends.end(), byte) -
                          documents.ends.begin();
        densities.push_back(documents.densities[static_cast<std::size_t>(unit)]);
      }
      const SampledSum sum = EstimateSum(densities, documents.ends.back());
      held += std::abs(sum.value - documents.tokens) <= sum.half_width ? 1 : 0;
      width += sum.half_width / documents.tokens / kDraws;
    }
    std::printf("%zu documents, %d draws of %d: %.2f %% held, half width %.2f %%\n",
                documents.ends.size(), kDraws, static_cast<int>(2 * strata), held * 100.0 / kDraws,
                width * 100);
    EXPECT_GE(held, kDraws * 93 / 100) << strata;
    EXPECT_LE(held, kDraws * 97 / 100) << strata;
  }
}

}  // namespace
}  // namespace toktally
