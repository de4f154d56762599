// What of a request a provider can keep from one call to the next: everything from its beginning up
// to the first byte that is different. Tools come first, then the system prompt, then the messages.
//
//   const auto prefix = chat::FindCachePrefix(request, counter);
//   if (prefix.ok()) kept = prefix->stable_tokens;  // as far as nothing changes

#ifndef TOKTALLY_CHAT_CACHE_PREFIX_H_
#define TOKTALLY_CHAT_CACHE_PREFIX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "chat/request.h"

namespace toktally::chat {

// Text that looks as if it were another one in the next call.
struct VolatileText {
  enum class Kind { kTime, kDay, kUuid, kUnixTime, kHash };
  Kind kind = Kind::kTime;
  std::string_view text;  // "2026-11-27T10:00:00"
};
// "a time", "a day", "a UUID", "a Unix time", "a long hexadecimal number".
std::string_view VolatileName(VolatileText::Kind kind);
// The first in `text`: times, UUIDs, Unix times, hexadecimal numbers of 32 digits and more, days.
std::optional<VolatileText> FindVolatile(std::string_view text);

// A part of the prompt, in the order in which it is cached.
struct PrefixPart {
  std::string what;  // "tools and system", "message 2 (user)"
  std::int64_t tokens = 0;
  std::int64_t up_to = 0;                // of the prompt, with everything before it
  std::optional<VolatileText> unstable;  // what breaks the cache here
  std::size_t first = 0;                 // of Request::messages; both 0 for what stands before
  std::size_t end = 0;
};

struct CachePrefix {
  Prediction prediction;
  std::vector<PrefixPart> parts;
  // Up to the first part that is unstable, or to the last message, which is another one each time.
  std::int64_t stable_tokens = 0;
  std::size_t stable_parts = 0;
};

// Errors are those of Counter::Count; InvalidArgument for a request without messages.
absl::StatusOr<CachePrefix> FindCachePrefix(const Request& request, Counter& counter,
                                            const CountOptions& options = {});

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_CACHE_PREFIX_H_
