#include "chat/vendor_prompt.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_text.h"
#include "base/json_lines.h"
#include "bpe/claude/counter.h"
#include "bpe/encodings.h"
#include "chat/json_text.h"

namespace toktally::chat {
namespace {

constexpr JsonStyle kSpaced{.spaces = true, .ascii_only = false};

// Gemma's tokens from those of o200k_base and the digits, which it counts one by one: 206
// conversations, 90 % of them within 12 %.
constexpr double kGemmaPerToken = 1.06;
constexpr double kGemmaPerDigit = 0.3;
constexpr int kGeminiTextCalls = 206;

// How far from the bill texts are that were counted with pieces: 90 % of the recorded calls. Up to
// 4.6: 91 % of 581 calls of texts alone within 3 (433 exact), 91 % of 440 with tools within 1 and
// half a percent (283 exact), 91 % of 642 with calls of tools within 1 and one percent (219 exact).
// Later versions: 37 of 41 texts; tools and their calls were seen 17 times.
Label LabelOfCounted(PartKind kind, claude::Family family, std::int64_t tokens) {
  const auto within = [](std::int64_t spread, std::int64_t calls) {
    return Label{Certainty::kEstimate, spread, spread, calls};
  };
  const bool text = kind != PartKind::kTools && kind != PartKind::kHistory;
  if (family != claude::Family::kV3) {
    return text ? within(5 + tokens / 50, 41) : within(5 + tokens / 10, 17);
  }
  if (text) return within(3, 581);
  return kind == PartKind::kTools ? within(1 + tokens / 200, 440) : within(1 + tokens / 100, 642);
}

bool IsSystem(const Message& message) {
  return message.kind == Message::Kind::kMessage && message.is_system();
}

}  // namespace

std::optional<VendorModel> FindVendorModel(std::string_view name) {
  VendorModel model;
  model.claude = ParseClaudeVersion(name);
  model.gemini = FindGeminiRules(name);
  if (!model.claude && model.gemini == nullptr) return std::nullopt;
  return model;
}

void TextEstimator::Add(std::string_view text) {
  if (counter_ != nullptr) {
    tokens_ += counter_->Count(text);
    return;
  }
  reader_.Append(text);
  tokens_ += workspaces_.Count(o200k_, text);
}

std::pair<std::int64_t, Label> TextEstimator::Estimate() const {
  if (tokens_ == 0) return {0, {Certainty::kExact}};
  if (counter_ != nullptr) {
    return {static_cast<std::int64_t>(tokens_), {Certainty::kReconstructed}};
  }
  claude::TextFeatures features = reader_.features();
  features.o200k = tokens_;
  if (model_.claude) {
    const claude::Estimate estimate =
        claude::EstimateTokens(ClaudeFamilyOf(*model_.claude), features);
    const auto tokens = static_cast<std::int64_t>(estimate.tokens);
    return {tokens,
            {Certainty::kEstimate, static_cast<std::int64_t>(estimate.high) - tokens,
             tokens - static_cast<std::int64_t>(estimate.low), claude::kCalibrationTexts}};
  }
  const double exact = kGemmaPerToken * static_cast<double>(tokens_) +
                       kGemmaPerDigit * static_cast<double>(features.digits);
  const std::int64_t tokens = std::llround(exact);
  const std::int64_t spread = tokens * model_.gemini->text_percent / 100 + 3;
  return {tokens, {Certainty::kEstimate, spread, spread, kGeminiTextCalls}};
}

VendorPrompt::VendorPrompt(const Request& request, const VendorModel& model, Workspaces& workspaces,
                           claude::Counter* counter, std::vector<MessageUnit>* units)
    : request_(request),
      model_(model),
      workspaces_(workspaces),
      o200k_(*FindEncoding("o200k_base")),
      counter_(counter),
      units_(units) {
  estimates_.fill({Certainty::kExact});
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const Message& message = request.messages[i];
    const bool asks = message.role == Role::kUser && message.results.empty();
    if (asks) last_question_ = i;
    has_system_ = has_system_ || IsSystem(message);
  }
  has_system_ = has_system_ || !request.instructions.empty();
}

