// Text on its way to a terminal: put together, and what it takes in columns. cli/report/escape.h
// has what must not get there as it is.

#ifndef TOKTALLY_CLI_REPORT_TEXT_H_
#define TOKTALLY_CLI_REPORT_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace toktally::cli {

using toktally::Concat;

// Whether every byte is a character of one column, as in most texts that are shown.
bool IsPrintableAscii(std::string_view text);

// The columns that UTF-8 text takes in a terminal: two for East Asian wide characters and emoji,
// none for combining marks.
std::size_t DisplayWidth(std::string_view text);

// `text` in at most `width` columns, with `ellipsis` in place of what is missing in its middle. The
// end of a path says more than its beginning, so it keeps the larger half.
std::string ShortenMiddle(std::string_view text, std::size_t width, std::string_view ellipsis);

// `text` in lines of at most `width` columns, broken at blanks and where it has line breaks itself;
// a word that is longer has a line of its own.
std::vector<std::string> WrapText(std::string_view text, std::size_t width);

// Standard base64 with padding.
std::string Base64(std::string_view bytes);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_TEXT_H_
