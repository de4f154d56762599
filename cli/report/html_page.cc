#include "cli/report/html_page.h"

#include <algorithm>
#include <utility>

#include "cli/report/escape.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1a1d21;--dim:#5c6570;--line:#d9dee4;--card:#f6f8fa;
--bar:#2563c9;--mid:#7aa7e8;--far:#c9dcf6;--good:#1a7f37;--bad:#c62828;
--p0:#2563c9;--p1:#0d8f8f;--p2:#c78a00;--p3:#8f4fbf;--p4:#c2410c;--p5:#5c6570;
--t0:#cfe3ff;--t1:#c9f0d2;--t2:#fbecb0;--t3:#ffd6d9}
@media(prefers-color-scheme:dark){:root{--bg:#0f1216;--fg:#e6e9ed;--dim:#9aa4b0;--line:#2b323b;
--card:#171c22;--bar:#5b9bff;--mid:#31609f;--far:#213a5c;--good:#4cc46a;--bad:#ff7b72;
--p0:#5b9bff;--p1:#3fc1c1;--p2:#e0b040;--p3:#b98ae6;--p4:#f08a5d;--p5:#9aa4b0;
--t0:#1d3f6e;--t1:#174a2b;--t2:#5a4a12;--t3:#642a30}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.5rem;margin:.25rem 0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.25rem 0 .75rem}.lead{font-size:1.1rem}.dim{color:var(--dim);font-size:.875rem}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
.bar{margin:.6rem 0}.row{display:flex;justify-content:space-between;gap:0 1rem;flex-wrap:wrap}
.row b{font-weight:600;overflow-wrap:anywhere}.row span{font-variant-numeric:tabular-nums}
.track{display:flex;height:.9rem;background:var(--card);border-radius:.2rem;overflow:hidden;margin-top:.15rem}
.track i{display:block;height:100%;min-width:2px}.lo{background:var(--bar)}.ex{background:var(--mid)}.hi{background:var(--far)}
.s0{background:var(--p0)}.s1{background:var(--p1)}.s2{background:var(--p2)}.s3{background:var(--p3)}
.s4{background:var(--p4)}.s5{background:var(--p5)}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.875rem;color:var(--dim)}
.key i{display:inline-block;width:.8rem;height:.8rem;border-radius:.15rem;margin-right:.35rem;vertical-align:-.05rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}th:first-child,td:first-child{text-align:left;padding-left:0}
th{color:var(--dim);font-weight:600}
.texts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));gap:1.5rem}
.tokens{font:.9375rem/1.8 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.tokens span{border-radius:.2rem;padding:.1rem 0}.tokens span:hover{outline:2px solid var(--fg)}
.tokens .x{color:var(--dim)}
.t0{background:var(--t0)}.t1{background:var(--t1)}.t2{background:var(--t2)}.t3{background:var(--t3)}
)css";

constexpr std::size_t kPartColours = 6;

// part / whole in percent with two decimals, for CSS.
std::string Percent(const Ratio& part, const Ratio& whole) {
  const auto share = part.DividedBy(whole);
  return Concat(share ? (*share * Ratio(100)).ToString(2) : "0", "%");
}

void Segment(std::string& html, std::string_view colour, const Ratio& part, const Ratio& whole) {
  if (part.is_zero()) return;
  html += Concat("<i class=\"", colour, "\" style=\"width:", Percent(part, whole), "\"></i>");
}

}  // namespace

HtmlPage::HtmlPage(std::string_view title, std::string_view lead) {
  html_ = Concat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>",
      EscapeForHtml(title), "</title>\n<style>", kStyle, "</style></head>\n<body><main>\n<h1>",
      EscapeForHtml(title), "</h1>\n<p class=\"lead\">", EscapeForHtml(lead), "</p>\n");
}

void HtmlPage::Heading(std::string_view text) {
  html_ += Concat("<h2>", EscapeForHtml(text), "</h2>\n");
}

void HtmlPage::Paragraph(std::string_view text) {
  html_ += Concat("<p class=\"dim\">", EscapeForHtml(text), "</p>\n");
}

void HtmlPage::List(const std::vector<std::string>& items) {
  if (items.empty()) return;
  html_ += "<ul class=\"dim\">\n";
  for (const std::string& item : items) html_ += Concat("<li>", EscapeForHtml(item), "</li>\n");
  html_ += "</ul>\n";
}