double VendorPrompt::O200k(std::string_view text) const {
  return static_cast<double>(workspaces_.Count(o200k_, text));
}

void VendorPrompt::Widen(PartKind kind, std::int64_t spread, std::int64_t calls) {
  Label& label = estimates_[static_cast<std::size_t>(kind)];
  label = Worse(label, {Certainty::kEstimate, spread, spread, calls});
}

void VendorPrompt::AddText(PartKind kind, std::string_view text) {
  if (text.empty()) return;
  auto& estimator = texts_[static_cast<std::size_t>(kind)];
  if (!estimator) estimator.emplace(model_, o200k_, workspaces_, counter_);
  estimator->Add(text);
  if (units_ == nullptr) return;
  if (!unit_) unit_.emplace(model_, o200k_, workspaces_, counter_);
  unit_->Add(text);
}

Prediction VendorPrompt::Run(std::vector<Remark>& remarks) {
  remarks_ = &remarks;
  for (const ServerTool& tool : request_.server_tools) {
    Say(Certainty::kUnknown, PartKind::kTools,
        absl::StrCat("the tool ", ToAbsl(tool.type), " (", tool.value.Path(), ")"));
  }
  AddText(PartKind::kText, request_.instructions);
  if (model_.claude) {
    ClaudeFrame();
    ClaudeTools();
  } else {
    GeminiFrame();
    GeminiTools();
  }
  if (request_.format.kind != ResponseFormat::Kind::kText) {
    Say(Certainty::kAssumed, PartKind::kSchema, "the form of the reply, counted as nothing");
  }
  for (std::size_t i = 0; i < request_.messages.size(); ++i) Turn(i);
  return Finish(remarks);
}

// Messages as these APIs see them: a system text stands beside them, and the results of tools that
// follow each other are one message of the user's.
std::int64_t VendorPrompt::CountTurns() const {
  std::int64_t turns = 0;
  bool was_result = false;
  for (const Message& message : request_.messages) {
    const bool result = message.is_result();
    if (!IsSystem(message) && !(result && was_result)) ++turns;
    was_result = result;
  }
  return turns;
}

void VendorPrompt::Turn(std::size_t at) {
  unit_tokens_ = 0;
  unit_.reset();
  const Message& message = request_.messages[at];
  if (message.kind == Message::Kind::kReasoning) {
    Say(Certainty::kUnknown, PartKind::kHistory, "reasoning that is sent back to the model");
  }
  AddText(message.is_result() ? PartKind::kHistory : PartKind::kText, message.text);
  if (message.has_thinking && at > last_question_) {
    if (message.thinking.empty()) {
      Say(Certainty::kUnknown, PartKind::kHistory, "thinking that is sent back to the model");
    } else {
      Say(Certainty::kAssumed, PartKind::kHistory,
          "thinking that is sent back to the model, counted as its text");
      AddText(PartKind::kHistory, message.thinking);
    }
  }
  if (model_.claude) {
    ClaudeCalls(message);
  } else {
    GeminiCalls(message);
  }
  Images(message);
  if (units_ == nullptr) return;
  const std::int64_t frame =
      model_.claude ? ClaudeFrameOf(*model_.claude).per_message : model_.gemini->per_content;
  const std::int64_t text = unit_ ? unit_->Estimate().first : 0;
  const std::int64_t tokens = text + unit_tokens_ + (IsSystem(message) ? 0 : frame);
  // Results go with the message that holds their calls.
  const bool answers = message.is_result() || !message.results.empty();
  if (answers && !units_->empty()) {
    units_->back().end = at + 1;
    units_->back().tokens += tokens;
    return;
  }
  units_->push_back({at, at + 1, tokens, IsSystem(message)});
}

