#include "bpe/claude/pieces.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "base/json.h"
#include "base/utf8.h"

namespace toktally::claude {
namespace {

constexpr std::string_view kOpening = "\u27E8";  // of a mark's spelling: ⟨bow⟩
constexpr std::string_view kClosing = "\u27E9";
constexpr Symbol kBlanks[] = {' ', '\t', '\n', 0x3000};
constexpr std::size_t kDigitPieces = 1110;  // of one to three ASCII digits
constexpr std::size_t kLongestPiece = 4096;

std::optional<std::uint32_t> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

// The mark or byte that `name` is, between the brackets; nullopt: it is ordinary text. Bytes are
// 0x120000 + byte.
constexpr Symbol kByte = 0x120000;
std::optional<Symbol> Atom(std::string_view name) {
  if (name == "bow") return kWordOpens;
  if (name == "eow") return kWordCloses;
  if (name == "shift") return kCapital;
  if (name == "caps") return kCapitals;
  if (name.size() != 4 || !name.starts_with("0x")) return std::nullopt;
  const auto high = HexDigit(name[2]);
  const auto low = HexDigit(name[3]);
  if (!high || !low) return std::nullopt;
  return kByte + *high * 16 + *low;
}

// The symbols that a key spells; empty if its bytes are no UTF-8.
std::vector<Symbol> SymbolsOf(std::string_view key) {
  std::vector<Symbol> symbols;
  std::string bytes;
  const auto flush = [&bytes, &symbols] {
    if (!IsWellFormed(bytes)) return false;
    for (std::size_t i = 0; i < bytes.size();) {
      const DecodedCodePoint decoded = DecodeCodePoint(bytes.data() + i);
      symbols.push_back(decoded.value);
      i += decoded.length;
    }
    bytes.clear();
    return true;
  };
  while (!key.empty()) {
    if (key.starts_with(kOpening)) {
      const std::size_t end = key.find(kClosing);
      const auto atom =
          end == key.npos ? std::nullopt : Atom(key.substr(kOpening.size(), end - kOpening.size()));
      if (atom) {
        key.remove_prefix(end + kClosing.size());
        if (*atom >= kByte) {
          bytes.push_back(static_cast<char>(*atom - kByte));
          continue;
        }
        if (!flush()) return {};
        symbols.push_back(*atom);
        continue;
      }
    }
    bytes.push_back(key[0]);
    key.remove_prefix(1);
  }
  if (!flush()) return {};
  return symbols;
}

bool IsCase(Symbol symbol) { return symbol == kCapital || symbol == kCapitals; }
bool IsBlank(Symbol symbol) {
  return std::find(std::begin(kBlanks), std::end(kBlanks), symbol) != std::end(kBlanks);
}
bool IsAsciiDigit(Symbol symbol) { return symbol >= '0' && symbol <= '9'; }

// What lets a text be cut into words, blanks and digits that add up (bpe/claude/counter.cc). Empty
// if the piece keeps to it.
std::string_view WhyUnfit(const std::vector<Symbol>& piece) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const Symbol symbol = piece[i];
    if (symbol == kWordOpens && i != 0 && !(i == 1 && IsCase(piece[0]))) {
      return "a word opens inside of it";
    }
    if (symbol == kWordCloses && i + 1 != piece.size()) return "a word closes inside of it";
    if (IsCase(symbol) && (i != 0 || (piece.size() > 1 && piece[1] != kWordOpens))) {
      return "its mark of case stands before no word";
    }
    if (IsBlank(symbol) && symbol != piece[0]) return "it mixes blanks with other characters";
  }
  const bool blank = IsBlank(piece[0]);
  if (blank && std::count(piece.begin(), piece.end(), piece[0]) !=
                   static_cast<std::ptrdiff_t>(piece.size())) {
    return "it mixes blanks with other characters";
  }
  const auto digits =
      static_cast<std::size_t>(std::count_if(piece.begin(), piece.end(), IsAsciiDigit));
  if (digits != 0 && (digits != piece.size() || digits > 3)) {
    return "it holds digits and is not one to three of them";
  }
  return "";
}

void AppendUtf8(Symbol symbol, std::string& out) {
  const auto add = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (symbol < 0x80) {
    add(symbol);
  } else if (symbol < 0x800) {
    add(0xC0 | symbol >> 6);
    add(0x80 | (symbol & 0x3F));
  } else if (symbol < 0x10000) {
    add(0xE0 | symbol >> 12);
    add(0x80 | (symbol >> 6 & 0x3F));
    add(0x80 | (symbol & 0x3F));
  } else {
    add(0xF0 | symbol >> 18);
    add(0x80 | (symbol >> 12 & 0x3F));
    add(0x80 | (symbol >> 6 & 0x3F));
    add(0x80 | (symbol & 0x3F));
  }
}

