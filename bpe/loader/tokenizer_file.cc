#include "bpe/loader/tokenizer_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "bpe/custom_encoding.h"
#include "bpe/engine/character_route.h"
#include "bpe/loader/character_bpe.h"
#include "bpe/loader/json_fields.h"

namespace toktally {
namespace {

// GPT-2's, which ByteLevel splits by where `use_regex` says so.
constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

std::string Base64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

// --- Hugging Face ---

// The byte that each of ByteLevel's 256 characters stands for: the printable ones of Latin-1 are
// themselves, the others are U+0100 and on, in order.
std::array<int, 0x144> BytesOfCharacters() {
  std::array<int, 0x144> bytes{};
  bytes.fill(-1);
  int next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    const bool itself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
    bytes[static_cast<std::size_t>(itself ? byte : next++)] = byte;
  }
  return bytes;
}

// The bytes of a token that is spelled in those characters; nullopt if it has others.
std::optional<std::string> BytesOf(std::string_view token) {
  static const std::array<int, 0x144> kBytes = BytesOfCharacters();
  std::string bytes;
  for (std::size_t i = 0; i < token.size();) {
    const DecodedCodePoint decoded = DecodeCodePoint(token.data() + i);
    if (decoded.value >= kBytes.size() || kBytes[decoded.value] < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(kBytes[decoded.value]));
    i += decoded.length;
  }
  return bytes;
}

class HuggingFaceReader {
 public:
  HuggingFaceReader(const JsonValue& root, TokenizerFile& file) : root_(root), file_(file) {}

