// Makes a conversation fit: drops its oldest messages, one after the other, until the whole request
// (framing, tools, schemas and pictures counted) is small enough.

#ifndef TOKTALLY_CHAT_TRIM_H_
#define TOKTALLY_CHAT_TRIM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "chat/request.h"

namespace toktally::chat {

struct Trimmed {
  std::vector<bool> kept;  // one for each message of the request
  std::size_t dropped = 0;
  Prediction before;
  Prediction after;
};

// System and developer messages and the last user message stay; a tool call goes together with its
// results. What is predicted fits even if it is wrong by the bound of its label. Errors: OutOfRange
// if what must stay does not fit; those of Counter::Count. Linear in the messages.
absl::StatusOr<Trimmed> Trim(const Request& request, std::int64_t max_tokens, Counter& counter,
                             const CountOptions& options = {});

// The text that the request was parsed from without the messages that are not kept; everything else
// stays byte for byte as it was.
std::string WithoutDropped(std::string_view text, const Request& request,
                           const std::vector<bool>& kept);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_TRIM_H_
