// A call that goes on from an earlier one which stands on the server (`previous_response_id`): what
// the earlier one was billed tells most of what this one will be.

#ifndef TOKTALLY_CHAT_EARLIER_CALL_H_
#define TOKTALLY_CHAT_EARLIER_CALL_H_

#include <cstdint>

#include "chat/count.h"
#include "chat/request.h"

namespace toktally::chat {

// What is to be known of a call for the calls behind it.
struct EarlierCall {
  std::int64_t kept = 0;      // its billed input and output without its reasoning
  std::int64_t repeated = 0;  // of the input its functions and schema, which every call sends anew
  bool has_instructions = false;  // the next call drops them
};

// `prediction` is what was predicted of the call, `input` and `output` what was billed.
EarlierCall RememberCall(const Request& request, const Prediction& prediction, std::int64_t input,
                         std::int64_t output, std::int64_t reasoning);

// Makes of a prediction that lacks nothing but the earlier call an estimate of the whole. False,
// with nothing changed, where more than that is unknown, or the earlier call had instructions.
bool GoOnFrom(const EarlierCall& earlier, const Request& request, Prediction& prediction);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_EARLIER_CALL_H_
