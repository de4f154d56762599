#include "bpe/encodings.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpe/encoding_state.h"
#include "bpe/special_tokens.h"
#include "bpe/split/patterns.h"
#include "bpe/vocabulary/embedded.h"
#include "bpe/vocabulary/vocabulary.h"

namespace toktally {
namespace {

using SpecialList = std::vector<SpecialToken>;

SpecialList EndOfTextOnly() { return {{"<|endoftext|>", 50256}}; }

SpecialList P50kEditSpecials() {
  return {{"<|endoftext|>", 50256},
          {"<|fim_prefix|>", 50281},
          {"<|fim_middle|>", 50282},
          {"<|fim_suffix|>", 50283}};
}

SpecialList Cl100kSpecials() {
  return {{"<|endoftext|>", 100257},
          {"<|fim_prefix|>", 100258},
          {"<|fim_middle|>", 100259},
          {"<|fim_suffix|>", 100260},
          {"<|endofprompt|>", 100276}};
}

SpecialList O200kSpecials() { return {{"<|endoftext|>", 199999}, {"<|endofprompt|>", 200018}}; }

// The harmony format's tokens; every other id from 200000 to 201087 is reserved under a name of its
// own. Two names have the id 200018; the one that is not a reserve comes first and is what the id
// decodes to (tiktoken leaves it to the order of a hash table, openai/tiktoken#457).
SpecialList HarmonySpecials(std::vector<std::string>& names) {
  SpecialList specials = {{"<|startoftext|>", 199998}, {"<|endoftext|>", 199999},
                          {"<|return|>", 200002},      {"<|constrain|>", 200003},
                          {"<|channel|>", 200005},     {"<|start|>", 200006},
                          {"<|end|>", 200007},         {"<|message|>", 200008},
                          {"<|call|>", 200012},        {"<|endofprompt|>", 200018}};
  constexpr TokenId kFirstReserved = 200000;
  constexpr TokenId kReservedLimit = 201088;
  names.reserve(kReservedLimit - kFirstReserved);  // the views below must stay good
  const std::size_t named = specials.size() - 1;   // all but the double name
  for (TokenId id = kFirstReserved; id < kReservedLimit; ++id) {
    bool taken = false;
    for (std::size_t i = 0; i < named; ++i) taken |= specials[i].id == id;
    if (taken) continue;
    names.push_back("<|reserved_" + std::to_string(id) + "|>");
    specials.push_back({names.back(), id});
  }
  return specials;
}

// One encoding: what tiktoken_ext/openai_public.py says of it.
struct Record {
  std::string_view name;
  const SplitPattern* split;
  const EmbeddedVocabulary* vocabulary;
  SpecialList (*specials)();
};

constexpr std::array kNames = {std::string_view("cl100k_base"),   std::string_view("o200k_base"),
                               std::string_view("o200k_harmony"), std::string_view("p50k_base"),
                               std::string_view("p50k_edit"),     std::string_view("r50k_base"),
                               std::string_view("gpt2")};

constexpr std::array<Record, kNames.size()> kRecords = {{
    {kNames[0], &kCl100kPattern, &kEmbeddedCl100k, &Cl100kSpecials},
    {kNames[1], &kO200kPattern, &kEmbeddedO200k, &O200kSpecials},
    {kNames[2], &kO200kPattern, &kEmbeddedO200k, nullptr},  // HarmonySpecials
    {kNames[3], &kR50kPattern, &kEmbeddedP50k, &EndOfTextOnly},
    {kNames[4], &kR50kPattern, &kEmbeddedP50k, &P50kEditSpecials},
    {kNames[5], &kR50kPattern, &kEmbeddedR50k, &EndOfTextOnly},
    {kNames[6], &kR50kPattern, &kEmbeddedR50k, &EndOfTextOnly},
}};

const Encoding* MakeEncoding(const Record& record) {
  std::vector<std::string> names;
  SpecialList specials = record.specials != nullptr ? record.specials() : HarmonySpecials(names);
  return EncodingBuilder::Build(std::make_unique<EncodingBuilder::State>(
                                    EncodingBuilder::State{std::string(record.name),
                                                           std::string(record.split->pattern),
                                                           record.vocabulary->sha256,
                                                           Vocabulary(record.vocabulary->image),
                                                           SpecialTokens(std::move(specials)),
                                                           MakeRoute(*record.split),
                                                           0,
                                                           std::move(names),
                                                           {}}))
      .release();  // lives as long as the program
}

template <std::size_t kIndex>
const Encoding* EncodingAt() {
  static const Encoding* const encoding = MakeEncoding(kRecords[kIndex]);
  return encoding;
}

template <std::size_t... kIndex>
const Encoding* EncodingAt(std::size_t index, std::index_sequence<kIndex...>) {
  const Encoding* encoding = nullptr;
  ((index == kIndex ? void(encoding = EncodingAt<kIndex>()) : void()), ...);
  return encoding;
}

}  // namespace

std::span<const std::string_view> EncodingNames() { return kNames; }

const Encoding* FindEncoding(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return EncodingAt(i, std::make_index_sequence<kNames.size()>());
  }
  return nullptr;
}

}  // namespace toktally
