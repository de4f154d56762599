// Text of others on its way out: the names of files, workloads, models and tools, and messages that
// quote them. One function per destination; every writer calls the one of where it writes, and none
// escapes by itself. Numbers and sentences of ours pass through all of them unchanged but for what
// Markdown needs.
//
// What may not happen, whatever a name is: a terminal obeys it, a CI runner's log obeys it
// (`##[add-mask]`, `::set-output::`), a spreadsheet runs it, a comment pings somebody, links
// somewhere or refers to an issue, a line breaks, text runs backwards, two names look the same
// because they differ in what is not seen.
//
// All functions take any bytes, are linear, and may be called from any thread. Escaping twice for a
// terminal is the same as once.

#ifndef TOKTALLY_CLI_REPORT_ESCAPE_H_
#define TOKTALLY_CLI_REPORT_ESCAPE_H_

#include <string>
#include <string_view>

namespace toktally::cli {

// For a terminal and for a runner's log, which are the same place as often as not. One line:
// control characters as \n, \t, \x1b …, bytes that are not UTF-8 as \xff; what turns the direction
// of text, breaks lines or cannot be seen as \u{202e}. Joiners and variation selectors stay where
// they have something to join: between letters that are not ASCII, and in emoji. The character that
// would make a runner's command complete is written as its code: `##\x5badd-mask]`,
// `\x3a:warning::`.
std::string EscapeForTerminal(std::string_view bytes);

// For the running text and the table cells of a comment at GitHub or GitLab, behind a first word or
// mark of ours in the line. As for a terminal, and without markup, HTML, mentions, links,
// references, emoji names and formulas. Entities and backslashes do not stop a mention or a
// reference, since those are looked for in the rendered text: there a zero-width space (U+200B)
// stands behind the character that begins one.
std::string EscapeForMarkdown(std::string_view bytes);

// For the content and the quoted attributes of HTML.
std::string EscapeForHtml(std::string_view bytes);

// One field of a CSV file (RFC 4180), quoted where it must be. As for a terminal (the very bytes
// are in JSON), and a text that a spreadsheet would read as a formula (it begins with = + - @,
// plain or full-width, blanks or not) gets an apostrophe before it. A number is a number.
std::string EscapeForCsv(std::string_view bytes);

// For the inside of a JSON string: the quotes around it are the caller's. Escapes what a terminal
// or a runner's log would obey; the value that a reader gets is `text`, which must be UTF-8.
std::string EscapeForJson(std::string_view text);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_ESCAPE_H_