void VendorPrompt::Images(const Message& message) {
  for (const Image& picture : message.images) {
    if (!picture.size) {
      Say(Certainty::kUnknown, PartKind::kImages, std::string(picture.what));
      continue;
    }
    if (model_.claude) {
      constexpr int kCalls = 47;
      const std::int64_t tokens = ClaudeImageTokens(*picture.size);
      Add(PartKind::kImages, tokens);
      Widen(PartKind::kImages, 1 + tokens / 50, kCalls);
      continue;
    }
    const GeminiRules& rules = *model_.gemini;
    Add(PartKind::kImages, GeminiImageTokens(rules, *picture.size));
    Widen(PartKind::kImages, rules.image_spread, rules.calls);
  }
}

// --- Claude

void VendorPrompt::ClaudeFrame() {
  const struct ClaudeFrame& frame = ClaudeFrameOf(*model_.claude);
  const std::int64_t turns = CountTurns();
  std::int64_t tokens = frame.base + frame.per_message * turns;
  if (turns > 0) tokens -= frame.first_message;
  if (turns == 1) tokens += frame.single_message;
  if (has_system_) tokens += frame.system;
  Add(PartKind::kFraming, tokens);
  if (!request_.thinks) return;
  // Enabled thinking adds 15 to 34 tokens (39 of 39 calls), most often 28.
  constexpr Label kThinking{Certainty::kEstimate, 8, 11, 39};
  constexpr int kThinkingPrompt = 26;
  Add(PartKind::kFraming, kThinkingPrompt);
  Label& label = estimates_[static_cast<std::size_t>(PartKind::kFraming)];
  label = Worse(label, kThinking);
}

// The tool prompt of the version, and each definition as JSON in an element.
void VendorPrompt::ClaudeTools() {
  if (request_.functions.empty()) return;
  const ToolChoice& choice = request_.tool_choice;
  const ClaudeToolPrompt prompt = ClaudeToolPromptOf(*model_.claude, choice.kind);
  if (prompt.calls == 0) {
    Say(Certainty::kAssumed, PartKind::kTools,
        absl::StrCat("no recorded tool prompt of ", ClaudeName(*model_.claude),
                     " with this choice: counted like the nearest"));
  }
  std::int64_t tokens = prompt.tokens;
  if (choice.kind == ToolChoice::Kind::kNamed) {
    AddText(PartKind::kTools, choice.name);
    AddText(PartKind::kTools, choice.name);
  }
  for (const Function& function : request_.functions) {
    std::string text = "<function>{";
    if (!function.description.empty()) {
      text += "\"description\": ";
      AppendJsonString(function.description, false, text);
      text += ", ";
    }
    text += "\"name\": ";
    AppendJsonString(function.name, false, text);
    text += ", \"parameters\": ";
    if (function.parameters) {
      AppendJson(*function.parameters, kSpaced, text);
    } else {
      text += "{}";
    }
    text += "}</function>";
    AddText(PartKind::kTools, text);
  }
  tokens += static_cast<std::int64_t>(request_.functions.size()) - 1 + (has_system_ ? 1 : 0);
  Add(PartKind::kTools, tokens);
  if (prompt.spread > 0) Widen(PartKind::kTools, prompt.spread, prompt.calls);
}

// A call with its result costs 24 beside its text, an XML element with one parameter an argument;
// the first of several in one message about 30 more.
void VendorPrompt::ClaudeCalls(const Message& message) {
  constexpr int kCall = 24;
  constexpr int kSeveral = 30;
  constexpr int kSeveralSpread = 8;
  constexpr int kCalls = 624;
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  for (const ToolCall& call : message.calls) {
    std::string text = absl::StrCat("<antml:invoke name=\"", ToAbsl(call.name), "\">\n");
    const auto arguments = ParseJsonLine(call.arguments, "", lenient);
    const auto first = arguments.ok() ? arguments->root().first() : std::nullopt;
    for (auto argument = first; argument; argument = argument->next()) {
      absl::StrAppend(&text, "<antml:parameter name=\"", ToAbsl(argument->key()), "\">");
      if (argument->is_string()) {
        text += argument->text();
      } else {
        AppendJson(*argument, kSpaced, text);
      }
      text += "</antml:parameter>\n";
    }
    text += "</antml:invoke>";
    AddText(PartKind::kHistory, text);
    Add(PartKind::kHistory, kCall);
  }
  if (message.calls.size() > 1) {
    Add(PartKind::kHistory, kSeveral);
    Widen(PartKind::kHistory, kSeveralSpread, kCalls);
  }
  for (const ToolResult& result : message.results) AddText(PartKind::kHistory, result.text);
}

