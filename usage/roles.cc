// The spellings. A key is compared in lower case without the signs between its words, so that
// prompt_tokens, promptTokens and PromptTokens are one.

#include <algorithm>
#include <string>
#include <unordered_map>

#include "usage/counts.h"

namespace toktally::usage {
namespace {

struct Spelling {
  std::string_view key;
  Role role;
};

// What one API writes on top, another writes in details: these mean the same wherever they stand.
constexpr Spelling kAnywhere[] = {
    {"cachedtokens", Role::kCached},  // OpenAI's details; Kimi and Codex at the top
    {"cachedinputtokens", Role::kCached},
    {"cachedinputtokencount", Role::kCached},
    {"cachereadinputtokens", Role::kCached},
    {"cachereadinputtokencount", Role::kCached},
    {"cachereadtokens", Role::kCached},
    {"cachereadtokencount", Role::kCached},
    {"cacheread", Role::kCached},
    {"cacheinput", Role::kCached},
    {"cachedcontenttokencount", Role::kCached},
    {"cachedprompttokens", Role::kCached},
    {"cachedtokencount", Role::kCached},
    {"cached", Role::kCached},
    {"promptcachehittokens", Role::kCached},  // DeepSeek
    {"promptcachereadtokens", Role::kCached},
    {"promptcachedtokens", Role::kCached},
    {"inputcachedtokens", Role::kCached},
    {"inputcachereadtokens", Role::kCached},
    {"inputcachedtokencount", Role::kCached},
    {"inputcacheread", Role::kCached},
    {"inputcached", Role::kCached},
    {"cachecreationinputtokens", Role::kWritten},
    {"cachecreationtokens", Role::kWritten},
    {"cachecreation", Role::kWritten},
    {"cachewriteinputtokens", Role::kWritten},
    {"cachewriteinputtokencount", Role::kWritten},
    {"cachewritetokens", Role::kWritten},
    {"cachewritetokencount", Role::kWritten},
    {"cachewrite", Role::kWritten},
    {"inputcachewritetokens", Role::kWritten},
    {"inputcachewrite", Role::kWritten},
    {"inputcachecreation", Role::kWritten},
    {"inputcachecreationtokens", Role::kWritten},
    {"promptcachewritetokens", Role::kWritten},
    {"ephemeral5minputtokens", Role::kWrittenShort},
    {"inputcachecreation5m", Role::kWrittenShort},
    {"cachecreation5minputtokens", Role::kWrittenShort},
    {"cachewrite5mtokens", Role::kWrittenShort},
    {"promptcachewrite5m", Role::kWrittenShort},
    {"ephemeral1hinputtokens", Role::kWrittenLong},
    {"inputcachecreation1h", Role::kWrittenLong},
    {"cachecreation1hinputtokens", Role::kWrittenLong},
    {"cachewrite1htokens", Role::kWrittenLong},
    {"promptcachewrite1h", Role::kWrittenLong},
    {"reasoningtokens", Role::kReasoning},
    {"reasoningoutputtokens", Role::kReasoning},
    {"reasoningtokencount", Role::kReasoning},
    {"completionreasoningtokens", Role::kReasoning},
    {"outputreasoningtokens", Role::kReasoning},
    {"outputreasoning", Role::kReasoning},
    {"thinkingtokens", Role::kReasoning},
    {"thoughtstokencount", Role::kReasoning},
    {"thoughtstokens", Role::kReasoning},
    {"reasoning", Role::kReasoning},
    {"thoughts", Role::kReasoning},
    {"nocachetokens", Role::kUncached},  // Vercel's AI SDK 6
    {"nocache", Role::kUncached},
    {"promptcachemisstokens", Role::kUncached},  // DeepSeek
    {"uncachedinputtokens", Role::kUncached},
    {"inputuncachedtokens", Role::kUncached},
    {"audioinputtokens", Role::kInputAudio},
    {"inputaudiotokens", Role::kInputAudio},
    {"promptaudiotokens", Role::kInputAudio},
    {"inputaudio", Role::kInputAudio},
    {"inputimagetokens", Role::kInputImage},
    {"promptimagetokens", Role::kInputImage},
    {"inputcachedaudiotokens", Role::kCachedAudio},
    {"inputcachedimagetokens", Role::kCachedImage},
    {"audiooutputtokens", Role::kOutputAudio},
    {"outputaudiotokens", Role::kOutputAudio},
    {"completionaudiotokens", Role::kOutputAudio},
    {"outputaudio", Role::kOutputAudio},
    {"outputimagetokens", Role::kOutputImage},
    {"completionimagetokens", Role::kOutputImage},
    // Parts of sums that stand beside them, measures of time, and what is free.
    {"inputtexttokens", Role::kInformative},
    {"inputcachedtexttokens", Role::kInformative},
    {"outputtexttokens", Role::kInformative},
    {"acceptedpredictiontokens", Role::kInformative},
    {"rejectedpredictiontokens", Role::kInformative},
    {"webfetchrequests", Role::kInformative},
    {"toolsearchrequests", Role::kInformative},
};

constexpr Spelling kTop[] = {
    {"prompttokens", Role::kInput},
    {"inputtokens", Role::kInput},
    {"prompttokencount", Role::kInput},
    {"inputtokencount", Role::kInput},
    {"prompttokenscount", Role::kInput},
    {"inputtokenscount", Role::kInput},
    {"promptevalcount", Role::kInput},  // Ollama
    {"totalinputtokens", Role::kInput},
    {"totalprompttokens", Role::kInput},
    {"ncontexttokenstotal", Role::kInput},
    {"input", Role::kInput},
    {"prompt", Role::kInput},
    {"completiontokens", Role::kOutput},
    {"outputtokens", Role::kOutput},
    {"candidatestokencount", Role::kOutput},
    {"responsetokencount", Role::kOutput},  // Gemini Live
    {"completiontokencount", Role::kOutput},
    {"outputtokencount", Role::kOutput},
    {"completiontokenscount", Role::kOutput},
    {"outputtokenscount", Role::kOutput},
    {"generatedtokens", Role::kOutput},
    {"evalcount", Role::kOutput},
    {"totaloutputtokens", Role::kOutput},
    {"totalcompletiontokens", Role::kOutput},
    {"ngeneratedtokenstotal", Role::kOutput},
    {"output", Role::kOutput},
    {"completion", Role::kOutput},
    {"candidates", Role::kOutput},
    {"totaltokens", Role::kTotal},
    {"totaltokencount", Role::kTotal},
    {"totaltokenscount", Role::kTotal},
    {"total", Role::kTotal},
    {"tooluseprompttokencount", Role::kToolPrompt},
    {"tooltokencount", Role::kToolPrompt},
    {"tool", Role::kToolPrompt},
    {"websearchrequests", Role::kWebSearch},
    {"numsearchqueries", Role::kWebSearch},  // Perplexity
    {"codeexecutionrequests", Role::kCodeSession},
    {"searchunits", Role::kRerankSearch},  // Cohere
    {"numrequests", Role::kInformative},
    {"queuetime", Role::kInformative},  // Groq
    {"prompttime", Role::kInformative},
    {"completiontime", Role::kInformative},
    {"totaltime", Role::kInformative},
    {"inputcost", Role::kInformative},
    {"outputcost", Role::kInformative},
    {"firsttokenlatency", Role::kInformative},
    {"latency", Role::kInformative},
    {"latencyms", Role::kInformative},
    {"tokenspersecond", Role::kInformative},
};

constexpr Spelling kInput[] = {
    {"total", Role::kInput},
    {"inputtokens", Role::kInput},
    {"audiotokens", Role::kInputAudio},
    {"audio", Role::kInputAudio},
    {"imagetokens", Role::kInputImage},
    {"image", Role::kInputImage},
    {"texttokens", Role::kInformative},
    {"text", Role::kInformative},
    {"videotokens", Role::kInformative},  // at the rate of text
    {"video", Role::kInformative},
    {"documenttokens", Role::kInformative},
    {"document", Role::kInformative},
    {"write", Role::kWritten},
    {"read", Role::kCached},
};

constexpr Spelling kOutput[] = {
    {"total", Role::kOutput},
    {"outputtokens", Role::kOutput},
    {"audiotokens", Role::kOutputAudio},
    {"audio", Role::kOutputAudio},
    {"imagetokens", Role::kOutputImage},
    {"image", Role::kOutputImage},
    {"texttokens", Role::kInformative},
    {"text", Role::kInformative},
};

constexpr Spelling kCachedPlace[] = {
    {"audiotokens", Role::kCachedAudio}, {"audio", Role::kCachedAudio},
    {"imagetokens", Role::kCachedImage}, {"image", Role::kCachedImage},
    {"texttokens", Role::kInformative},  {"text", Role::kInformative},
    {"videotokens", Role::kInformative}, {"video", Role::kInformative},
    {"document", Role::kInformative},
};

using Table = std::unordered_map<std::string_view, Role>;

template <std::size_t n>
Table MakeTable(const Spelling (&own)[n]) {
  Table table;
  for (const Spelling& spelling : own) table.emplace(spelling.key, spelling.role);
  for (const Spelling& spelling : kAnywhere) table.emplace(spelling.key, spelling.role);
  return table;
}

const Table& TableOf(Place place) {
  static const Table* const tables[] = {new Table(MakeTable(kTop)), new Table(MakeTable(kInput)),
                                        new Table(MakeTable(kOutput)),
                                        new Table(MakeTable(kCachedPlace))};
  return *tables[static_cast<std::size_t>(place)];
}

}  // namespace

std::optional<Role> RoleOf(Place place, std::string_view key) {
  constexpr std::size_t kLongest = 40;
  if (key.size() > kLongest) return std::nullopt;
  char folded[kLongest];
  std::size_t size = 0;
  for (const char c : key) {
    if (c == '_' || c == '-' || c == '.' || c == ' ') continue;
    folded[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const Table& table = TableOf(place);
  const auto found = table.find(std::string_view(folded, size));
  if (found == table.end()) return std::nullopt;
  return found->second;
}

}  // namespace toktally::usage
