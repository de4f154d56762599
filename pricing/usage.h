// What one call used, or many calls together. Each token stands in exactly one of the fields, but
// for reasoning_output, which is a part of output. Prompt tokens as OpenAI reports them are
// PromptTokens(): they include the cached and the written ones.

#ifndef TOKTALLY_PRICING_USAGE_H_
#define TOKTALLY_PRICING_USAGE_H_

#include <cstdint>

namespace toktally::pricing {

// All fields are >= 0 and <= 10^15; Cost refuses others.
struct Usage {
  std::int64_t uncached_input = 0;
  std::int64_t cached_input = 0;
  std::int64_t cache_write_short = 0;  // OpenAI 30 minutes, Anthropic 5 minutes
  std::int64_t cache_write_long = 0;   // OpenAI 12 hours, Anthropic 1 hour
  std::int64_t output = 0;
  std::int64_t reasoning_output = 0;  // the part of `output` that is not shown; never billed again
  std::int64_t audio_input = 0;
  std::int64_t audio_cached_input = 0;
  std::int64_t audio_output = 0;
  std::int64_t image_input = 0;
  std::int64_t image_cached_input = 0;
  std::int64_t image_output = 0;
  std::int64_t audio_seconds = 0;    // models billed by the length of the audio
  std::int64_t session_seconds = 0;  // models billed by the length of the session
  // What tools and other services bill beside tokens.
  std::int64_t web_searches = 0;
  std::int64_t file_searches = 0;
  std::int64_t code_sessions = 0;     // containers of a code interpreter
  std::int64_t grounded_queries = 0;  // Google's searches for a grounded answer
  std::int64_t rerank_searches = 0;
  std::int64_t images = 0;  // pictures that are billed each, not by tokens
  std::int64_t pages = 0;
  std::int64_t video_seconds = 0;
  std::int64_t characters = 0;          // of text that was spoken
  std::int64_t cached_token_hours = 0;  // explicit caches: tokens times hours

  // All input tokens of the request: what a long-context threshold is compared with.
  std::int64_t PromptTokens() const {
    return uncached_input + cached_input + cache_write_short + cache_write_long + audio_input +
           audio_cached_input + image_input + image_cached_input;
  }

  std::int64_t OutputTokens() const { return output + audio_output + image_output; }

  Usage& operator+=(const Usage& other) {
    uncached_input += other.uncached_input;
    cached_input += other.cached_input;
    cache_write_short += other.cache_write_short;
    cache_write_long += other.cache_write_long;
    output += other.output;
    reasoning_output += other.reasoning_output;
    audio_input += other.audio_input;
    audio_cached_input += other.audio_cached_input;
    audio_output += other.audio_output;
    image_input += other.image_input;
    image_cached_input += other.image_cached_input;
    image_output += other.image_output;
    audio_seconds += other.audio_seconds;
    session_seconds += other.session_seconds;
    web_searches += other.web_searches;
    file_searches += other.file_searches;
    code_sessions += other.code_sessions;
    grounded_queries += other.grounded_queries;
    rerank_searches += other.rerank_searches;
    images += other.images;
    pages += other.pages;
    video_seconds += other.video_seconds;
    characters += other.characters;
    cached_token_hours += other.cached_token_hours;
    return *this;
  }

  friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace toktally::pricing

#endif  // TOKTALLY_PRICING_USAGE_H_
