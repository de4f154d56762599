#include "bpe/engine/character_route.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "base/utf8.h"
#include "bpe/vocabulary/image.h"

namespace toktally {
namespace {

constexpr std::string_view kBlankSign = "\xE2\x96\x81";  // U+2581

unsigned char ByteAt(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// The size of the blank that `text` has at `i`: 0, 1 or that of the sign.
std::size_t BlankAt(std::string_view text, std::size_t i) {
  if (text[i] == ' ') return 1;
  return text.substr(i).starts_with(kBlankSign) ? kBlankSign.size() : 0;
}

// Two neighbours to what they make.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank = kNoToken;
    std::uint32_t made = kNoToken;
  };

  explicit MergeTable(const std::vector<CharacterMerge>& merges) {
    while ((std::size_t{1} << bits_) < 2 * merges.size()) ++bits_;
    slots_.resize(std::size_t{1} << bits_);
    for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
      const std::uint64_t key = Key(merges[rank].left, merges[rank].right);
      std::size_t i = Index(key);
      while (slots_[i].key != 0 && slots_[i].key != key) i = (i + 1) & (slots_.size() - 1);
      // Of a pair that is listed twice the last counts.
      slots_[i] = {key, {rank, merges[rank].made}};
    }
  }

  Merge Find(std::uint32_t left, std::uint32_t right) const {
    const std::uint64_t key = Key(left, right);
    for (std::size_t i = Index(key);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].key == key) return slots_[i].merge;
      if (slots_[i].key == 0) return {};
    }
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    Merge merge;
  };
  static std::uint64_t Key(std::uint32_t left, std::uint32_t right) {
    return (std::uint64_t{left} + 1) << 32 | right;
  }
  std::size_t Index(std::uint64_t key) const { return key * kHashFactor >> (64 - bits_); }

  unsigned bits_ = 4;
  std::vector<Slot> slots_;
};

// The tokens that are cut out of a text, as a tree of their bytes.
class CutTokens {
 public:
  struct Match {
    std::size_t size = 0;
    std::uint32_t id = 0;
  };

  explicit CutTokens(const std::vector<std::pair<std::string, std::uint32_t>>& tokens) {
    for (const auto& [name, id] : tokens) {
      begins_[ByteAt(name, 0)] = true;
      const bool all_newlines = name.find_first_not_of('\n') == std::string::npos;
      cuts_newlines_ |= name == "\n";
      mixes_newlines_ |= !all_newlines && name.find('\n') != std::string::npos;
      std::uint32_t node = 0;
      for (std::size_t i = 0; i < name.size(); ++i) {
        const auto next = static_cast<std::uint32_t>(ends_.size());
        const auto [edge, is_new] = edges_.try_emplace(Edge(node, ByteAt(name, i)), next);
        if (is_new) ends_.push_back(kNoToken);
        node = edge->second;
      }
      ends_[node] = id;
    }
  }

  // The longest at `at`.
  Match MatchAt(std::string_view text, std::size_t at) const {
    Match match;
    if (!begins_[ByteAt(text, at)]) return match;
    std::uint32_t node = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
      const auto edge = edges_.find(Edge(node, ByteAt(text, i)));
      if (edge == edges_.end()) break;
      node = edge->second;
      if (ends_[node] != kNoToken) match = {i + 1 - at, ends_[node]};
    }
    return match;
  }

  // Whether a text may be cut behind newlines: they are tokens that are cut out, and all that are
  // cut out with one are newlines.
  bool newlines_part() const { return cuts_newlines_ && !mixes_newlines_; }

 private:
  static std::uint64_t Edge(std::uint32_t node, unsigned char byte) {
    return std::uint64_t{node} << 8 | byte;
  }

  std::array<bool, 256> begins_{};
  bool cuts_newlines_ = false;
  bool mixes_newlines_ = false;
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
  std::vector<std::uint32_t> ends_ = {kNoToken};
};

