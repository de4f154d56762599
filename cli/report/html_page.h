// A report as one HTML page: no scripts, nothing loaded from elsewhere, readable on a phone, in
// light and dark. Every text is escaped here.

#ifndef TOKTALLY_CLI_REPORT_HTML_PAGE_H_
#define TOKTALLY_CLI_REPORT_HTML_PAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"

namespace toktally::cli {

// One bar from 0: filled up to `low`, lighter up to `expected` and lightest up to `high`. All >= 0.
struct HtmlBar {
  std::string label;
  std::string detail;  // beside the label, smaller
  std::string value;   // at the bar's end, "$1,312.40"
  Ratio low;
  Ratio expected;
  Ratio high;
};

// One bar of parts, side by side.
struct HtmlStack {
  std::string label;
  std::string value;
  std::vector<Ratio> parts;  // as many as the chart's part names
};

struct HtmlToken {
  std::string text;      // shown; blanks and newlines as they are
  std::string tip;       // when it is pointed at
  bool is_code = false;  // no text of its own: "\xe2\x82"
};

struct HtmlTokens {
  std::string title;
  std::vector<HtmlToken> tokens;
};

class HtmlPage {
 public:
  // `title` for the window and the heading, `lead` one sentence under it.
  HtmlPage(std::string_view title, std::string_view lead);

  void Heading(std::string_view text);
  void Paragraph(std::string_view text);
  void List(const std::vector<std::string>& items);
  // Good: green; bad: red; the sign goes in front so that colour is never alone.
  void Verdict(bool good, std::string_view text);
  void Bars(const std::vector<HtmlBar>& bars);
  void Stacks(const std::vector<std::string>& part_names, const std::vector<HtmlStack>& stacks);
  // The first column is left, the others right.
  void Table(const std::vector<std::string>& titles,
             const std::vector<std::vector<std::string>>& rows);

  // Pieces of texts in alternating colours, the texts side by side where there is room.
  void Tokens(const std::vector<HtmlTokens>& texts);

  // The whole page.
  std::string Finish() &&;

 private:
  std::string html_;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_HTML_PAGE_H_
