#include "cli/report/escape.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace toktally::cli {
namespace {

using namespace std::string_view_literals;

TEST(EscapeForTerminal, MakesOneSafeLine) {
  EXPECT_EQ(EscapeForTerminal("plain name.txt"), "plain name.txt");
  EXPECT_EQ(EscapeForTerminal("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(EscapeForTerminal("\x1b[31mred\a\0"sv), "\\x1b[31mred\\x07\\x00");
  EXPECT_EQ(EscapeForTerminal("\xff\xe2\x82"), "\\xff\\xe2\\x82");
  EXPECT_EQ(EscapeForTerminal("한국어 é"), "한국어 é");
  EXPECT_EQ(EscapeForTerminal("\u202Etxt.exe"), "\\u{202e}txt.exe");
  EXPECT_EQ(EscapeForTerminal("\u0085\u2028"), "\\u{0085}\\u{2028}");
  EXPECT_EQ(EscapeForTerminal("\U000E0001"), "\\u{e0001}");
}

TEST(EscapeForTerminal, ShowsWhatIsNotSeen) {
  EXPECT_EQ(EscapeForTerminal("ad\u200Bmin"), "ad\\u{200b}min");
  EXPECT_EQ(EscapeForTerminal("ad\u00ADmin\u2060"), "ad\\u{00ad}min\\u{2060}");
  EXPECT_EQ(EscapeForTerminal("a\u200Db"), "a\\u{200d}b");
  EXPECT_EQ(EscapeForTerminal("\u3164"), "\\u{3164}");
  // Joiners that join.
  EXPECT_EQ(EscapeForTerminal("👩\u200D💻 ❤\uFE0F 1\uFE0F\u20E3"), "👩\u200D💻 ❤\uFE0F 1\uFE0F\u20E3");
  EXPECT_EQ(EscapeForTerminal("می\u200Cخواهم"), "می\u200Cخواهم");
  EXPECT_EQ(EscapeForTerminal("👩\u200D\u200D"), "👩\u200D\\u{200d}");
}

TEST(EscapeForTerminal, CompletesNoRunnerCommand) {
  EXPECT_EQ(EscapeForTerminal("##[add-mask]a"), "##\\x5badd-mask]a");
  EXPECT_EQ(EscapeForTerminal("x ##vso[task.setvariable]"), "x ##vso\\x5btask.setvariable]");
  EXPECT_EQ(EscapeForTerminal("###[group]##[b]"), "###\\x5bgroup]##\\x5bb]");
  EXPECT_EQ(EscapeForTerminal("::warning::x"), "\\x3a:warning::x");
  EXPECT_EQ(EscapeForTerminal("  ::set-output name=a::b"), "  \\x3a:set-output name=a::b");
  EXPECT_EQ(EscapeForTerminal("name ::warning::x"), "name \\x3a:warning::x");
  EXPECT_EQ(EscapeForTerminal("::warning"), "\\x3a:warning");
  EXPECT_EQ(EscapeForTerminal("std::string # [x] ## x"), "std::string # [x] ## x");
  // Twice is once.
  for (const std::string_view text : {"##[a]", "::a::b", "\x1b\u202E"}) {
    EXPECT_EQ(EscapeForTerminal(EscapeForTerminal(text)), EscapeForTerminal(text));
  }
}

TEST(EscapeForMarkdown, LeavesNamesAsTheyAre) {
  for (const std::string_view text : {"triage", "gpt-4o", "prompts/planner.txt", "1,204 in",
                                      "-12.50", "$1,204.50", "53.7 %", "1234567890"}) {
    EXPECT_EQ(EscapeForMarkdown(text), text);
  }
  EXPECT_EQ(EscapeForMarkdown("increase 53.7 % is over 20 %"), "increase 53.7 % is over 20 %");
}

TEST(EscapeForMarkdown, PingsNobodyAndLinksNowhere) {
  EXPECT_EQ(EscapeForMarkdown("@octocat"), "@\u200Boctocat");
  EXPECT_EQ(EscapeForMarkdown("a@b.example"), "a@\u200Bb.example");
  EXPECT_EQ(EscapeForMarkdown("https://e.example"), "https:\u200B//e.example");
  EXPECT_EQ(EscapeForMarkdown("www.e.example WWW.x"), "www\u200B.e.example WWW\u200B.x");
  EXPECT_EQ(EscapeForMarkdown("#1 GH-1 gh-22 PROJ-3 \\!4"),
            "\\#\u200B1 GH-\u200B1 gh-\u200B22 PROJ-\u200B3 \\\\\\!\u200B4");
  EXPECT_EQ(EscapeForMarkdown("&#64;name &amp; #1"),
            "&amp;#\u200B64;name &amp;\u200Bamp; #\u200B1");
  EXPECT_EQ(EscapeForMarkdown("0123abcd"), "0123\u200Babcd");
  EXPECT_EQ(EscapeForMarkdown("defaced"), "defaced");
  EXPECT_EQ(EscapeForMarkdown("~label ~\"a b\" %2 ^alert &5 $7a"),
            "\\~\u200Blabel \\~\u200B\"a b\" %\u200B2 ^\u200Balert &amp;\u200B5 &#36;\u200B7a");
}

TEST(EscapeForMarkdown, IsNoMarkupNoEmojiNoFormula) {
  EXPECT_EQ(EscapeForMarkdown("a|b`c`*d*_e_[f](g)<h>"),
            "a\\|b\\`c\\`\\*d\\*\\_e\\_\\[f\\](g)&lt;h&gt;");
  EXPECT_EQ(EscapeForMarkdown(":smile: :100:"), ":\u200Bsmile: :\u200B100:");
  EXPECT_EQ(EscapeForMarkdown("$x^2$"), "&#36;\u200Bx^\u200B2&#36;");
  EXPECT_EQ(EscapeForMarkdown("$5$"), "&#36;\u200B5&#36;");
  EXPECT_EQ(EscapeForMarkdown("$5 a$"), "$5 a&#36;");
  EXPECT_EQ(EscapeForMarkdown("# title"), "\\# title");
  EXPECT_EQ(EscapeForMarkdown("- x"), "\\- x");
  EXPECT_EQ(EscapeForMarkdown("12. x"), "12\\. x");
  EXPECT_EQ(EscapeForMarkdown("    x"), "&#32;   x");
  EXPECT_EQ(EscapeForMarkdown("a\n\n# b"), "a\\\\n\\\\n# b");
  EXPECT_EQ(EscapeForMarkdown("##[group]"), "\\##\\\\x5bgroup\\]");
}

TEST(EscapeForCsv, RunsNoFormula) {
  EXPECT_EQ(EscapeForCsv("=1+1"), "'=1+1");
  EXPECT_EQ(EscapeForCsv("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(EscapeForCsv("+cmd|' /C calc'!A0"), "'+cmd|' /C calc'!A0");
  EXPECT_EQ(EscapeForCsv("-2+3"), "'-2+3");
  EXPECT_EQ(EscapeForCsv("  =1"), "'  =1");
  EXPECT_EQ(EscapeForCsv("＝1"), "'＝1");
  EXPECT_EQ(EscapeForCsv("\t=1"), "\\t=1");
  for (const std::string_view number : {"-12.50", "+1", "0", "-0.000175"})
    EXPECT_EQ(EscapeForCsv(number), number);
  EXPECT_EQ(EscapeForCsv("-"), "'-");
  EXPECT_EQ(EscapeForCsv("-1."), "'-1.");
  EXPECT_EQ(EscapeForCsv("+1-1"), "'+1-1");
}

TEST(EscapeForCsv, IsOneFieldOfOneLine) {
  EXPECT_EQ(EscapeForCsv("a,b"), "\"a,b\"");
  EXPECT_EQ(EscapeForCsv("a;=b"), "\"a;=b\"");
  EXPECT_EQ(EscapeForCsv("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(EscapeForCsv("a\r\nb\x1b[0m\u202E"), "a\\r\\nb\\x1b[0m\\u{202e}");
}

TEST(EscapeForHtml, IsText) {
  EXPECT_EQ(EscapeForHtml("<a href='x'>&\"\n"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\\n");
}

TEST(EscapeForJson, KeepsTheValue) {
  EXPECT_EQ(EscapeForJson("a\"\\\n\t\r\x01é"), "a\\\"\\\\\\n\\t\\u000d\\u0001é");
  EXPECT_EQ(EscapeForJson("##[add-mask]"), "##\\u005badd-mask]");
  EXPECT_EQ(EscapeForJson("\u009B\u202E\U000E0001"), "\\u009b\\u202e\\udb40\\udc01");
}

}  // namespace
}  // namespace toktally::cli
