#include "bpe/loader/character_bpe.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "bpe/engine/character_route.h"
#include "bpe/loader/json_fields.h"
#include "bpe/vocabulary/image.h"

namespace toktally {
namespace {

constexpr std::string_view kBlankSign = "\xE2\x96\x81";  // U+2581

// As files spell the token of one byte.
std::string ByteToken(unsigned byte) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  return Concat("<0x", kHexDigits[byte >> 4], kHexDigits[byte & 15], '>');
}

std::string WithBlanks(std::string_view token) {
  std::string text;
  for (std::size_t at = 0; at < token.size();) {
    const std::size_t sign = std::min(token.find(kBlankSign, at), token.size());
    text += token.substr(at, sign - at);
    at = sign;
    if (at == token.size()) break;
    text += ' ';
    at += kBlankSign.size();
  }
  return text;
}

class CharacterBpeReader {
 public:
  CharacterBpeReader(const JsonValue& root, TokenizerFile& file)
      : root_(root), model_(*root.Find("model")), file_(file) {}

  absl::Status Read() {
    if (IsTrue(model_, "ignore_merges")) {
      return Unsupported(model_, "ignore_merges", "with byte_fallback false is");
    }
    for (const auto step :
         {&CharacterBpeReader::ReadNormalizer, &CharacterBpeReader::ReadPreTokenizer,
          &CharacterBpeReader::ReadAddedTokens, &CharacterBpeReader::ReadVocabulary,
          &CharacterBpeReader::ReadMerges}) {
      if (absl::Status status = (this->*step)(); !status.ok()) return status;
    }
    file_.characters = std::make_shared<const CharacterBpe>(std::move(bpe_));
    return absl::OkStatus();
  }

 private:
  // Blanks are written U+2581, and nothing else is changed.
  absl::Status ReadNormalizer() {
    auto step = root_.Find("normalizer");
    if (!step || step->is_null()) {
      return root_.Error("has no normalizer: with byte_fallback, \"Replace\" of blanks is needed");
    }
    if (TypeOf(*step) == "Sequence") {
      const auto steps = step->Find("normalizers");
      if (!steps || !steps->is_array()) return step->Error("has no list normalizers");
      for (const JsonValue& each : steps->children()) {
        if (TypeOf(each) != "Replace") return UnsupportedNormalizer(each, TypeOf(each));
      }
      if (steps->size() != 1) return UnsupportedNormalizer(*steps, "Sequence");
      step = steps->first();
    }
    if (TypeOf(*step) != "Replace") return UnsupportedNormalizer(*step, TypeOf(*step));
    const auto pattern = step->Find("pattern");
    const auto from = pattern && pattern->is_object() ? pattern->Find("String") : std::nullopt;
    const auto to = step->Find("content");
    if (!from || from->text() != " " || !to || to->text() != kBlankSign) {
      return UnsupportedNormalizer(*step, "this Replace");
    }
    return absl::OkStatus();
  }

  static absl::Status UnsupportedNormalizer(const JsonValue& value, std::string_view what) {
    return Unsupported(value, what, "with byte_fallback, Replace of \" \" by \"\u2581\" is");
  }

  // A split at blanks finds none any more.
  absl::Status ReadPreTokenizer() {
    const auto step = root_.Find("pre_tokenizer");
    if (!step || step->is_null()) return absl::OkStatus();
    const std::string type = TypeOf(*step);
    const auto pattern = type == "Split" ? step->Find("pattern") : std::nullopt;
    const auto blank = pattern && pattern->is_object() ? pattern->Find("String") : std::nullopt;
    if (blank && blank->text() == " ") return absl::OkStatus();
    return Unsupported(*step, type, "with byte_fallback, null and Split by \" \" are");
  }

  absl::Status ReadAddedTokens() {
    const auto added = root_.Find("added_tokens");
    for (auto token = added->first(); token; token = token->next()) {
      const auto content = token->is_object() ? token->Find("content") : std::nullopt;
      const auto id = token->is_object() ? token->Find("id") : std::nullopt;
      if (!content || !content->is_string() || !id) return token->Error("has no content and id");
      if (content->text().empty()) return token->Error("has an empty content");
      for (const std::string_view flag : {"single_word", "lstrip", "rstrip"}) {
        if (IsTrue(*token, flag)) return Unsupported(*token, flag, "false is");
      }
      const bool blank = content->text().find(' ') != std::string_view::npos ||
                         content->text().find(kBlankSign) != std::string_view::npos;
      if (blank && IsTrue(*token, "normalized")) {
        return Unsupported(*token, "normalized", "false is for a token with a blank");
      }
      const auto number = id->WholeNumber(kMostIds);
      if (!number.ok()) return number.status();
      auto& list = IsTrue(*token, "special") ? file_.added_tokens : bpe_.cut_tokens;
      list.emplace_back(std::string(content->text()), static_cast<TokenId>(*number));
    }
    return absl::OkStatus();
  }

