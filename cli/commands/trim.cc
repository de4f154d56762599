#include "cli/commands/trim.h"

#include "base/absl_text.h"
#include "chat/trim.h"
#include "cli/commands/single_request.h"
#include "cli/io/encoding_store.h"
#include "cli/report/number.h"
#include "cli/report/request_row.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

ExitCode Fail(Output& output, const absl::Status& status) {
  output.Error(Concat("trim: ", MessageOf(status)));
  return CodeOfCountError(status);
}

std::string Plural(std::size_t n, std::string_view one, std::string_view many) {
  return Concat(GroupDigits(n), ' ', n == 1 ? one : many);
}

void SayWhatWent(const chat::Trimmed& trimmed, const chat::Request& request, Output& output) {
  const auto tokens = [](const chat::Prediction& prediction) {
    return GroupDigits(static_cast<std::uint64_t>(prediction.prompt_tokens));
  };
  if (output.quiet()) return;
  const std::size_t messages = request.messages.size();
  output.Error(Concat("trim: dropped ", Plural(trimmed.dropped, "message", "messages"), " of ",
                      GroupDigits(messages), "; ", tokens(trimmed.before), " -> ",
                      tokens(trimmed.after), " prompt tokens (", LabelText(trimmed.after.label),
                      ")"));
  for (const std::string& what : trimmed.after.unknown) {
    output.Warn(Concat("trim: not counted: ", what));
  }
}

}  // namespace

void Declare(TrimOptions& options, OptionSet& set) {
  set.Positional("FILE", options.path, "A request; - or nothing is standard input");
  set.Count("--max-tokens", "N", options.max_tokens, "The most prompt tokens that may be left");
  set.Parsed(
      "--reserve-output", "N",
      [&options](const std::string& value) {
        const auto number = ParseCount(value);
        if (!number.ok()) return number.status();
        options.reserve_output = *number;
        return absl::OkStatus();
      },
      "Leave so much of --max-tokens for the reply");
  set.Text("-m,--model", "MODEL", options.model, "The model, whatever the request names");
  set.Flag("-q,--quiet", options.quiet, "Do not say on standard error what was dropped");
}

ExitCode RunTrim(const TrimOptions& options, Input& input, Output& output) {
  OutputOptions quiet;
  quiet.quiet = options.quiet;
  output.Configure(quiet);
  if (!options.max_tokens) {
    output.Error("trim: how many tokens may be left? --max-tokens N");
    return ExitCode::kUsage;
  }
  if (options.reserve_output >= *options.max_tokens) {
    output.Error("trim: --reserve-output leaves nothing of --max-tokens for the prompt");
    return ExitCode::kUsage;
  }
  const auto single = ReadSingleRequest(options.path, input);
  if (!single.ok()) return Fail(output, single.status());
  const chat::Request& request = (*single)->request;
  chat::CountOptions count;
  if (options.model) count.model = *options.model;
  const auto limit = static_cast<std::int64_t>(*options.max_tokens - options.reserve_output);
  chat::Counter counter;
  counter.UseClaudePieces(FindStoredPieces(input, output, "trim"));
  const auto trimmed = chat::Trim(request, limit, counter, count);
  if (!trimmed.ok()) return Fail(output, trimmed.status());
  output.Print(chat::WithoutDropped((*single)->text, request, trimmed->kept));
  SayWhatWent(*trimmed, request, output);
  return ExitCode::kOk;
}

}  // namespace toktally::cli
