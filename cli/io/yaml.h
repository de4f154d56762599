// YAML that people write by hand: one document, read as the JSON that it means.

#ifndef TOKTALLY_CLI_IO_YAML_H_
#define TOKTALLY_CLI_IO_YAML_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace toktally::cli {

// The document as JSON text with every value on the line that it has in `yaml`, so that errors in
// the JSON name the right line. Plain scalars mean what YAML 1.2's core schema says ("yes" is a
// text); numbers that JSON cannot write are texts. Aliases are written out where they stand.
// InvalidArgument with `name` and the line: no YAML, several documents, a key that is no scalar, a
// tag or a merge key (<<), an anchor that holds itself, nesting beyond 64, aliases that would
// write more than 16 MB.
absl::StatusOr<std::string> YamlToJson(std::string_view yaml, std::string_view name,
                                       int first_line = 1);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_YAML_H_
