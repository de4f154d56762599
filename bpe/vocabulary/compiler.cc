#include "bpe/vocabulary/compiler.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/utf8.h"
#include "bpe/vocabulary/image.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {
namespace {

using RankOf = std::unordered_map<std::string_view, std::uint32_t>;

absl::Status LineError(std::size_t line, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", ToAbsl(what)));
}

// The parts that `bytes` is merged to, until `stop_at` of them are left or nothing merges. The
// plain algorithm over strings: what it finds is the definition of the encoding.
std::vector<std::string_view> MergeParts(std::string_view bytes, const RankOf& rank_of,
                                         std::size_t stop_at) {
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < bytes.size(); ++i) parts.push_back(bytes.substr(i, 1));
  const auto rank_at = [&](std::size_t i) {
    const std::string_view pair(parts[i].data(), parts[i].size() + parts[i + 1].size());
    const auto found = rank_of.find(pair);
    return found == rank_of.end() ? kNoToken : found->second;
  };
  std::vector<std::uint32_t> ranks;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) ranks.push_back(rank_at(i));
  while (parts.size() > stop_at && !ranks.empty()) {
    const auto best = std::min_element(ranks.begin(), ranks.end());
    if (*best == kNoToken) break;
    const auto i = static_cast<std::size_t>(best - ranks.begin());
    parts[i] = {parts[i].data(), parts[i].size() + parts[i + 1].size()};
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    ranks.erase(best);
    if (i > 0) ranks[i - 1] = rank_at(i - 1);
    if (i < ranks.size()) ranks[i] = rank_at(i);
  }
  return parts;
}

// The power of two that holds `count` entries at a load of at most six tenths.
std::uint32_t TableBits(std::size_t count) {
  std::uint32_t bits = 4;
  while ((std::size_t{6} << bits) < count * 10) ++bits;
  return bits;
}

class ImageBuilder {
 public:
  ImageBuilder(const TokensByRank& tokens, const RankOf& rank_of)
      : tokens_(tokens), rank_of_(rank_of) {}

  std::string Build(std::span<const std::string> frequent_pieces) {
    CollectPieces(frequent_pieces);
    header_.magic = VocabularyImageHeader::kMagic;
    header_.rank_limit = static_cast<std::uint32_t>(tokens_.size());
    header_.token_count = static_cast<std::uint32_t>(rank_of_.size());
    image_.resize(Aligned(sizeof(VocabularyImageHeader)));
    AddTokens();
    AddFirstMerges();
    AddPairs();
    AddCharacters();
    AddCrossings();
    AddShort();
    AddMedium();
    AddLong();
    header_.list_count = static_cast<std::uint32_t>(lists_.size());
    header_.lists_at = Append(lists_);
    header_.size = static_cast<std::uint32_t>(image_.size());
    std::memcpy(image_.data(), &header_, sizeof(header_));
    return std::move(image_);
  }

 private:
  static std::size_t Aligned(std::size_t size) { return (size + 63) / 64 * 64; }

  template <typename T>
  std::uint32_t Append(const std::vector<T>& section) {
    const std::size_t at = image_.size();
    image_.resize(Aligned(at + section.size() * sizeof(T)));
    if (!section.empty()) {
      std::memcpy(image_.data() + at, section.data(), section.size() * sizeof(T));
    }
    return static_cast<std::uint32_t>(at);
  }

  // Sorts every piece with a known answer into the table of its length: tokens by rank, then the
  // frequent pieces of several tokens.
  void CollectPieces(std::span<const std::string> frequent_pieces) {
    for (std::uint32_t rank = 0; rank < tokens_.size(); ++rank) {
      if (!tokens_[rank].empty()) AddPiece(tokens_[rank], 1, rank);
    }
    for (const std::string& piece : frequent_pieces) {
      if (piece.size() > kMediumBytes || rank_of_.contains(piece)) continue;
      const std::vector<std::string_view> parts = MergeParts(piece, rank_of_, 1);
      if (parts.size() > PieceValue::kMaxCount || lists_.size() >= PieceValue::kPayloadLimit / 4)
        continue;
      AddPiece(piece, static_cast<std::uint32_t>(parts.size()),
               static_cast<std::uint32_t>(lists_.size()));
      for (const std::string_view part : parts) lists_.push_back(rank_of_.at(part));
    }
  }

  void AddPiece(std::string_view piece, std::uint32_t count, std::uint32_t payload) {
    auto& pieces = piece.size() <= kShortBytes    ? short_pieces_
                   : piece.size() <= kMediumBytes ? medium_pieces_
                                                  : long_pieces_;
    const std::size_t length = piece.size() <= kMediumBytes ? piece.size() : 0;
    pieces.emplace_back(piece, PieceValue::Make(length, count, payload));
  }

