#include "usage/formats.h"

namespace toktally::usage {

std::span<const Format* const> Formats() {
  static const Format* const kFormats[] = {
      &OpenTelemetryFormat(), &CodexFormat(),           &ClaudeCodeFormat(),
      &OpenCodeFormat(),      &GeminiCliFormat(),       &BedrockLogFormat(),
      &OpenAiStreamFormat(),  &AnthropicStreamFormat(), &BatchFormat(),
      &OrganizationFormat(),  &LiteLlmFormat(),         &HeliconeFormat(),
      &LangfuseFormat(),      &OllamaFormat(),          &GeminiFormat(),
      &AiSdkStreamFormat(),   &ResponseFormat(),
  };
  return kFormats;
}

}  // namespace toktally::usage
