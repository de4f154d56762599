#include "tests/chat/cases.h"

#include <stdexcept>
#include <utility>

namespace toktally::chat {

absl::StatusOr<ParsedRequest> ParseText(std::string_view json) {
  auto document = JsonDocument::Parse(json, "request.json");
  if (!document.ok()) return document.status();
  auto request = ParseRequest(document->root());
  if (!request.ok()) return request.status();
  return ParsedRequest{std::make_unique<JsonDocument>(*std::move(document)), *std::move(request)};
}

Prediction CountText(std::string_view json, const CountOptions& options) {
  const auto parsed = ParseText(json);
  if (!parsed.ok()) throw std::runtime_error(std::string(parsed.status().message()));
  Counter counter;
  auto prediction = counter.Count(parsed->request, options);
  if (!prediction.ok()) throw std::runtime_error(std::string(prediction.status().message()));
  return *std::move(prediction);
}

std::int64_t TokensOf(const Prediction& prediction, PartKind kind) {
  for (const Part& part : prediction.parts) {
    if (part.kind == kind) return part.tokens;
  }
  return 0;
}

}  // namespace toktally::chat
