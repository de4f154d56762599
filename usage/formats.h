// The list of log formats. To read one more: its class in a file of formats/ with the evidence at
// its top, its line here and in formats.cc, and its test in tests/usage/formats/.

#ifndef TOKTALLY_USAGE_FORMATS_H_
#define TOKTALLY_USAGE_FORMATS_H_

#include <span>

#include "usage/format.h"

namespace toktally::usage {

// The most telling shapes first; the last one looks for a usage object anywhere in a value and
// takes all. The first that speaks reads.
std::span<const Format* const> Formats();

const Format& OpenTelemetryFormat();
const Format& CodexFormat();
const Format& ClaudeCodeFormat();
const Format& OpenCodeFormat();
const Format& GeminiCliFormat();
const Format& BedrockLogFormat();
const Format& OpenAiStreamFormat();
const Format& AnthropicStreamFormat();
const Format& BatchFormat();
const Format& OrganizationFormat();
const Format& LiteLlmFormat();
const Format& HeliconeFormat();
const Format& LangfuseFormat();
const Format& OllamaFormat();
const Format& GeminiFormat();
const Format& AiSdkStreamFormat();
const Format& ResponseFormat();

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_FORMATS_H_