std::uint32_t PrefixKey(std::string_view bytes) {
  std::uint32_t key = static_cast<std::uint32_t>(bytes.size()) << 24;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    key |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return key;
}

// "e0a4" as bytes; nullopt if it is not two or three of them.
std::optional<std::string> BytesOf(std::string_view hex) {
  if (hex.size() != 4 && hex.size() != 6) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto high = HexDigit(hex[i]);
    const auto low = HexDigit(hex[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<char>(*high * 16 + *low));
  }
  return bytes;
}

std::uint64_t HashOf(std::uint64_t key) {
  key *= 0x9E3779B97F4A7C15;
  return key ^ key >> 32;
}

}  // namespace

std::uint32_t Pieces::Child(std::uint32_t node, Symbol symbol) const {
  const std::uint64_t key = (std::uint64_t{node} << 21 | symbol) + 1;
  const std::size_t mask = edges_.size() - 1;
  for (std::size_t at = HashOf(key) & mask;; at = (at + 1) & mask) {
    if (edges_[at].key == key) return edges_[at].child;
    if (edges_[at].key == 0) return 0;
  }
}

void Pieces::Grow() {
  std::vector<Edge> edges(edges_.empty() ? 1024 : edges_.size() * 2);
  const std::size_t mask = edges.size() - 1;
  for (const Edge& edge : edges_) {
    if (edge.key == 0) continue;
    std::size_t at = HashOf(edge.key) & mask;
    while (edges[at].key != 0) at = (at + 1) & mask;
    edges[at] = edge;
  }
  edges_ = std::move(edges);
}

std::uint32_t Pieces::AddChild(std::uint32_t node, Symbol symbol) {
  if (const std::uint32_t child = Child(node, symbol); child != 0) return child;
  if (2 * ++edge_count_ > edges_.size()) Grow();
  const std::uint64_t key = (std::uint64_t{node} << 21 | symbol) + 1;
  const std::size_t mask = edges_.size() - 1;
  std::size_t at = HashOf(key) & mask;
  while (edges_[at].key != 0) at = (at + 1) & mask;
  const auto child = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  edges_[at] = {key, child};
  return child;
}

void Pieces::Add(std::span<const Symbol> piece) {
  std::uint32_t node = 0;
  for (const Symbol symbol : piece) node = AddChild(node, symbol);
  if (!nodes_[node].is_piece) ++size_;
  nodes_[node].is_piece = true;
  longest_ = std::max(longest_, piece.size());
}

absl::Status Pieces::ReadTokens(std::string_view text, std::string_view file_name) {
  JsonOptions options;
  options.allow_duplicate_keys = true;
  const auto document = JsonDocument::ParseInPlace(text, file_name, options);
  if (!document.ok()) return document.status();
  const JsonValue root = document->root();
  const auto meta = root.is_object() ? root.Find("meta") : std::nullopt;
  const auto tokens = root.is_object() ? root.Find("tokens") : std::nullopt;
  if (!meta || !meta->is_object() || !tokens || !tokens->is_object()) {
    return root.Error("is no file of pieces: an object with the keys meta and tokens");
  }
  const auto family = meta->Find("family");
  if (!family || !family->is_string()) return meta->Error("names no family");
  family_ = std::string(family->text());
  const auto fold = meta->Find("fold_quotes");
  folds_quotes_ = fold && fold->boolean();
  if (const auto capitals = meta->Find("allcaps_min"); capitals && !capitals->is_null()) {
    const auto number = capitals->WholeNumber(kLongestPiece);
    if (!number.ok()) return number.status();
    if (*number == 0) return capitals->Error("must be null or at least 1");
    capitals_from_ = static_cast<std::size_t>(*number);
  }
  for (const std::string_view needed : {"markers", "bytes_fallback"}) {
    if (!tokens->Find(needed)) return tokens->Error("has no " + std::string(needed));
  }
  Grow();
  nodes_.emplace_back();
  for (auto group = tokens->first(); group; group = group->next()) {
    if (!group->is_object()) return group->Error("must be an object, its keys the pieces");
    for (auto token = group->first(); token; token = token->next()) {
      if (group->key() == "bytes_fallback") {
        const auto bytes = BytesOf(token->key());
        if (!bytes) return token->Error("is not the hexadecimal form of two or three bytes");
        byte_prefixes_.push_back(PrefixKey(*bytes));
        continue;
      }
      std::vector<Symbol> piece = SymbolsOf(token->key());
      if (piece.empty() || piece.size() > kLongestPiece) return token->Error("is no piece");
      if (const std::string_view why = WhyUnfit(piece); !why.empty()) {
        return token->Error("is a piece of a form that is not known: " + std::string(why));
      }
      Add(piece);
      if (group->key() != "contractions") continue;
      piece.push_back(kWordCloses);
      Add(piece);
    }
  }
  std::sort(byte_prefixes_.begin(), byte_prefixes_.end());
  return absl::OkStatus();
}

