// A text that is read as one, whatever form its file has.

#ifndef TOKTALLY_CLI_IO_TEXT_SOURCE_H_
#define TOKTALLY_CLI_IO_TEXT_SOURCE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/io/input.h"
#include "cli/io/text_counter.h"

namespace toktally::cli {

// The file at `path` as UTF-8: UTF-16 is converted, and what CheckForm refuses is an error.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenText(const std::string& path,
                                                     const TextOptions& options,
                                                     const Input& input);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_TEXT_SOURCE_H_
