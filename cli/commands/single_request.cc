#include "cli/commands/single_request.h"

#include <utility>

#include "base/absl_text.h"
#include "chat/envelope.h"
#include "cli/io/records.h"
#include "cli/report/text.h"

namespace toktally::cli {

absl::StatusOr<std::unique_ptr<SingleRequest>> ReadSingleRequest(const std::string& path,
                                                                 const Input& input) {
  auto text = input.ReadAll(path, kMostRecordBytes);
  if (!text.ok()) {
    return absl::InvalidArgumentError(Concat(DisplayName(path), ": ", MessageOf(text.status())));
  }
  auto single = std::make_unique<SingleRequest>();
  single->text = *std::move(text);
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  auto document = JsonDocument::ParseInPlace(single->text, DisplayName(path), lenient);
  if (!document.ok()) return document.status();
  single->document = std::make_unique<JsonDocument>(*std::move(document));
  const auto envelope = chat::OpenEnvelope(single->document->root());
  if (!envelope.ok()) return envelope.status();
  if (!envelope->request) return single->document->root().Error("an answer, not a request");
  auto request = chat::ParseRequest(*envelope->request, {envelope->endpoint});
  if (!request.ok()) return request.status();
  single->request = *std::move(request);
  return single;
}

ExitCode CodeOfCountError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kUnknownModel;
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kGateFailed;
    default:
      return ExitCode::kInput;
  }
}

}  // namespace toktally::cli