absl::StatusOr<Pieces> Pieces::Parse(std::string_view text, std::string_view file_name) {
  Pieces pieces;
  if (const absl::Status read = pieces.ReadTokens(text, file_name); !read.ok()) return read;
  std::size_t digits = 0;
  for (Symbol a = '0'; a <= '9'; ++a) {
    const std::uint32_t first = pieces.Child(0, a);
    digits += first != 0 && pieces.nodes_[first].is_piece;
    for (Symbol b = '0'; first != 0 && b <= '9'; ++b) {
      const std::uint32_t second = pieces.Child(first, b);
      digits += second != 0 && pieces.nodes_[second].is_piece;
      for (Symbol c = '0'; second != 0 && c <= '9'; ++c) {
        const std::uint32_t third = pieces.Child(second, c);
        digits += third != 0 && pieces.nodes_[third].is_piece;
      }
    }
  }
  if (digits != kDigitPieces) {
    return absl::InvalidArgumentError(
        std::string(file_name) + ": tokens: not all numbers of one to three digits are pieces");
  }
  pieces.MakeBlankCosts();
  return pieces;
}

void Pieces::MakeBlankCosts() {
  for (std::size_t blank = 0; blank < std::size(kBlanks); ++blank) {
    std::vector<std::size_t> lengths;
    std::uint32_t node = 0;
    for (std::size_t length = 1; length <= longest_; ++length) {
      node = Child(node, kBlanks[blank]);
      if (node == 0) break;
      if (nodes_[node].is_piece) lengths.push_back(length);
    }
    if (lengths.empty() || lengths.front() != 1) lengths.insert(lengths.begin(), 1);
    std::vector<std::uint16_t>& costs = blank_costs_[blank];
    costs.assign(1, 0);
    for (std::size_t count = 1; count <= 2 * lengths.back(); ++count) {
      std::uint16_t best = UINT16_MAX;
      for (const std::size_t length : lengths) {
        if (length > count) break;
        best = std::min<std::uint16_t>(best, static_cast<std::uint16_t>(costs[count - length] + 1));
      }
      costs.push_back(best);
    }
  }
}

std::uint64_t Pieces::BlankCost(char32_t c, std::uint64_t count) const {
  const std::size_t blank = c == ' ' ? 0 : c == '\t' ? 1 : c == '\n' ? 2 : 3;
  const std::vector<std::uint16_t>& costs = blank_costs_[blank];
  if (count < costs.size()) return costs[count];
  // The longest piece as often as leaves one to two of them.
  const std::uint64_t longest = (costs.size() - 1) / 2;
  const std::uint64_t times = count / longest - 1;
  return times + costs[count - times * longest];
}

// What a symbol costs that is no piece.
std::uint32_t Pieces::CostAlone(Symbol symbol) const {
  if (symbol >= kWordOpens) return 1;
  std::string bytes;
  AppendUtf8(symbol, bytes);
  const auto size = static_cast<std::uint32_t>(bytes.size());
  for (std::uint32_t length = std::min<std::uint32_t>(3, size); length >= 2; --length) {
    const std::uint32_t key = PrefixKey(std::string_view(bytes).substr(0, length));
    if (std::binary_search(byte_prefixes_.begin(), byte_prefixes_.end(), key)) {
      return size - (length - 1);
    }
  }
  return size;
}

std::uint32_t Pieces::Cost(std::span<const Symbol> symbols,
                           std::vector<std::uint32_t>& scratch) const {
  const std::size_t size = symbols.size();
  scratch.assign(size + 1, UINT32_MAX);
  scratch[0] = 0;
  for (std::size_t begin = 0; begin < size; ++begin) {
    const std::uint32_t here = scratch[begin] + 1;
    std::uint32_t node = 0;
    bool alone = false;
    for (std::size_t end = begin; end < size;) {
      node = Child(node, symbols[end++]);
      if (node == 0) break;
      if (!nodes_[node].is_piece) continue;
      alone = alone || end == begin + 1;
      scratch[end] = std::min(scratch[end], here);
    }
    if (alone) continue;
    const std::uint32_t bytes = scratch[begin] + CostAlone(symbols[begin]);
    scratch[begin + 1] = std::min(scratch[begin + 1], bytes);
  }
  return scratch[size];
}

}  // namespace toktally::claude