// The merge of one word. Parts are a list in arrays, so that they need not move.
class WordMerge {
 public:
  explicit WordMerge(const MergeTable& merges) : merges_(merges) {}

  void Clear() { ids_.clear(); }
  void Push(std::uint32_t id) { ids_.push_back(id); }

  // What is left after all merges.
  const std::vector<std::uint32_t>& Run() {
    constexpr std::size_t kFew = 24;
    ids_.size() <= kFew ? MergeFew() : MergeByHeap();
    return ids_;
  }

 private:
  void MergeFew() {
    found_.clear();
    for (std::size_t i = 0; i + 1 < ids_.size(); ++i) {
      found_.push_back(merges_.Find(ids_[i], ids_[i + 1]));
    }
    while (!found_.empty()) {
      const auto best =
          std::min_element(found_.begin(), found_.end(),
                           [](const auto& a, const auto& b) { return a.rank < b.rank; });
      if (best->rank == kNoToken) return;
      const auto i = static_cast<std::size_t>(best - found_.begin());
      ids_[i] = best->made;
      ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      found_.erase(best);
      if (i > 0) found_[i - 1] = merges_.Find(ids_[i - 1], ids_[i]);
      if (i < found_.size()) found_[i] = merges_.Find(ids_[i], ids_[i + 1]);
    }
  }

  // An entry of the heap is stale when its pair has another merge by now, or none.
  void MergeByHeap() {
    const std::size_t size = ids_.size();
    found_.assign(size, {});
    next_.resize(size);
    previous_.resize(size);
    heap_.clear();
    for (std::size_t i = 0; i < size; ++i) {
      next_[i] = i + 1;
      previous_[i] = i - 1;
    }
    for (std::size_t i = 0; i < size; ++i) Offer(i);
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
      const auto [rank, left] = heap_.back();
      heap_.pop_back();
      if (found_[left].rank != rank) continue;
      const std::size_t right = next_[left];
      ids_[left] = found_[left].made;
      found_[right] = {};
      next_[left] = next_[right];
      if (next_[left] < size) previous_[next_[left]] = left;
      Offer(left);
      if (left != 0) Offer(previous_[left]);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size; i = next_[i]) ids_[kept++] = ids_[i];
    ids_.resize(kept);
  }

  void Offer(std::size_t left) {
    const std::size_t right = next_[left];
    found_[left] =
        right < ids_.size() ? merges_.Find(ids_[left], ids_[right]) : MergeTable::Merge{};
    if (found_[left].rank == kNoToken) return;
    heap_.emplace_back(found_[left].rank, left);
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  const MergeTable& merges_;
  std::vector<std::uint32_t> ids_;
  std::vector<MergeTable::Merge> found_;  // by left part
  std::vector<std::size_t> next_;
  std::vector<std::size_t> previous_;
  std::vector<std::pair<std::uint32_t, std::size_t>> heap_;
};

// What the words of one text came to: where one stood, and its tokens.
class WordMemory {
 public:
  struct Word {
    std::string_view text;
    std::size_t at = 0;
    std::size_t count = 0;
  };
  static constexpr std::size_t kMostBytes = 32;

  // A short text is not worth the table.
  explicit WordMemory(std::size_t text_size)
      : words_(text_size < 4096 ? 0 : std::size_t{1} << kBits) {}

  // Where the word is or may be put; nullptr: it is not remembered.
  Word* Find(std::string_view word) {
    if (words_.empty() || word.size() > kMostBytes) return nullptr;
    return &words_[std::hash<std::string_view>()(word) >> 7 & (words_.size() - 1)];
  }

 private:
  static constexpr unsigned kBits = 12;
  std::vector<Word> words_;
};

class CharacterRoute final : public TextRoute {
 public:
  explicit CharacterRoute(const CharacterBpe& bpe)
      : byte_ids_(bpe.byte_ids), merges_(bpe.merges), cuts_(bpe.cut_tokens) {
    by_character_.resize(kCharacters, kNoToken);
    for (std::uint32_t id = 0; id < bpe.tokens.size(); ++id) AddToken(bpe.tokens[id], id);
  }

