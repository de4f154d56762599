// The list of log formats. To read one more: its class in a file of formats/ with the evidence at
// its top, its line here, and its test in tests/usage/formats/.

#ifndef TOKTALLY_USAGE_FORMATS_H_
#define TOKTALLY_USAGE_FORMATS_H_

#include <span>

#include "usage/format.h"

namespace toktally::usage {

// The most telling shapes first; the last one looks for a usage object anywhere in a value and
// takes all. The first that speaks reads.
#define TOKTALLY_USAGE_FORMATS(FORMAT) \
  FORMAT(OpenTelemetryFormat)          \
  FORMAT(CodexFormat)                  \
  FORMAT(ClaudeCodeFormat)             \
  FORMAT(OpenCodeFormat)               \
  FORMAT(GeminiCliFormat)              \
  FORMAT(BedrockLogFormat)             \
  FORMAT(OpenAiStreamFormat)           \
  FORMAT(AnthropicStreamFormat)        \
  FORMAT(BatchFormat)                  \
  FORMAT(OrganizationFormat)           \
  FORMAT(LiteLlmFormat)                \
  FORMAT(HeliconeFormat)               \
  FORMAT(LangfuseFormat)               \
  FORMAT(OllamaFormat)                 \
  FORMAT(GeminiFormat)                 \
  FORMAT(AiSdkStreamFormat)            \
  FORMAT(ResponseFormat)

#define TOKTALLY_USAGE_FORMAT(name) const Format& name();
TOKTALLY_USAGE_FORMATS(TOKTALLY_USAGE_FORMAT)
#undef TOKTALLY_USAGE_FORMAT

// In the order of the list.
std::span<const Format* const> Formats();

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_FORMATS_H_
