#include "cli/report/token_view.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/utf8.h"
#include "bpe/encoding.h"
#include "cli/report/escape.h"
#include "cli/report/html_page.h"
#include "cli/report/number.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

// Of 256 colours: pale blue, green, yellow and red, with black on them.
constexpr std::string_view kPaints[] = {"\x1b[30;48;5;153m", "\x1b[30;48;5;157m",
                                        "\x1b[30;48;5;229m", "\x1b[30;48;5;217m"};
constexpr std::string_view kPlain = "\x1b[0m";

std::string Bytes(const TokenView& view, TokenId id) {
  return std::string(view.encoding->FindBytes(id).value_or(""));
}

// One token for a page: newlines as they are behind a mark, half characters as their bytes.
HtmlToken PageToken(const TokenView& view, const TokenSpan& span) {
  const std::string bytes = Bytes(view, span.id);
  HtmlToken token;
  token.tip = Concat(span.id, " · bytes ", GroupDigits(span.begin), "–", GroupDigits(span.end));
  if (!IsWellFormed(bytes)) {
    token.text = EscapeForTerminal(bytes);
    token.is_code = true;
    return token;
  }
  for (const char c : bytes) {
    if (c == '\n') token.text += "⏎";
    token.text += c;
  }
  return token;
}

}  // namespace

void PrintTokens(std::string_view text, const TokenView& view, Output& output) {
  std::size_t paint = 0;
  for (const TokenSpan& span : view.spans) {
    std::string rest = Bytes(view, span.id);
    while (true) {
      const std::size_t end = rest.find('\n');
      const bool line_ends = end != std::string::npos;
      output.Print(kPaints[paint % std::size(kPaints)]);
      output.Print(EscapeForTerminal(rest.substr(0, end)));
      if (line_ends) output.Print(output.unicode() ? "⏎" : "\\n");
      output.Print(kPlain);
      if (!line_ends) break;
      output.Print("\n");
      rest.erase(0, end + 1);
      if (rest.empty()) break;
    }
    ++paint;
  }
  if (!text.ends_with('\n')) output.Print("\n");
  output.Print(Concat(GroupDigits(view.spans.size()), " tokens  ", view.name, "\n"), Style::kBold);
}

void PrintTokenPage(std::string_view title, std::string_view text,
                    const std::vector<TokenView>& views, Output& output) {
  HtmlPage page(title, Concat(GroupDigits(text.size()), " bytes; point at a token for its id"));
  std::vector<HtmlTokens> columns;
  for (const TokenView& view : views) {
    HtmlTokens column;
    column.title = Concat(view.name, ": ", GroupDigits(view.spans.size()), " tokens");
    for (const TokenSpan& span : view.spans) column.tokens.push_back(PageToken(view, span));
    columns.push_back(std::move(column));
  }
  page.Tokens(columns);
  output.Print(std::move(page).Finish());
}

}  // namespace toktally::cli