  void AddTokens() {
    std::vector<std::uint32_t> offsets;
    std::vector<char> bytes;
    std::vector<std::uint32_t> byte_ids(256, kNoToken);
    for (std::uint32_t rank = 0; rank < tokens_.size(); ++rank) {
      const std::string& token = tokens_[rank];
      offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
      bytes.insert(bytes.end(), token.begin(), token.end());
      if (token.size() == 1) byte_ids[static_cast<unsigned char>(token[0])] = rank;
      header_.max_token_bytes =
          std::max(header_.max_token_bytes, static_cast<std::uint32_t>(token.size()));
    }
    offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
    bytes.resize(bytes.size() + kTokenPadding);
    header_.offsets_at = Append(offsets);
    header_.bytes_at = Append(bytes);
    header_.byte_ids_at = Append(byte_ids);
  }

  void AddFirstMerges() {
    std::vector<std::uint32_t> first(65536, kNoToken);
    for (const auto& [token, rank] : rank_of_) {
      if (token.size() != 2) continue;
      const std::size_t left = static_cast<unsigned char>(token[0]);
      const std::size_t right = static_cast<unsigned char>(token[1]);
      first[left | right << 8] = rank;
    }
    header_.first_at = Append(first);
  }

  void AddPairs() {
    // About three of a bucket's eight slots on average: few buckets are full, and the table is
    // still small enough to stay in a cache.
    header_.pair_bits = 1;
    while ((std::size_t{13} << header_.pair_bits) < 4 * tokens_.size()) ++header_.pair_bits;
    std::vector<PairBucket> buckets(std::size_t{1} << header_.pair_bits);
    std::vector<std::uint64_t> splits(tokens_.size());
    header_.ranks_rise = 1;
    for (std::uint32_t rank = 0; rank < tokens_.size(); ++rank) {
      splits[rank] = rank | static_cast<std::uint64_t>(rank) << 32;
      if (tokens_[rank].size() < 2) continue;
      const std::vector<std::string_view> parts = MergeParts(tokens_[rank], rank_of_, 2);
      if (parts.size() != 2) continue;  // not made by merges: only a whole piece can be this token
      const std::uint32_t left = rank_of_.at(parts[0]);
      const std::uint32_t right = rank_of_.at(parts[1]);
      splits[rank] = left | static_cast<std::uint64_t>(right) << 32;
      if (left >= rank || right >= rank) header_.ranks_rise = 0;
      const std::uint64_t key = PairBucket::Key(left, right);
      std::size_t i = HashIndex(PairBucket::Hash(key), header_.pair_bits);
      while (buckets[i].slot[PairBucket::kSlots - 1] != 0) i = (i + 1) & (buckets.size() - 1);
      *std::find(std::begin(buckets[i].slot), std::end(buckets[i].slot), 0) =
          PairBucket::Make(key, rank);
    }
    header_.pairs_at = Append(buckets);
    header_.splits_at = Append(splits);
  }

  // None where ranks do not rise: a character could then be made earlier than merges beside it
  // that rank before it, and join a neighbour that these would have taken away.
  void AddCharacters() {
    std::vector<std::uint32_t> values(65536);
    std::string character;
    for (char32_t code_point = 0x80; header_.ranks_rise != 0 && code_point < values.size();
         ++code_point) {
      if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
      character.clear();
      AppendCodePoint(code_point, character);
      const std::vector<std::string_view> parts = MergeParts(character, rank_of_, 1);
      const auto count = static_cast<std::uint32_t>(parts.size());
      const bool is_token = count == 1;
      values[code_point] = PieceValue::Make(
          character.size(), count,
          is_token ? rank_of_.at(parts[0]) : static_cast<std::uint32_t>(lists_.size()));
      if (is_token) continue;
      for (const std::string_view part : parts) lists_.push_back(rank_of_.at(part));
    }
    header_.characters_at = Append(values);
  }

  void AddCrossings() {
    std::vector<std::uint64_t> bits(kCrossingWords);
    const auto add = [&bits](char last, char first, unsigned second) {
      const std::uint32_t bit =
          Crossing::Hash(static_cast<unsigned char>(last), static_cast<unsigned char>(first),
                         static_cast<unsigned char>(second));
      bits[bit / 64] |= std::uint64_t{1} << bit % 64;
    };
    const auto is_continuation = [](char c) { return (c & 0xC0) == 0x80; };
    for (const std::string& token : tokens_) {
      if (IsWellFormed(token)) continue;
      for (std::size_t i = 1; i < token.size(); ++i) {
        const char first = token[i];
        if (is_continuation(first)) continue;
        if ((first & 0x80) == 0) {
          add(token[i - 1], first, 0);
        } else if (i + 1 < token.size()) {
          add(token[i - 1], first, static_cast<unsigned char>(token[i + 1]));
        } else {
          for (unsigned second = 0; second < 256; ++second) add(token[i - 1], first, second);
        }
      }
    }
    header_.crossings_at = Append(bits);
  }

