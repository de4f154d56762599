// toktally schema: the JSON Schemas of what toktally reads, for editors and checkers.

#ifndef TOKTALLY_CLI_COMMANDS_SCHEMA_H_
#define TOKTALLY_CLI_COMMANDS_SCHEMA_H_

#include <span>
#include <string>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

struct NamedSchema {
  std::string_view name;
  std::string_view of;  // what it is the schema of
  std::string_view text;
};
std::span<const NamedSchema> Schemas();  // of data/, as they are

struct SchemaOptions {
  std::string name;
};

void Declare(SchemaOptions& options, OptionSet& set);
ExitCode RunSchema(const SchemaOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_SCHEMA_H_
