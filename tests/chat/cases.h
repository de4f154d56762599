// Short ways to a parsed and a counted request.

#ifndef TOKTALLY_TESTS_CHAT_CASES_H_
#define TOKTALLY_TESTS_CHAT_CASES_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chat/count.h"
#include "chat/request.h"

namespace toktally::chat {

// A request with the document that it looks into.
struct ParsedRequest {
  std::unique_ptr<JsonDocument> document;
  Request request;
};

absl::StatusOr<ParsedRequest> ParseText(std::string_view json);

// The prediction for a request; the test fails if there is none.
Prediction CountText(std::string_view json, const CountOptions& options = {});

// The tokens of one part, 0 if the prediction has no such part.
std::int64_t TokensOf(const Prediction& prediction, PartKind kind);

}  // namespace toktally::chat

#endif  // TOKTALLY_TESTS_CHAT_CASES_H_
