// toktally licenses: what is linked into the program or embedded in it, and under which licences.

#ifndef TOKTALLY_CLI_COMMANDS_LICENSES_H_
#define TOKTALLY_CLI_COMMANDS_LICENSES_H_

#include <span>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options/options.h"

namespace toktally::cli {

// A library of others.
struct Component {
  std::string_view name;
  std::string_view version;  // "" where it is not known
  std::string_view licence;  // an SPDX expression
  std::string_view purpose;
  std::string_view package;  // Debian's
  std::string_view notice;   // its copyright file; "" where the build had none
};
std::span<const Component> Components();

// The whole text of a licence that the notices refer to.
struct LicenceText {
  std::string_view name;
  std::string_view text;
};
std::span<const LicenceText> LicenceTexts();  // ours is the first

struct LicensesOptions {
  bool full = false;
  bool spdx = false;
  OutputOptions output;
};

void Declare(LicensesOptions& options, OptionSet& set);
ExitCode RunLicenses(const LicensesOptions& options, Input& input, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_COMMANDS_LICENSES_H_