  absl::Status ReadVocabulary() {
    const auto vocab = model_.Find("vocab");
    if (!vocab || !vocab->is_object()) return model_.Error("has no object vocab");
    ids_.reserve(vocab->size());
    for (auto token = vocab->first(); token; token = token->next()) {
      // More ids than the compiled form of a vocabulary has.
      const auto id = token->WholeNumber(PairBucket::kIdLimit - 1);
      if (!id.ok()) return id.status();
      if (token->key().empty()) return token->Error("is the id of an empty token");
      ids_.emplace(token->key(), static_cast<TokenId>(*id));
    }
    std::unordered_set<std::string_view> no_text;
    for (const auto& [name, id] : file_.added_tokens) no_text.insert(name);
    std::vector<std::string> byte_names;
    for (unsigned byte = 0; byte < 256; ++byte) byte_names.push_back(ByteToken(byte));
    for (const std::string& name : byte_names) no_text.insert(name);
    for (auto token = vocab->first(); token; token = token->next()) {
      if (no_text.contains(token->key())) continue;
      const std::string text = WithBlanks(token->key());
      if (absl::Status status = Put(*token, ids_.at(token->key()), text); !status.ok()) {
        return status;
      }
    }
    for (const auto& [name, id] : bpe_.cut_tokens) {
      if (absl::Status status = Put(*vocab, id, WithBlanks(name)); !status.ok()) return status;
    }
    if (!ids_.contains(kBlankSign)) {
      return vocab->Error("has no \"\u2581\", which blanks are written as");
    }
    return ReadByteTokens(*vocab, byte_names);
  }

  absl::Status Put(const JsonValue& at, TokenId id, std::string_view text) {
    if (id >= PairBucket::kIdLimit) {
      return at.Error(Concat("the id ", std::to_string(id), " of \"", text, "\" is above ",
                             std::to_string(PairBucket::kIdLimit - 1), ", the most supported"));
    }
    if (bpe_.tokens.size() <= id) bpe_.tokens.resize(id + 1);
    if (!bpe_.tokens[id].empty() && bpe_.tokens[id] != text) {
      return at.Error(Concat("the id ", std::to_string(id), " is that of \"", bpe_.tokens[id],
                             "\" and of \"", text, '"'));
    }
    bpe_.tokens[id] = std::string(text);
    return absl::OkStatus();
  }

  // A byte that is a character of its own, and a token as that, needs its byte's token for nothing.
  absl::Status ReadByteTokens(const JsonValue& vocab, const std::vector<std::string>& names) {
    std::unordered_set<std::string_view> characters;
    for (const std::string& token : bpe_.tokens) {
      if (token.size() == 1) characters.insert(token);
    }
    std::vector<std::pair<TokenId, std::string>> missing;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto id = ids_.find(names[byte]);
      if (id == ids_.end()) {
        return vocab.Error(Concat("has no ", names[byte], ", which byte_fallback needs"));
      }
      bpe_.byte_ids[byte] = id->second;
      const std::string text(1, static_cast<char>(byte));
      if (!characters.contains(text)) missing.emplace_back(id->second, text);
    }
    for (const auto& [id, text] : missing) {
      if (absl::Status status = Put(vocab, id, text); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status ReadMerges() {
    const auto merges = model_.Find("merges");
    if (!merges || !merges->is_array()) return model_.Error("has no list merges");
    const std::unordered_set<TokenId> byte_tokens(bpe_.byte_ids.begin(), bpe_.byte_ids.end());
    bpe_.merges.reserve(merges->size());
    for (auto merge = merges->first(); merge; merge = merge->next()) {
      const auto pair = MergePair(*merge);
      if (!pair.ok()) return pair.status();
      const auto left = ids_.find(pair->first);
      const auto right = ids_.find(pair->second);
      const auto made = ids_.find(pair->first + pair->second);
      if (left == ids_.end() || right == ids_.end() || made == ids_.end()) {
        return merge->Error("is of tokens that vocab does not have, or makes one");
      }
      if (byte_tokens.contains(left->second) || byte_tokens.contains(right->second)) {
        return merge->Error("merges the token of a byte, which is not supported");
      }
      bpe_.merges.push_back({left->second, right->second, made->second});
    }
    return absl::OkStatus();
  }

  const JsonValue root_;
  const JsonValue model_;
  TokenizerFile& file_;
  CharacterBpe bpe_;
  std::unordered_map<std::string_view, TokenId> ids_;
};

}  // namespace

absl::Status ReadCharacterBpe(const JsonValue& root, TokenizerFile& file) {
  return CharacterBpeReader(root, file).Read();
}

}  // namespace toktally
