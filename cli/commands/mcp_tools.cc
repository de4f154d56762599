#include "cli/commands/mcp_tools.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/absl_text.h"
#include "chat/mcp_tools.h"
#include "cli/commands/single_request.h"
#include "cli/io/records.h"
#include "cli/report/document.h"
#include "cli/report/escape.h"
#include "cli/report/json_writer.h"
#include "cli/report/request_row.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

struct OfModel {
  std::string model;
  chat::ToolsCost cost;
};

std::uint64_t Uint(std::int64_t n) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(n, 0));
}

void PrintTable(const std::vector<chat::Function>& tools, const std::vector<std::size_t>& order,
                const std::vector<OfModel>& models, Format format, Output& output) {
  std::vector<Column> columns = {{"tool", "tool", Align::kLeft}};
  for (const OfModel& of : models) columns.push_back({of.model, of.model});
  Table table(std::move(columns));
  const auto add = [&](std::string name, auto tokens) {
    std::vector<Cell> cells = {Cell(std::move(name))};
    for (const OfModel& of : models) cells.push_back(Cell::Number(Uint(tokens(of.cost))));
    table.AddRow(std::move(cells));
  };
  for (const std::size_t i : order) {
    add(std::string(tools[i].name), [i](const chat::ToolsCost& cost) { return cost.each[i]; });
  }
  table.AddRule();
  add("their section", [](const chat::ToolsCost& cost) {
    return cost.all - std::accumulate(cost.each.begin(), cost.each.end(), std::int64_t{0});
  });
  add("each call", [](const chat::ToolsCost& cost) { return cost.all; });
  table.Print(format, output);
  if (format != Format::kTable) return;
  for (const OfModel& of : models) {
    output.Print(Concat(EscapeForTerminal(of.model), ": ", LabelText(of.cost.label), '\n'));
  }
}

void PrintJson(const std::vector<chat::Function>& tools, const std::vector<std::size_t>& order,
               const std::vector<OfModel>& models, bool pretty, Output& output) {
  JsonWriter json(output, pretty);
  json.BeginObject();
  WriteHead({"request", nullptr, std::nullopt, {}}, json);
  json.Key("models").BeginArray();
  for (const OfModel& of : models) {
    json.BeginObject();
    json.Key("model").String(of.model);
    json.Key("tokens_each_call").Uint(Uint(of.cost.all));
    json.Key("certainty").String(chat::CertaintyName(of.cost.label.certainty));
    json.Key("tools").BeginArray();
    for (const std::size_t i : order) {
      json.BeginObject(/*inline_items=*/true);
      json.Key("name").String(tools[i].name).Key("tokens").Uint(Uint(of.cost.each[i]));
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

ExitCode RunMcpTools(const RequestArguments& options, Input& input, Output& output) {
  const auto fail = [&output](const absl::Status& status) {
    output.Error(Concat("request: ", MessageOf(status)));
    return CodeOfCountError(status);
  };
  if (options.models.empty()) {
    output.Error("request: for which model? -m MODEL; give it again to compare");
    return ExitCode::kUsage;
  }
  const auto text = input.ReadAll(*options.mcp_tools, kMostRecordBytes);
  if (!text.ok()) {
    output.Error(
        Concat("request: ", DisplayName(*options.mcp_tools), ": ", MessageOf(text.status())));
    return ExitCode::kInput;
  }
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  const auto document = JsonDocument::ParseInPlace(*text, DisplayName(*options.mcp_tools), lenient);
  if (!document.ok()) return fail(document.status());
  const auto tools = chat::ReadMcpTools(document->root());
  if (!tools.ok()) return fail(tools.status());
  chat::Counter counter;
  std::vector<OfModel> models;
  for (const std::string& model : options.models) {
    auto cost = chat::CountTools(*tools, model, counter);
    if (!cost.ok()) return fail(cost.status());
    models.push_back({model, *std::move(cost)});
  }
  std::vector<std::size_t> order(tools->size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::vector<std::int64_t>& first = models.front().cost.each;
  std::stable_sort(order.begin(), order.end(),
                   [&first](std::size_t a, std::size_t b) { return first[a] > first[b]; });
  const Format format = options.output.ChosenFormat();
  if (format == Format::kJson || format == Format::kJsonl) {
    PrintJson(*tools, order, models, format == Format::kJson, output);
  } else {
    PrintTable(*tools, order, models, format, output);
  }
  return ExitCode::kOk;
}

}  // namespace toktally::cli
