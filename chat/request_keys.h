// The keys that the published request schemas have on their uppermost level, and what each does to
// the bill. A key that stands here as counted has code that reads it; a test walks the table.

#ifndef TOKTALLY_CHAT_REQUEST_KEYS_H_
#define TOKTALLY_CHAT_REQUEST_KEYS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "chat/request.h"

namespace toktally::chat {

enum class KeyEffect : std::uint8_t {
  kCounted,      // is counted, or changes what is
  kCosted,       // changes the price or the number of tokens that are bought, not the prompt
  kIrrelevant,   // neither
  kUnknown,      // adds what cannot be counted from the request
  kServerState,  // the same, since it stands on the server
};

struct RequestKey {
  std::string_view name;
  KeyEffect effect;
  // Of kUnknown and kServerState what it adds; of kCosted what the price of the model's list leaves
  // out, "" where it is priced.
  std::string_view what = {};
};

// In alphabetical order. Those that gateways and self-hosted servers add to OpenAI's are among
// them.
std::span<const RequestKey> RequestKeys(Endpoint endpoint);

// Null for a key that no published schema has.
const RequestKey* FindRequestKey(Endpoint endpoint, std::string_view name);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_REQUEST_KEYS_H_
