// Encodings that are made at run time.

#include "bpe/custom_encoding.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "bpe/encoding.h"
#include "bpe/encoding_state.h"
#include "bpe/special_tokens.h"
#include "bpe/split/patterns.h"
#include "bpe/split/regex/regex_splitter.h"
#include "bpe/vocabulary/compiler.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {
namespace {

absl::StatusOr<std::unique_ptr<const TextRoute>> RouteOf(const EncodingSpec& spec) {
  const SplitPattern* by_hand = FindPattern(spec.split_pattern);
  if (by_hand != nullptr && spec.outer_patterns.empty()) return MakeRoute(*by_hand);
  std::vector<std::unique_ptr<const RegexSplitter>> chain;
  for (const std::string& pattern : spec.outer_patterns) {
    absl::StatusOr<std::unique_ptr<RegexSplitter>> splitter = RegexSplitter::Create(pattern);
    if (!splitter.ok()) return splitter.status();
    chain.push_back(*std::move(splitter));
  }
  absl::StatusOr<std::unique_ptr<RegexSplitter>> splitter =
      RegexSplitter::Create(spec.split_pattern);
  if (!splitter.ok()) return splitter.status();
  if (chain.empty()) return MakeRoute(*std::move(splitter));
  chain.push_back(*std::move(splitter));
  return MakeRoute(std::move(chain));
}

absl::Status CheckIds(const TokensByRank& tokens, const SpecialTokens& specials) {
  std::vector<TokenId> ids;
  for (const SpecialToken& special : specials.tokens()) {
    if (special.id < tokens.size() && !tokens[special.id].empty()) {
      return absl::InvalidArgumentError(absl::StrCat("the special token ", ToAbsl(special.name),
                                                     " has the id ", special.id,
                                                     ", which is a rank of the vocabulary"));
    }
    ids.push_back(special.id);
  }
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice == ids.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("two special tokens have the id ", *twice));
}

// Compiling finds how each token is merged, which takes the square of its bytes. Tokens of 128
// bytes are the longest of any model; a file that is made to take hours has others.
absl::Status CheckLengths(const TokensByRank& tokens) {
  constexpr std::uint64_t kMostWork = std::uint64_t{1} << 30;
  std::uint64_t work = 0;
  for (TokenId id = 0; id < tokens.size(); ++id) {
    const std::uint64_t size = tokens[id].size();
    work += size * size;
    if (work <= kMostWork) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the tokens are too long: with that of id ", id, ", ", size,
                     " bytes, the sum of the squares of their lengths passes ", kMostWork));
  }
  return absl::OkStatus();
}

std::vector<CacheLine> Aligned(const std::string& image) {
  std::vector<CacheLine> lines(image.size() / sizeof(CacheLine));
  std::memcpy(static_cast<void*>(lines.data()), image.data(), image.size());
  return lines;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Encoding>> MakeEncoding(
    const std::string& name, const std::string& pattern, const TokensByRank& tokens,
    const std::vector<std::pair<std::string, TokenId>>& special_tokens,
    std::unique_ptr<const TextRoute> route) {
  if (const absl::Status status = CheckLengths(tokens); !status.ok()) return status;
  const absl::StatusOr<std::string> image = CompileVocabulary(tokens, {});
  if (!image.ok()) return image.status();

  std::vector<CacheLine> lines = Aligned(*image);
  std::vector<std::string> names;
  names.reserve(special_tokens.size());  // the views below must stay good
  std::vector<SpecialToken> special_list;
  for (const auto& [special, id] : special_tokens) {
    names.push_back(special);
    special_list.push_back({names.back(), id});
  }
  SpecialTokens specials(std::move(special_list));
  if (const absl::Status status = specials.Validate(); !status.ok()) return status;
  if (const absl::Status status = CheckIds(tokens, specials); !status.ok()) return status;

  static std::atomic<std::uint64_t> image_count = 0;
  const auto* begin = reinterpret_cast<const char*>(lines.data());
  return EncodingBuilder::Build(std::make_unique<EncodingBuilder::State>(EncodingBuilder::State{
      name, pattern, "", Vocabulary(begin), std::move(specials), std::move(route), 0,
      std::move(names), std::move(lines), ++image_count}));
}

absl::StatusOr<std::unique_ptr<const Encoding>> Encoding::Create(const EncodingSpec& spec) {
  const absl::StatusOr<TokensByRank> tokens = ParseTiktokenFile(spec.vocabulary_text);
  if (!tokens.ok()) return tokens.status();
  absl::StatusOr<std::unique_ptr<const TextRoute>> route = RouteOf(spec);
  if (!route.ok()) return route.status();
  return MakeEncoding(spec.name, spec.split_pattern, *tokens, spec.special_tokens,
                      *std::move(route));
}

}  // namespace toktally
