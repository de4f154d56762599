// The rows of a count: files added up by what they were named with, by directory, extension,
// language or owner; sorted, and cut to the largest.

#ifndef TOKTALLY_CLI_REPORT_COUNT_ROWS_H_
#define TOKTALLY_CLI_REPORT_COUNT_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/io/file_list.h"
#include "cli/io/text_measures.h"

namespace toktally::cli {

enum class GroupBy {
  kArgument,  // what was named; below a single directory, its entries
  kFile,
  kTree,  // every directory, its entries below it
  kExtension,
  kLanguage,
  kOwner,  // of CODEOWNERS
};
enum class SortBy { kNothing, kTokens, kPath, kFiles };

struct RowOptions {
  GroupBy by = GroupBy::kArgument;
  std::optional<std::uint64_t> depth;  // of kTree: how far below the arguments
  SortBy sort = SortBy::kNothing;      // the most first; kNothing: as they were found
  std::optional<std::uint64_t> top;    // so many rows, of kTree below each directory
  std::uint64_t min = 0;               // rows of fewer tokens go to the others
};

// One file that was counted.
struct CountedFile {
  std::string path;
  std::size_t argument;  // of the list's arguments
  bool walked;
  std::vector<TokenRange> ranges;
  std::uint64_t bytes;
};

struct CountRow {
  std::string path;                // the whole; a group's name; "" for others
  std::string label;               // for people: of a tree the name behind its indentation
  std::vector<TokenRange> ranges;  // for each measure
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  std::size_t depth = 0;     // in a tree
  std::uint64_t others = 0;  // so many rows of one level that --top and --min put together

  void Add(const CountedFile& file);
  void Add(const CountRow& row);
};

// The rows in the order in which they are shown. `owner_of` is asked for kOwner only. Only the
// first level of the rows (depth 0) adds up to the total.
std::vector<CountRow> MakeCountRows(const std::vector<CountedFile>& files,
                                    const std::vector<ListArgument>& arguments,
                                    const RowOptions& options,
                                    const std::function<std::string(std::string_view)>& owner_of);

// "C++", "Markdown", …; "other" for what is not known.
std::string_view LanguageOf(std::string_view path);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_COUNT_ROWS_H_