  EngineCount Count(const Vocabulary&, std::string_view text, TextEnd text_end, std::uint64_t limit,
                    PieceMemory*) const override {
    EngineCount count;
    count.bytes = text_end == TextEnd::kFinal ? text.size() : LastCut(text);
    Pass pass(merges_, count.bytes);
    ForEachWord(
        text.substr(0, count.bytes),
        [&](std::string_view word) {
          count.tokens += CountWord(pass, word);
          return count.tokens <= limit;
        },
        [&](std::string_view, std::uint32_t) { return ++count.tokens <= limit; });
    return count;
  }

  EngineIds Encode(const Vocabulary& vocabulary, std::string_view text, TextEnd text_end,
                   std::vector<std::uint32_t>& ids, PieceMemory*,
                   std::vector<TextGap>* gaps) const override {
    EngineIds encoded;
    encoded.bytes = text_end == TextEnd::kFinal ? text.size() : LastCut(text);
    Pass pass(merges_, encoded.bytes);
    ForEachWord(
        text.substr(0, encoded.bytes),
        [&](std::string_view word) {
          const std::size_t first = ids.size();
          EncodeWord(pass, word, ids);
          if (gaps != nullptr) AddGaps(vocabulary, word, ids, first, *gaps);
          return true;
        },
        [&](std::string_view token, std::uint32_t id) {
          ids.push_back(id);
          if (gaps != nullptr) AddGaps(vocabulary, token, ids, ids.size() - 1, *gaps);
          return true;
        });
    // What is certain ends here: bytes that are no character merge with nothing.
    encoded.last_piece = ids.size();
    return encoded;
  }

  void EncodeBytes(const Vocabulary& vocabulary, std::string_view bytes,
                   std::vector<std::uint32_t>& ids) const override {
    while (!bytes.empty()) {
      const std::size_t valid = ValidPrefix(bytes);
      Encode(vocabulary, bytes.substr(0, valid), TextEnd::kFinal, ids, nullptr, nullptr);
      bytes.remove_prefix(valid);
      if (bytes.empty()) return;
      ids.push_back(byte_ids_[ByteAt(bytes, 0)]);
      bytes.remove_prefix(1);
    }
  }

  // Behind newlines, which are cut out of the text.
  std::size_t FindSafeCut(std::string_view text, std::size_t from) const override {
    if (!cuts_.newlines_part()) return text.size();
    for (std::size_t at = text.find('\n', from); at != std::string_view::npos;
         at = text.find('\n', at)) {
      ++at;
      if (at < text.size() && text[at] != '\n') return at;
    }
    return text.size();
  }

 private:
  static constexpr std::size_t kCharacters = 0x110000;

  // What one call works with.
  struct Pass {
    Pass(const MergeTable& merges, std::size_t text_size) : merge(merges), memory(text_size) {}
    WordMerge merge;
    WordMemory memory;
  };

  // A sign is longer than the blank of its token. `ids` from `first` on are those of `word`.
  static void AddGaps(const Vocabulary& vocabulary, std::string_view word,
                      const std::vector<std::uint32_t>& ids, std::size_t first,
                      std::vector<TextGap>& gaps) {
    if (word.find(kBlankSign) == std::string_view::npos) return;
    std::size_t at = 0;
    for (std::size_t i = first; i < ids.size(); ++i) {
      std::size_t gap = 0;
      for (const char byte : vocabulary.BytesOf(ids[i])) {
        if (at == word.size()) return;
        const std::size_t size = byte == ' ' ? std::max<std::size_t>(BlankAt(word, at), 1) : 1;
        at += size;
        gap += size - 1;
      }
      if (gap != 0) gaps.push_back({i + 1, gap});
    }
  }

  void AddToken(std::string_view token, std::uint32_t id) {
    if (token.empty() || !IsWellFormed(token)) return;
    const DecodedCodePoint first = DecodeCodePoint(token.data());
    if (first.length == token.size()) by_character_[first.value] = id;
    for (std::size_t i = 1; i < token.size(); ++i) {
      if (token[i] == ' ' && token[i - 1] != ' ') crosses_[ByteAt(token, i - 1)] = true;
    }
  }

