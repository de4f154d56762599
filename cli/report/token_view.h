// Tokens that one can see: the pieces of a text on a terminal or on a page.

#ifndef TOKTALLY_CLI_REPORT_TOKEN_VIEW_H_
#define TOKTALLY_CLI_REPORT_TOKEN_VIEW_H_

#include <string>
#include <string_view>
#include <vector>

#include "bpe/encoding.h"
#include "cli/io/output.h"

namespace toktally {
class Encoding;
}

namespace toktally::cli {

// A text in the tokens of one encoding.
struct TokenView {
  std::string name;  // of the encoding or the model
  const Encoding* encoding = nullptr;
  std::vector<TokenSpan> spans;
};

// The pieces in alternating colours, dark on light whatever the terminal's theme is, and how many
// there are below. A newline is shown and made; other controls are escaped.
void PrintTokens(std::string_view text, const TokenView& view, Output& output);

// A page that shows them side by side, each with its id and its bytes when it is pointed at.
void PrintTokenPage(std::string_view title, std::string_view text,
                    const std::vector<TokenView>& views, Output& output);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_TOKEN_VIEW_H_
