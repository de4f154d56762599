// Counts a list of files on several threads.

#ifndef TOKTALLY_CLI_IO_COUNTING_PASS_H_
#define TOKTALLY_CLI_IO_COUNTING_PASS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io/file_list.h"
#include "cli/io/input.h"
#include "cli/io/text_measures.h"

namespace toktally::cli {

// --threads, or one for each core.
unsigned ThreadsOf(std::optional<std::uint64_t> wanted);

// What each file counts, in their order: small files side by side, large ones one after the other
// by all threads.
std::vector<absl::StatusOr<MeasuredText>> CountAll(const std::vector<ListedFile>& files,
                                                   const TextMeter& meter, unsigned threads,
                                                   const Input& input);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_COUNTING_PASS_H_
