// From numbers under many names to tokens by how they are billed.

#include <algorithm>

#include "usage/counts.h"
#include "usage/fees.h"

namespace toktally::usage {
namespace {

// Which numbers stand beside the sum that they belong to.
struct Convention {
  bool cached = false;
  bool written = false;
  bool tools = false;
  bool reasoning = false;

  int Differences(const Convention& other) const {
    return (cached != other.cached) + (written != other.written) + (tools != other.tools) +
           (reasoning != other.reasoning);
  }
};

struct Numbers {
  std::int64_t input;
  std::int64_t output;
  std::int64_t cached;
  std::int64_t written;
  std::int64_t tools;
  std::int64_t reasoning;

  std::int64_t Input(const Convention& beside) const {
    return input + (beside.cached ? cached : 0) + (beside.written ? written : 0) +
           (beside.tools ? tools : 0);
  }
  std::int64_t Output(const Convention& beside) const {
    return output + (beside.reasoning ? reasoning : 0);
  }
  std::int64_t Total(const Convention& beside) const { return Input(beside) + Output(beside); }
  // No part is more than its sum.
  bool Fits(const Convention& beside) const {
    const std::int64_t inside = (beside.cached ? 0 : cached) + (beside.written ? 0 : written);
    return inside <= input && (beside.reasoning || reasoning <= output);
  }
};

Numbers NumbersOf(const Counts& counts) {
  Numbers numbers{};
  numbers.input = counts[Role::kInput];
  numbers.output = counts[Role::kOutput];
  numbers.cached =
      std::max(counts[Role::kCached], counts[Role::kCachedAudio] + counts[Role::kCachedImage]);
  numbers.written =
      std::max(counts[Role::kWritten], counts[Role::kWrittenShort] + counts[Role::kWrittenLong]);
  numbers.tools = counts[Role::kToolPrompt];
  numbers.reasoning = counts[Role::kReasoning];
  return numbers;
}

// The convention of the dialect, changed where it cannot be.
Convention Usual(const Counts& counts, Dialect dialect, const Numbers& numbers, Record& record) {
  Convention beside;
  beside.cached = beside.written = counts.cached_beside && dialect == Dialect::kByShape;
  beside.tools = beside.reasoning = counts.thoughts_beside;
  if (!beside.cached && numbers.cached + numbers.written > numbers.input) {
    beside.cached = beside.written = true;
    record.doubts.emplace_back("more cached tokens than input tokens: they are beside them");
  }
  if (!beside.reasoning && numbers.reasoning > numbers.output) {
    beside.reasoning = true;
    record.doubts.emplace_back("more reasoning than output tokens: it is beside them");
  }
  return beside;
}

// The convention that makes the total: the one nearest to the usual one, if there is any.
std::optional<Convention> OfTotal(const Numbers& numbers, const Convention& usual,
                                  std::int64_t total) {
  std::optional<Convention> best;
  for (unsigned bits = 0; bits < 16; ++bits) {
    const Convention beside{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    if (numbers.Total(beside) != total || !numbers.Fits(beside)) continue;
    if (!best || beside.Differences(usual) < best->Differences(usual)) best = beside;
  }
  return best;
}

bool IsGemini(std::string_view model) { return model.find("gemini") != std::string_view::npos; }

// No convention makes the total, and it is more than the parts.
void TakeRest(std::int64_t rest, Numbers& numbers, const Convention& beside, Record& record) {
  // Gemini's endpoint for OpenAI's clients leaves the thoughts out of completion_tokens.
  if (IsGemini(record.model)) {
    numbers.output += rest;
    numbers.reasoning += beside.reasoning ? 0 : rest;
    record.doubts.emplace_back(
        "total_tokens is more than its parts: the rest are thoughts, billed as output");
    return;
  }
  record.not_billed.push_back({"total_tokens", rest, "the total is more than its parts"});
  record.incomplete = "total_tokens is more than its parts: what the rest is, is not said";
}

void CheckTotal(std::int64_t total, Numbers& numbers, Convention& beside, Record& record) {
  const std::int64_t sum = numbers.Total(beside);
  if (total == 0 || total == sum) return;
  if (const auto other = OfTotal(numbers, beside, total)) {
    if (other->reasoning != beside.reasoning) {
      record.doubts.emplace_back(other->reasoning
                                     ? "the total shows that reasoning is beside the output"
                                     : "the total shows that reasoning is inside of the output");
    }
    if (other->cached != beside.cached || other->written != beside.written) {
      record.doubts.emplace_back(
          other->cached || other->written
              ? "the total shows that cached tokens are beside the input"
              : "the total shows that cached tokens are inside of the input");
    }
    beside = *other;
  } else if (total > sum) {
    TakeRest(total - sum, numbers, beside, record);
  } else {
    record.doubts.emplace_back("the total is less than its parts; the parts count");
  }
}

// Which of the cached tokens are audio or images is not always said: as few as can be.
void SplitCached(std::int64_t& uncached, pricing::Usage& tokens, Record& record) {
  if (uncached >= 0) return;
  for (auto [from, to] : {std::pair{&tokens.audio_input, &tokens.audio_cached_input},
                          std::pair{&tokens.image_input, &tokens.image_cached_input}}) {
    const std::int64_t moved = std::min({-uncached, *from, tokens.cached_input});
    if (moved <= 0) continue;
    *from -= moved;
    *to += moved;
    tokens.cached_input -= moved;
    uncached += moved;
    record.doubts.emplace_back("how many of the cached tokens are text is not said");
  }
}

absl::Status FillInput(const Counts& counts, const Numbers& numbers, std::int64_t prompt,
                       Record& record) {
  pricing::Usage& tokens = record.tokens;
  tokens.audio_cached_input = std::min(counts[Role::kCachedAudio], numbers.cached);
  tokens.image_cached_input =
      std::min(counts[Role::kCachedImage], numbers.cached - tokens.audio_cached_input);
  tokens.cached_input = numbers.cached - tokens.audio_cached_input - tokens.image_cached_input;
  tokens.cache_write_long = std::min(counts[Role::kWrittenLong], numbers.written);
  // A split may cover less than the total; the rest was written for the usual time.
  tokens.cache_write_short = numbers.written - tokens.cache_write_long;
  tokens.audio_input =
      std::max<std::int64_t>(counts[Role::kInputAudio] - tokens.audio_cached_input, 0);
  tokens.image_input =
      std::max<std::int64_t>(counts[Role::kInputImage] - tokens.image_cached_input, 0);
  std::int64_t uncached =
      prompt - numbers.cached - numbers.written - tokens.audio_input - tokens.image_input;
  SplitCached(uncached, tokens, record);
  if (uncached < 0) {
    return absl::InvalidArgumentError(
        "more cached, written, audio and image tokens than prompt tokens");
  }
  tokens.uncached_input = uncached;
  return absl::OkStatus();
}

absl::Status FillOutput(const Counts& counts, const Numbers& numbers, std::int64_t output,
                        Dialect dialect, Record& record) {
  pricing::Usage& tokens = record.tokens;
  tokens.audio_output = counts[Role::kOutputAudio];
  tokens.image_output = counts[Role::kOutputImage];
  if (dialect == Dialect::kImageOutput && tokens.image_output == 0) tokens.image_output = output;
  tokens.output = output - tokens.audio_output - tokens.image_output;
  if (tokens.output < 0) {
    return absl::InvalidArgumentError("more audio and image tokens than completion tokens");
  }
  tokens.reasoning_output = std::min(numbers.reasoning, tokens.output);
  return absl::OkStatus();
}

void FillOthers(const Counts& counts, Record& record) {
  record.tokens.audio_seconds = counts[Role::kSeconds];
  AddFee(Fee::kWebSearch, counts[Role::kWebSearch], "web_search_requests", record);
  AddFee(Fee::kCodeSession, counts[Role::kCodeSession], "code_execution_requests", record);
  AddFee(Fee::kRerank, counts[Role::kRerankSearch], "search_units", record);
}

}  // namespace

bool Counts::any() const {
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (static_cast<Role>(i) != Role::kInformative && counts_[i]) return true;
  }
  return false;
}

absl::Status Settle(const Counts& given, Dialect dialect, Record& record) {
  Counts counts = given;
  if (!counts.Has(Role::kInput) && counts.Has(Role::kUncached)) {
    counts.Set(Role::kInput, counts[Role::kUncached]);
    counts.cached_beside = true;
  }
  const bool only_total = !counts.Has(Role::kInput) && !counts.Has(Role::kOutput);
  if (only_total && dialect == Dialect::kTotalOnly) counts.Set(Role::kInput, counts[Role::kTotal]);
  Numbers numbers = NumbersOf(counts);
  Convention beside = Usual(counts, dialect, numbers, record);
  CheckTotal(counts[Role::kTotal], numbers, beside, record);
  if (absl::Status status = FillInput(counts, numbers, numbers.Input(beside), record);
      !status.ok()) {
    return status;
  }
  const std::int64_t output = numbers.Output(beside);
  if (absl::Status status = FillOutput(counts, numbers, output, dialect, record); !status.ok()) {
    return status;
  }
  FillOthers(counts, record);
  return absl::OkStatus();
}

}  // namespace toktally::usage