  void AddShort() {
    header_.short_bits = TableBits(short_pieces_.size());
    std::vector<ShortSlot> slots(std::size_t{1} << header_.short_bits);
    for (const auto& [piece, value] : short_pieces_) {
      const ShortKey key = MakeShortKey(piece.data(), piece.size());
      std::size_t i = HashIndex(HashShort(key.low, key.high), header_.short_bits);
      while (slots[i].high >> 32 != 0) i = (i + 1) & (slots.size() - 1);
      slots[i] = {key.low, (key.high & 0xFFFFFFFF) | static_cast<std::uint64_t>(value) << 32};
    }
    header_.short_at = Append(slots);
  }

  void AddMedium() {
    header_.medium_bits = TableBits(medium_pieces_.size());
    std::vector<MediumSlot> slots(std::size_t{1} << header_.medium_bits);
    for (const auto& [piece, value] : medium_pieces_) {
      MediumSlot slot = {};
      std::memcpy(slot.word, piece.data(), piece.size());
      slot.word[3] |= static_cast<std::uint64_t>(piece.size()) << 32;
      std::size_t i = HashIndex(HashMedium(slot.word), header_.medium_bits);
      while (slots[i].word[3] >> 32 != 0) i = (i + 1) & (slots.size() - 1);
      slot.word[3] = (slot.word[3] & 0xFFFFFFFF) | static_cast<std::uint64_t>(value) << 32;
      slots[i] = slot;
    }
    header_.medium_at = Append(slots);
  }

  void AddLong() {
    header_.long_bits = TableBits(long_pieces_.size());
    std::vector<std::uint64_t> slots(std::size_t{1} << header_.long_bits);
    for (const auto& [piece, value] : long_pieces_) {
      const std::uint64_t hash = HashLong(piece.data(), piece.size());
      std::size_t i = HashIndex(hash, header_.long_bits);
      while (slots[i] != 0) i = (i + 1) & (slots.size() - 1);
      slots[i] = (hash >> 32) << 32 | PieceValue::Payload(value);
    }
    header_.long_at = Append(slots);
  }

  const TokensByRank& tokens_;
  const RankOf& rank_of_;
  VocabularyImageHeader header_ = {};
  std::vector<std::pair<std::string_view, std::uint32_t>> short_pieces_, medium_pieces_,
      long_pieces_;
  std::vector<std::uint32_t> lists_;
  std::string image_;
};

}  // namespace

absl::StatusOr<TokensByRank> ParseTiktokenFile(std::string_view text) {
  TokensByRank tokens;
  std::unordered_map<std::string, std::size_t> line_of;
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return LineError(line_number, "not `base64 rank`");
    std::string token;
    if (!absl::Base64Unescape(ToAbsl(line.substr(0, space)), &token) || token.empty()) {
      return LineError(line_number, "the token is not base64");
    }
    const std::string_view digits = line.substr(space + 1);
    std::uint32_t rank = 0;
    if (digits.find_first_not_of("0123456789") != std::string_view::npos ||
        !absl::SimpleAtoi(ToAbsl(digits), &rank) || rank >= PairBucket::kIdLimit) {
      return LineError(line_number,
                       absl::StrCat("the rank is no number below ", PairBucket::kIdLimit));
    }
    const auto [earlier, is_new] = line_of.emplace(token, line_number);
    if (!is_new) {
      return LineError(line_number,
                       absl::StrCat("the token stands in line ", earlier->second, " too"));
    }
    if (tokens.size() <= rank) tokens.resize(rank + 1);
    if (!tokens[rank].empty()) return LineError(line_number, absl::StrCat("rank ", rank, " twice"));
    tokens[rank] = std::move(token);
  }
  return tokens;
}

absl::StatusOr<std::string> CompileVocabulary(const TokensByRank& tokens,
                                              std::span<const std::string> frequent_pieces) {
  RankOf rank_of;
  rank_of.reserve(tokens.size());
  for (std::uint32_t rank = 0; rank < tokens.size(); ++rank) {
    if (!tokens[rank].empty()) rank_of.emplace(tokens[rank], rank);
  }
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (rank_of.contains(std::string_view(&c, 1))) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the single byte 0x", absl::Hex(byte, absl::kZeroPad2), " is no token"));
  }
  return ImageBuilder(tokens, rank_of).Build(frequent_pieces);
}

}  // namespace toktally
