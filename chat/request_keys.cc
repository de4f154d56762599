#include "chat/request_keys.h"

#include <algorithm>

namespace toktally::chat {
namespace {

using enum KeyEffect;

constexpr std::string_view kSearch = "the results of a web search";
constexpr std::string_view kProvider = "the host that a gateway chooses may have prices of its own";
constexpr std::string_view kPlugins = "what a gateway's plugins add or take away";

// Chat Completions: OpenAI's reference (2026-08) and, where it says gateway, those of OpenRouter,
// LiteLLM, vLLM and Ollama's compatible form.
constexpr RequestKey kChatKeys[] = {
    {"allowed_openai_params", kIrrelevant},  // LiteLLM
    {"api_base", kIrrelevant},               // LiteLLM
    {"api_key", kIrrelevant},                // LiteLLM
    {"audio", kCosted, "audio in the reply"},
    {"cache_control", kCosted, "what a gateway caches"},
    {"chat_template", kUnknown, "a chat template of the caller's"},  // vLLM
    {"chat_template_kwargs", kUnknown, "settings of the chat template"},
    {"continue_final_message", kUnknown, "a last message that the reply goes on with"},  // vLLM
    {"documents", kUnknown, "documents that the chat template adds"},                    // vLLM
    {"drop_params", kIrrelevant},                                                        // LiteLLM
    {"enable_thinking", kIrrelevant},  // DashScope
    {"extra_body", kUnknown, "what the SDK merges into the request"},
    {"extra_headers", kIrrelevant},
    {"fallbacks", kCounted},  // LiteLLM: models
    {"frequency_penalty", kIrrelevant},
    {"function_call", kCounted},
    {"functions", kCounted},
    {"guided_json", kIrrelevant},   // vLLM
    {"guided_regex", kIrrelevant},  // vLLM
    {"ignore_eos", kIrrelevant},    // vLLM
    {"include_reasoning", kIrrelevant},
    {"length_penalty", kIrrelevant},
    {"logit_bias", kIrrelevant},
    {"logprobs", kIrrelevant},
    {"max_completion_tokens", kCounted},
    {"max_tokens", kCounted},
    {"messages", kCounted},
    {"metadata", kIrrelevant},
    {"min_p", kIrrelevant},
    {"min_tokens", kIrrelevant},
    {"modalities", kCosted, ""},  // with "audio", which says it
    {"model", kCounted},
    {"models", kCounted},         // OpenRouter: the first that answers
    {"moderation", kIrrelevant},  // 13 = 13 tokens on 2 of 2 recorded calls
    {"n", kCosted},
    {"num_retries", kIrrelevant},
    {"parallel_tool_calls", kIrrelevant},  // 25 recorded calls, all counted without it
    {"plugins", kUnknown, kPlugins},       // OpenRouter
    {"prediction", kUnknown, "a predicted output"},
    {"presence_penalty", kIrrelevant},
    {"prompt_cache_key", kIrrelevant},
    {"prompt_cache_options", kCosted, "what is written to the cache"},
    {"prompt_cache_retention", kCosted, ""},
    {"provider", kCosted, kProvider},  // OpenRouter
    {"reasoning", kIrrelevant},        // OpenRouter
    {"reasoning_effort", kIrrelevant},
    {"repetition_penalty", kIrrelevant},
    {"request_timeout", kIrrelevant},
    {"response_format", kCounted},
    {"route", kCosted, kProvider},  // OpenRouter
    {"safety_identifier", kIrrelevant},
    {"seed", kIrrelevant},
    {"service_tier", kCosted},
    {"session_id", kIrrelevant},
    {"skip_special_tokens", kIrrelevant},
    {"stop", kIrrelevant},
    {"stop_token_ids", kIrrelevant},
    {"store", kIrrelevant},
    {"stream", kIrrelevant},
    {"stream_options", kIrrelevant},
    {"system", kCounted},
    {"temperature", kIrrelevant},
    {"thinking", kIrrelevant},
    {"timeout", kIrrelevant},
    {"tool_choice", kCounted},
    {"tools", kCounted},
    {"top_a", kIrrelevant},
    {"top_k", kIrrelevant},
    {"top_logprobs", kIrrelevant},
    {"top_p", kIrrelevant},
    {"transforms", kUnknown,
     "what a gateway cuts out of the middle of the messages"},  // OpenRouter
    {"usage", kIrrelevant},                                     // OpenRouter: asks for the bill
    {"use_beam_search", kIrrelevant},
    {"user", kIrrelevant},
    {"verbosity", kIrrelevant},
    {"web_search_options", kUnknown, kSearch},
};

// Responses: OpenAI's reference (2026-08).
constexpr RequestKey kResponsesKeys[] = {
    {"background", kIrrelevant},
    {"context_management", kIrrelevant},  // acts above its threshold: 9 of 9 below it
    {"conversation", kServerState, "a conversation that stands on the server"},
    {"extra_body", kUnknown, "what the SDK merges into the request"},
    {"extra_headers", kIrrelevant},
    {"fallbacks", kCounted},
    {"include", kIrrelevant},
    {"input", kCounted},
    {"instructions", kCounted},
    {"max_output_tokens", kCounted},
    {"max_tool_calls", kIrrelevant},
    {"metadata", kIrrelevant},
    {"model", kCounted},
    {"models", kCounted},
    {"moderation", kIrrelevant},
    {"parallel_tool_calls", kIrrelevant},
    {"plugins", kUnknown, kPlugins},
    {"previous_response_id", kServerState, "an earlier response that stands on the server"},
    {"prompt", kServerState, "a prompt template that stands on the server"},
    {"prompt_cache_key", kIrrelevant},
    {"prompt_cache_options", kCosted, "what is written to the cache"},
    {"prompt_cache_retention", kCosted, ""},
    {"provider", kCosted, kProvider},
    {"reasoning", kCounted},
    {"route", kCosted, kProvider},
    {"safety_identifier", kIrrelevant},
    {"seed", kIrrelevant},
    {"service_tier", kCosted},
    {"store", kIrrelevant},
    {"stream", kIrrelevant},
    {"stream_options", kIrrelevant},
    {"temperature", kIrrelevant},
    {"text", kCounted},
    {"timeout", kIrrelevant},
    {"tool_choice", kCounted},
    {"tools", kCounted},
    {"top_logprobs", kIrrelevant},
    {"top_p", kIrrelevant},
    {"truncation", kIrrelevant},  // "auto" acts above the context window
    {"user", kIrrelevant},
    {"verbosity", kIrrelevant},
};

constexpr RequestKey kEmbeddingsKeys[] = {
    {"dimensions", kIrrelevant}, {"encoding_format", kIrrelevant},
    {"input", kCounted},         {"input_type", kIrrelevant},
    {"model", kCounted},         {"temperature", kIrrelevant},
    {"timeout", kIrrelevant},    {"user", kIrrelevant},
};

// The legacy Completions.
constexpr RequestKey kCompletionsKeys[] = {
    {"best_of", kCosted, "replies that are made and not returned"},
    {"echo", kIrrelevant},
    {"frequency_penalty", kIrrelevant},
    {"logit_bias", kIrrelevant},
    {"logprobs", kIrrelevant},
    {"max_tokens", kCounted},
    {"model", kCounted},
    {"n", kCosted},
    {"presence_penalty", kIrrelevant},
    {"prompt", kCounted},
    {"seed", kIrrelevant},
    {"stop", kIrrelevant},
    {"stream", kIrrelevant},
    {"stream_options", kIrrelevant},
    {"suffix", kUnknown, "a text behind the one that is made"},
    {"temperature", kIrrelevant},
    {"top_p", kIrrelevant},
    {"user", kIrrelevant},
};

// Anthropic Messages (docs.claude.com, 2026-08) and what Bedrock and Vertex add.
constexpr RequestKey kMessagesKeys[] = {
    {"anthropic_beta", kIrrelevant},
    {"anthropic_version", kIrrelevant},
    {"betas", kIrrelevant},
    {"cache_control", kCosted, "what is written to the cache and read from it"},
    {"container", kUnknown, "files of a container"},
    {"context_management", kUnknown, "what is cleared from the context"},
    {"inference_geo", kCosted, "another region has a price of its own"},
    {"max_tokens", kCounted},
    {"mcp_servers", kUnknown, "the tools of an MCP server"},
    {"messages", kCounted},
    {"metadata", kIrrelevant},
    {"model", kCounted},
    {"output_config", kCounted},
    {"output_format", kUnknown, "the form of the reply"},
    {"service_tier", kCosted},
    {"speed", kCosted, "the fast mode has a price of its own"},
    {"stop_sequences", kIrrelevant},
    {"stream", kIrrelevant},
    {"system", kCounted},
    {"temperature", kIrrelevant},
    {"thinking", kCounted},
    {"tool_choice", kCounted},
    {"tools", kCounted},
    {"top_k", kIrrelevant},
    {"top_p", kIrrelevant},
};

// Gemini: generateContent (ai.google.dev, 2026-08), in both spellings, and what its SDKs keep
// beside it.
constexpr RequestKey kGeminiKeys[] = {
    {"cachedContent", kServerState, "cached content that stands on the server"},
    {"cached_content", kServerState, "cached content that stands on the server"},
    {"contents", kCounted},
    {"generationConfig", kCounted},
    {"generation_config", kCounted},
    {"labels", kIrrelevant},
    {"model", kCounted},
    {"safetySettings", kIrrelevant},
    {"safety_settings", kIrrelevant},
    {"serviceTier", kIrrelevant},
    {"store", kIrrelevant},
    {"systemInstruction", kCounted},
    {"system_instruction", kCounted},
    {"toolConfig", kIrrelevant},
    {"tool_config", kIrrelevant},
    {"tools", kCounted},
};

// Bedrock Converse (2026-08).
constexpr RequestKey kConverseKeys[] = {
    {"additionalModelRequestFields", kIrrelevant},
    {"additionalModelResponseFieldPaths", kIrrelevant},
    {"guardrailConfig", kCosted, "a guardrail has a price of its own"},
    {"inferenceConfig", kCounted},
    {"messages", kCounted},
    {"model", kCounted},
    {"modelId", kCounted},
    {"outputConfig", kUnknown, "the form of the reply"},
    {"performanceConfig", kCosted, "another latency has a price of its own"},
    {"promptVariables", kUnknown, "a prompt that stands on the server"},
    {"requestMetadata", kIrrelevant},
    {"serviceTier", kIrrelevant},
    {"system", kCounted},
    {"toolConfig", kCounted},
};

constexpr bool ByName(const RequestKey& a, const RequestKey& b) { return a.name < b.name; }

static_assert(std::is_sorted(std::begin(kChatKeys), std::end(kChatKeys), ByName));
static_assert(std::is_sorted(std::begin(kResponsesKeys), std::end(kResponsesKeys), ByName));
static_assert(std::is_sorted(std::begin(kEmbeddingsKeys), std::end(kEmbeddingsKeys), ByName));
static_assert(std::is_sorted(std::begin(kCompletionsKeys), std::end(kCompletionsKeys), ByName));
static_assert(std::is_sorted(std::begin(kMessagesKeys), std::end(kMessagesKeys), ByName));
static_assert(std::is_sorted(std::begin(kGeminiKeys), std::end(kGeminiKeys), ByName));
static_assert(std::is_sorted(std::begin(kConverseKeys), std::end(kConverseKeys), ByName));

}  // namespace

std::span<const RequestKey> RequestKeys(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::kResponses:
      return kResponsesKeys;
    case Endpoint::kEmbeddings:
      return kEmbeddingsKeys;
    case Endpoint::kCompletions:
      return kCompletionsKeys;
    case Endpoint::kMessages:
      return kMessagesKeys;
    case Endpoint::kGenerateContent:
      return kGeminiKeys;
    case Endpoint::kConverse:
      return kConverseKeys;
    case Endpoint::kChat:
      break;
  }
  return kChatKeys;
}

const RequestKey* FindRequestKey(Endpoint endpoint, std::string_view name) {
  const std::span<const RequestKey> keys = RequestKeys(endpoint);
  const auto found =
      std::lower_bound(keys.begin(), keys.end(), RequestKey{name, kIrrelevant}, ByName);
  return found != keys.end() && found->name == name ? &*found : nullptr;
}

}  // namespace toktally::chat
