#include "cli/commands/schema.h"

#include <vector>

#include "cli/report/text.h"

namespace toktally::cli {

void Declare(SchemaOptions& options, OptionSet& set) {
  set.Positional("NAME", options.name,
                 "workloads (of toktally.json) or prices; nothing lists them");
}

ExitCode RunSchema(const SchemaOptions& options, Input&, Output& output) {
  if (options.name.empty()) {
    for (const NamedSchema& schema : Schemas()) {
      output.Print(Concat(schema.name, "\tof ", schema.of, "\n"));
    }
    return ExitCode::kOk;
  }
  std::vector<std::string_view> names;
  for (const NamedSchema& schema : Schemas()) {
    if (schema.name == options.name) {
      output.Print(schema.text);
      return ExitCode::kOk;
    }
    names.push_back(schema.name);
  }
  output.Error(Concat("schema: no schema '", options.name, "'", DidYouMean(options.name, names),
                      "; there are workloads and prices"));
  return ExitCode::kUsage;
}

}  // namespace toktally::cli