// --- Gemini

void VendorPrompt::GeminiFrame() {
  const GeminiRules& rules = *model_.gemini;
  const bool native = request_.endpoint == Endpoint::kGenerateContent;
  const std::int64_t contents = CountTurns() + (has_system_ ? 1 : 0);
  // Gateways pass the native counts without it (11 of 15).
  Add(PartKind::kFraming, native ? rules.per_content * contents : 0);
  if (rules.per_content > 0) Widen(PartKind::kFraming, contents, rules.calls);
}

void VendorPrompt::GeminiTools() {
  if (request_.functions.empty()) return;
  const GeminiRules& rules = *model_.gemini;
  double tokens = 0;
  const auto add = [&](const JsonValue& object, std::string_view key, double factor) {
    const auto text = object.Find(key);
    if (text && text->is_string()) tokens += factor * O200k(text->text());
  };
  for (const Function& function : request_.functions) {
    tokens += rules.function + rules.name_factor * O200k(function.name) +
              rules.description * O200k(function.description);
    if (!function.parameters) continue;
    const auto properties = function.parameters->Find("properties");
    for (auto property = properties ? properties->first() : std::nullopt; property;
         property = property->next()) {
      tokens += rules.property + rules.property_name * O200k(property->key());
      add(*property, "description", rules.property_description);
      const auto values = property->Find("enum");
      for (auto value = values ? values->first() : std::nullopt; value; value = value->next()) {
        tokens += rules.enum_value * O200k(value->text());
      }
    }
  }
  const std::int64_t rounded = std::llround(tokens);
  Add(PartKind::kTools, rounded);
  Widen(PartKind::kTools, rounded * rules.tools_percent / 100 + 2, rules.calls);
}

void VendorPrompt::GeminiCalls(const Message& message) {
  const GeminiRules& rules = *model_.gemini;
  double tokens = 0;
  for (const ToolCall& call : message.calls) {
    tokens += rules.call_name * O200k(call.name) + rules.arguments * O200k(call.arguments);
  }
  for (const ToolResult& result : message.results) {
    tokens += rules.result + rules.result_text * O200k(result.text) + O200k(result.call_id);
  }
  if (tokens == 0) return;
  const std::int64_t rounded = std::llround(tokens);
  Add(PartKind::kHistory, rounded);
  Widen(PartKind::kHistory, rounded * rules.history_percent / 100 + 2, rules.calls);
}

// --- the sum

Prediction VendorPrompt::Finish(const std::vector<Remark>& remarks) {
  Prediction prediction;
  prediction.label = {Certainty::kExact};
  std::array<Certainty, kPartKinds> worst = {};
  for (const Remark& remark : remarks) {
    Certainty& certainty = worst[static_cast<std::size_t>(remark.part)];
    certainty = std::max(certainty, remark.certainty);
  }
  for (std::size_t i = 0; i < kPartKinds; ++i) {
    Label label = estimates_[i];
    std::int64_t tokens = tokens_[i];
    if (texts_[i]) {
      const auto [text, estimate] = texts_[i]->Estimate();
      tokens += text;
      const bool counted = estimate.certainty == Certainty::kReconstructed;
      label = Worse(label, !counted ? estimate
                                    : LabelOfCounted(static_cast<PartKind>(i),
                                                     ClaudeFamilyOf(*model_.claude), tokens));
    }
    label = Worse(label, {worst[i]});
    prediction.label = Worse(prediction.label, label);
    if (tokens == 0) continue;
    prediction.prompt_tokens += tokens;
    prediction.parts.push_back({static_cast<PartKind>(i), tokens, label});
  }
  return prediction;
}

}  // namespace toktally::chat