void HtmlPage::Verdict(bool good, std::string_view text) {
  html_ += Concat("<p class=\"", good ? "good" : "bad", "\">", good ? "✓ " : "✗ ",
                  EscapeForHtml(text), "</p>\n");
}

void HtmlPage::Bars(const std::vector<HtmlBar>& bars) {
  Ratio longest;
  bool ranges = false;
  for (const HtmlBar& bar : bars) {
    longest = std::max(longest, bar.high);
    ranges = ranges || !(bar.low == bar.high);
  }
  if (ranges) {
    html_ +=
        "<p class=\"key\"><span><i class=\"lo\"></i>at least</span><span><i class=\"ex\"></i>up to "
        "expected</span><span><i class=\"hi\"></i>up to high</span></p>\n";
  }
  for (const HtmlBar& bar : bars) {
    html_ += Concat("<div class=\"bar\"><div class=\"row\"><b>", EscapeForHtml(bar.label),
                    "</b><span>", EscapeForHtml(bar.value), "</span></div>");
    if (!bar.detail.empty())
      html_ += Concat("<div class=\"dim\">", EscapeForHtml(bar.detail), "</div>");
    html_ += "<div class=\"track\">";
    Segment(html_, "lo", bar.low, longest);
    Segment(html_, "ex", bar.expected - bar.low, longest);
    Segment(html_, "hi", bar.high - bar.expected, longest);
    html_ += "</div></div>\n";
  }
}

void HtmlPage::Stacks(const std::vector<std::string>& part_names,
                      const std::vector<HtmlStack>& stacks) {
  html_ += "<p class=\"key\">";
  for (std::size_t i = 0; i < part_names.size(); ++i) {
    html_ += Concat("<span><i class=\"s", i % kPartColours, "\"></i>", EscapeForHtml(part_names[i]),
                    "</span>");
  }
  html_ += "</p>\n";
  Ratio longest;
  for (const HtmlStack& stack : stacks) {
    Ratio sum;
    for (const Ratio& part : stack.parts) sum += part;
    longest = std::max(longest, sum);
  }
  for (const HtmlStack& stack : stacks) {
    html_ += Concat("<div class=\"bar\"><div class=\"row\"><b>", EscapeForHtml(stack.label),
                    "</b><span>", EscapeForHtml(stack.value), "</span></div><div class=\"track\">");
    for (std::size_t i = 0; i < stack.parts.size(); ++i) {
      Segment(html_, Concat("s", i % kPartColours), stack.parts[i], longest);
    }
    html_ += "</div></div>\n";
  }
}

void HtmlPage::Table(const std::vector<std::string>& titles,
                     const std::vector<std::vector<std::string>>& rows) {
  html_ += "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& title : titles) html_ += Concat("<th>", EscapeForHtml(title), "</th>");
  html_ += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    html_ += "<tr>";
    for (const std::string& cell : row) html_ += Concat("<td>", EscapeForHtml(cell), "</td>");
    html_ += "</tr>\n";
  }
  html_ += "</tbody></table></div>\n";
}

void HtmlPage::Tokens(const std::vector<HtmlTokens>& texts) {
  constexpr std::size_t kPaints = 4;
  html_ += "<div class=\"texts\">\n";
  for (const HtmlTokens& text : texts) {
    html_ += Concat("<section><h2>", EscapeForHtml(text.title), "</h2>\n<div class=\"tokens\">");
    std::size_t paint = 0;
    for (const HtmlToken& token : text.tokens) {
      html_ += Concat("<span class=\"t", paint++ % kPaints, token.is_code ? " x" : "",
                      "\" title=\"", EscapeForHtml(token.tip), "\">");
      // Blanks and line breaks stay what they are; the rest is escaped as everywhere.
      for (std::string_view rest = token.text; !rest.empty();) {
        const std::size_t end = std::min(rest.find_first_of("\n\t"), rest.size());
        html_ += EscapeForHtml(rest.substr(0, end));
        if (end < rest.size()) html_ += rest[end];
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      html_ += "</span>";
    }
    html_ += "</div></section>\n";
  }
  html_ += "</div>\n";
}

std::string HtmlPage::Finish() && {
  html_ += "</main></body></html>\n";
  return std::move(html_);
}

}  // namespace toktally::cli