  absl::Status Read() {
    file_.form = "tokenizer.json";
    if (absl::Status status = ReadModel(); !status.ok()) return status;
    absl::Status status =
        IsTrue(*model_, "byte_fallback") ? ReadCharacterBpe(root_, file_) : ReadByteLevel();
    if (!status.ok()) return status;
    const auto truncation = root_.Find("truncation");
    if (truncation && !truncation->is_null()) {
      file_.remarks.push_back("the file asks for truncation, which counting does not do");
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadModel() {
    model_ = root_.Find("model");
    const std::string type = TypeOf(*model_);
    // Files of old leave the type out where there are merges.
    if (type != "BPE" && !(type.empty() && model_->Find("merges"))) {
      return Unsupported(*model_, type.empty() ? "no type" : type, "BPE is");
    }
    for (const std::string_view key :
         {"dropout", "continuing_subword_prefix", "end_of_word_suffix"}) {
      const auto value = model_->Find(key);
      if (value && !value->is_null() && !(value->is_string() && value->text().empty())) {
        return Unsupported(*value, key, "null is");
      }
    }
    ignore_merges_ = IsTrue(*model_, "ignore_merges");
    return absl::OkStatus();
  }

  absl::Status ReadByteLevel() {
    for (const auto step :
         {&HuggingFaceReader::ReadNormalizer, &HuggingFaceReader::ReadPreTokenizer,
          &HuggingFaceReader::ReadVocabulary, &HuggingFaceReader::ReadAddedTokens}) {
      if (absl::Status status = (this->*step)(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status ReadNormalizer() {
    const auto normalizer = root_.Find("normalizer");
    if (!normalizer || normalizer->is_null()) return absl::OkStatus();
    if (TypeOf(*normalizer) != "Sequence") return ReadNormalizerStep(*normalizer);
    const auto steps = normalizer->Find("normalizers");
    if (!steps || !steps->is_array()) return normalizer->Error("has no list normalizers");
    for (auto step = steps->first(); step; step = step->next()) {
      if (absl::Status status = ReadNormalizerStep(*step); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status ReadNormalizerStep(const JsonValue& step) {
    if (TypeOf(step) != "NFC") return Unsupported(step, TypeOf(step), "null and NFC are");
    file_.nfc = true;
    return absl::OkStatus();
  }

  absl::Status ReadPreTokenizer() {
    const auto pre_tokenizer = root_.Find("pre_tokenizer");
    if (!pre_tokenizer || pre_tokenizer->is_null()) {
      return root_.Error("has no pre_tokenizer: only byte-level BPE with a split is supported");
    }
    std::vector<JsonValue> steps{*pre_tokenizer};
    if (TypeOf(*pre_tokenizer) == "Sequence") {
      const auto list = pre_tokenizer->Find("pretokenizers");
      if (!list || !list->is_array()) return pre_tokenizer->Error("has no list pretokenizers");
      steps = list->children();
    }
    bool byte_level = false;
    for (const JsonValue& step : steps) {
      if (byte_level) return Unsupported(step, TypeOf(step), "nothing behind ByteLevel is");
      const std::string type = TypeOf(step);
      absl::Status status;
      if (type == "Split") {
        status = ReadSplit(step);
      } else if (type == "Digits") {
        // Every number by itself, or runs of them.
        AddPattern(IsTrue(step, "individual_digits") ? R"(\p{N})" : R"(\p{N}+)");
      } else if (type == "ByteLevel") {
        byte_level = true;
        status = ReadByteLevelStep(step);
      } else {
        status = Unsupported(step, type, "Split, Digits and ByteLevel are");
      }
      if (!status.ok()) return status;
    }
    if (!byte_level) return pre_tokenizer->Error("does not end in ByteLevel, which is needed");
    if (file_.split_pattern.empty()) return pre_tokenizer->Error("splits by nothing");
    return absl::OkStatus();
  }

  absl::Status ReadSplit(const JsonValue& step) {
    const auto behavior = step.Find("behavior");
    if (!behavior || behavior->text() != "Isolated") {
      return Unsupported(step, behavior ? behavior->text() : "no behavior", "Isolated is");
    }
    if (IsTrue(step, "invert")) return Unsupported(step, "invert", "false is");
    const auto pattern = step.Find("pattern");
    const auto regex = pattern && pattern->is_object() ? pattern->Find("Regex") : std::nullopt;
    if (!regex || !regex->is_string()) {
      return Unsupported(step, "a split by a string", "a pattern {\"Regex\": …} is");
    }
    AddPattern(regex->text());
    return absl::OkStatus();
  }

  // The last one splits what those before it leave.
  void AddPattern(std::string_view pattern) {
    if (!file_.split_pattern.empty()) {
      file_.outer_patterns.push_back(std::move(file_.split_pattern));
    }
    file_.split_pattern = std::string(pattern);
  }

  absl::Status ReadByteLevelStep(const JsonValue& step) {
    if (IsTrue(step, "add_prefix_space")) {
      return Unsupported(step, "add_prefix_space", "false is");
    }
    const auto use_regex = step.Find("use_regex");
    if (use_regex && !use_regex->boolean()) return absl::OkStatus();
    AddPattern(kGpt2Pattern);
    return absl::OkStatus();
  }

  // The ids, which are the ranks too if the merges make their tokens in the order of the ids.
  absl::Status ReadVocabulary() {
    const auto vocab = model_->Find("vocab");
    const auto merges = model_->Find("merges");
    if (!vocab || !vocab->is_object()) return model_->Error("has no object vocab");
    if (!merges || !merges->is_array()) return model_->Error("has no list merges");
    std::unordered_map<std::string_view, TokenId> ids;
    ids.reserve(vocab->size());
    for (auto token = vocab->first(); token; token = token->next()) {
      const auto id = token->WholeNumber(kMostIds);
      if (!id.ok()) return id.status();
      ids.emplace(token->key(), static_cast<TokenId>(*id));
    }
    std::vector<std::pair<TokenId, std::string_view>> reached;
    if (absl::Status status = ReadMerges(*merges, ids, reached); !status.ok()) return status;
    for (const auto& [token, id] : ids) {
      const auto bytes = BytesOf(token);
      const bool single = bytes && bytes->size() == 1;
      // What no merge makes comes of a text only where it is taken whole.
      if (single || (ignore_merges_ && bytes)) reached.emplace_back(id, token);
    }
    std::sort(reached.begin(), reached.end());
    reached.erase(std::unique(reached.begin(), reached.end()), reached.end());
    for (const auto& [id, token] : reached) {
      const auto bytes = BytesOf(token);
      if (!bytes)
        return vocab->Error(
            Concat('"', token, "\" is spelled in characters that stand for no byte"));
      file_.vocabulary += Base64(*bytes) + ' ' + std::to_string(id) + '\n';
    }
    return absl::OkStatus();
  }

  absl::Status ReadMerges(const JsonValue& merges,
                          const std::unordered_map<std::string_view, TokenId>& ids,
                          std::vector<std::pair<TokenId, std::string_view>>& reached) {
    std::optional<TokenId> before;
    std::unordered_set<TokenId> made;
    for (auto merge = merges.first(); merge; merge = merge->next()) {
      const auto pair = MergePair(*merge);
      if (!pair.ok()) return pair.status();
      const auto token = ids.find(pair->first + pair->second);
      if (token == ids.end()) return merge->Error("makes a token that vocab does not have");
      if (before && token->second <= *before) {
        // A second way to a token that an earlier merge makes says nothing of its rank.
        if (made.contains(token->second)) continue;
        return merge->Error(
            "makes a token with a lower id than the one before: ranks that are not the order of "
            "the ids are not supported");
      }
      before = token->second;
      made.insert(token->second);
      reached.emplace_back(token->second, token->first);
    }
    return absl::OkStatus();
  }

  absl::Status ReadAddedTokens() {
    const auto added = root_.Find("added_tokens");
    for (auto token = added->first(); token; token = token->next()) {
      const auto content = token->is_object() ? token->Find("content") : std::nullopt;
      const auto id = token->is_object() ? token->Find("id") : std::nullopt;
      if (!content || !content->is_string() || !id) return token->Error("has no content and id");
      for (const std::string_view flag : {"single_word", "lstrip", "rstrip"}) {
        if (IsTrue(*token, flag)) return Unsupported(*token, flag, "false is");
      }
      const auto number = id->WholeNumber(kMostIds);
      if (!number.ok()) return number.status();
      file_.added_tokens.emplace_back(std::string(content->text()), static_cast<TokenId>(*number));
    }
    return absl::OkStatus();
  }

  const JsonValue root_;
  TokenizerFile& file_;
  std::optional<JsonValue> model_;
  bool ignore_merges_ = false;
};

// --- Mistral ---

absl::Status ReadTekken(const JsonValue& root, TokenizerFile& file) {
  file.form = "tekken.json";
  const JsonValue config = *root.Find("config");
  const auto pattern = config.Find("pattern");
  if (!pattern || !pattern->is_string()) return config.Error("has no pattern");
  file.split_pattern = std::string(pattern->text());
  std::int64_t counts[2] = {};
  for (const auto& [i, key] :
       {std::pair(0, "default_vocab_size"), std::pair(1, "default_num_special_tokens")}) {
    const auto value = config.Find(key);
    if (!value) return config.Error("has no " + std::string(key));
    const auto number = value->WholeNumber(kMostIds);
    if (!number.ok()) return number.status();
    counts[i] = *number;
  }
  if (counts[0] < counts[1]) return config.Error("has more special tokens than tokens");
  // Only so many of the list are used; the special tokens stand before them.
  std::int64_t left = counts[0] - counts[1];
  for (auto token = root.Find("vocab")->first(); token && left > 0; token = token->next(), --left) {
    const auto rank = token->is_object() ? token->Find("rank") : std::nullopt;
    const auto bytes = token->is_object() ? token->Find("token_bytes") : std::nullopt;
    if (!rank || !bytes || !bytes->is_string()) return token->Error("has no rank and token_bytes");
    const auto number = rank->WholeNumber(kMostIds);
    if (!number.ok()) return number.status();
    file.vocabulary +=
        std::string(bytes->text()) + ' ' + std::to_string(*number + counts[1]) + '\n';
  }
  // A text never yields them.
  file.remarks.push_back("control tokens such as [INST] are text: the file's rule");
  return absl::OkStatus();
}

// What a file is that is not JSON, as far as its beginning tells.
std::string_view WhyNoJson(std::string_view text) {
  if (text.starts_with("version https://git-lfs")) {
    return "is the pointer of Git LFS to the file, not the file; git lfs pull fetches it";
  }
  if (text.starts_with("\x1F\x8B")) return "is compressed with gzip; gunzip it first";
  if (text.starts_with("\n")) return "looks like a SentencePiece model, which is not supported";
  return "is no tokenizer.json and no tekken.json";
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Encoding>> TokenizerFile::MakeEncoding(
    std::string_view name) const {
  if (characters != nullptr) {
    return toktally::MakeEncoding(std::string(name), "", characters->tokens, added_tokens,
                                  MakeRoute(*characters));
  }
  EncodingSpec spec;
  spec.name = std::string(name);
  spec.split_pattern = split_pattern;
  spec.outer_patterns = outer_patterns;
  spec.vocabulary_text = vocabulary;
  spec.special_tokens = added_tokens;
  return Encoding::Create(spec);
}

absl::StatusOr<TokenizerFile> ReadTokenizerFile(std::string_view text, std::string_view file_name) {
  if (!text.starts_with('{')) {
    return absl::InvalidArgumentError(std::string(file_name) + ": " + std::string(WhyNoJson(text)));
  }
  JsonOptions options;
  options.allow_duplicate_keys = true;
  const auto document = JsonDocument::ParseInPlace(text, file_name, options);
  if (!document.ok()) return document.status();
  const JsonValue root = document->root();
  TokenizerFile file;
  const auto model = root.Find("model");
  const auto added = root.Find("added_tokens");
  const auto config = root.Find("config");
  const auto vocab = root.Find("vocab");
  absl::Status status;
  if (model && model->is_object() && added && added->is_array()) {
    status = HuggingFaceReader(root, file).Read();
  } else if (config && config->is_object() && vocab && vocab->is_array()) {
    status = ReadTekken(root, file);
  } else {
    status = root.Error(
        "is no tokenizer file of a known form: tokenizer.json has model and added_tokens, "
        "tekken.json config and vocab");
  }
  if (!status.ok()) return status;
  return file;
}

}  // namespace toktally