  // The last place where an unfinished text may be cut.
  std::size_t LastCut(std::string_view text) const {
    if (!cuts_.newlines_part()) return 0;
    const std::size_t last = text.find_last_not_of('\n');
    if (last == std::string_view::npos) return 0;
    const std::size_t newline = text.rfind('\n', last);
    return newline == std::string_view::npos ? 0 : newline + 1;
  }

  // Calls `use` with every word and `use_cut` with every token that is cut out, in order, until one
  // returns false. Words begin with their blanks, if they have any: no token reaches over the
  // border before these, so that what stands there never merges.
  template <typename Use, typename UseCut>
  void ForEachWord(std::string_view text, const Use& use, const UseCut& use_cut) const {
    std::size_t begin = 0;
    bool behind_blank = true;
    for (std::size_t i = 0; i < text.size();) {
      const CutTokens::Match cut = cuts_.MatchAt(text, i);
      if (cut.size != 0) {
        if (i != begin && !use(text.substr(begin, i - begin))) return;
        if (!use_cut(text.substr(i, cut.size), cut.id)) return;
        begin = i += cut.size;
        behind_blank = true;
        continue;
      }
      const std::size_t blank = BlankAt(text, i);
      if (blank != 0 && !behind_blank && !crosses_[ByteAt(text, i - 1)]) {
        if (!use(text.substr(begin, i - begin))) return;
        begin = i;
      }
      behind_blank = blank != 0;
      i += std::max<std::size_t>(blank, 1);
    }
    if (begin != text.size()) use(text.substr(begin));
  }

  const std::vector<std::uint32_t>& Merge(WordMerge& merge, std::string_view word) const {
    merge.Clear();
    for (std::size_t i = 0; i < word.size();) {
      const std::size_t blank = BlankAt(word, i);
      if (blank != 0) {
        PushCharacter(merge, " ", U' ');
        i += blank;
        continue;
      }
      const DecodedCodePoint decoded = DecodeCodePoint(word.data() + i);
      PushCharacter(merge, word.substr(i, decoded.length), decoded.value);
      i += decoded.length;
    }
    return merge.Run();
  }

  void PushCharacter(WordMerge& merge, std::string_view bytes, char32_t value) const {
    if (by_character_[value] != kNoToken) return merge.Push(by_character_[value]);
    for (const char byte : bytes) merge.Push(byte_ids_[static_cast<unsigned char>(byte)]);
  }

  std::uint64_t CountWord(Pass& pass, std::string_view word) const {
    WordMemory::Word* known = pass.memory.Find(word);
    if (known != nullptr && known->text == word) return known->count;
    const std::size_t count = Merge(pass.merge, word).size();
    if (known != nullptr) *known = {word, 0, count};
    return count;
  }

  void EncodeWord(Pass& pass, std::string_view word, std::vector<std::uint32_t>& ids) const {
    WordMemory::Word* known = pass.memory.Find(word);
    if (known != nullptr && known->text == word) {
      for (std::size_t i = 0; i < known->count; ++i) ids.push_back(ids[known->at + i]);
      return;
    }
    const std::vector<std::uint32_t>& merged = Merge(pass.merge, word);
    if (known != nullptr) *known = {word, ids.size(), merged.size()};
    ids.insert(ids.end(), merged.begin(), merged.end());
  }

  std::array<std::uint32_t, 256> byte_ids_;
  MergeTable merges_;
  CutTokens cuts_;
  std::vector<std::uint32_t> by_character_;
  // Bytes that some token has before a blank.
  std::array<bool, 256> crosses_{};
};

}  // namespace

std::unique_ptr<const TextRoute> MakeRoute(const CharacterBpe& bpe) {
  return std::make_unique<CharacterRoute>(bpe);
}

}  // namespace toktally
