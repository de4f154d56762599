#include "cli/io/output.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "cli/report/json_writer.h"
#include "cli/report/table.h"
#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

class OutputTest : public testing::Test {
 protected:
  MemorySink out_;
  MemorySink err_;
};

TEST_F(OutputTest, AFullDiskIsSeenAtWrite) {
  Output output(out_, err_, Terminal{});
  out_.write_error = ENOSPC;
  output.Print("703\n");
  EXPECT_EQ(output.Finish(ExitCode::kOk), ExitCode::kOutput);
  EXPECT_EQ(err_.text,
            "toktally: standard output: No space left on device; the result was not written "
            "completely\n");
}

TEST_F(OutputTest, AFullDiskIsSeenAtClose) {
  Output output(out_, err_, Terminal{});
  out_.close_error = EIO;
  output.Print("703\n");
  EXPECT_EQ(output.Finish(ExitCode::kOk), ExitCode::kOutput);
}

TEST_F(OutputTest, AClosedPipeIsQuiet) {
  Output output(out_, err_, Terminal{});
  out_.write_error = EPIPE;
  output.Print(std::string(100'000, 'x'));
  EXPECT_TRUE(output.closed());
  EXPECT_EQ(output.Finish(ExitCode::kInput), ExitCode::kInput);
  EXPECT_EQ(err_.text, "");
}

TEST_F(OutputTest, ColourFollowsTheRules) {
  const auto colored = [&](Terminal terminal, OutputOptions options) {
    Output output(out_, err_, terminal);
    output.Configure(options);
    return output.color();
  };
  Terminal screen;
  screen.output_is_terminal = true;
  EXPECT_TRUE(colored(screen, {}));
  EXPECT_FALSE(colored(Terminal{}, {}));
  OutputOptions always;
  always.color = When::kAlways;
  OutputOptions never;
  never.color = When::kNever;
  EXPECT_TRUE(colored(Terminal{}, always));
  EXPECT_FALSE(colored(screen, never));
  Terminal forced;
  forced.force_color = true;
  EXPECT_TRUE(colored(forced, {}));
  forced.no_color = true;
  EXPECT_FALSE(colored(forced, {}));
  EXPECT_TRUE(colored(forced, always));
  screen.dumb = true;
  EXPECT_FALSE(colored(screen, {}));
}

TEST_F(OutputTest, MessagesAreOneSafeLine) {
  Output output(out_, err_, Terminal{});
  output.Error("a\nb\x1b[2J");
  EXPECT_EQ(err_.text, "toktally: a\\nb\\x1b[2J\n");
  err_.text.clear();
  output.Error(std::string(130'000, 'x'));
  EXPECT_LT(err_.text.size(), 2100u);
}

TEST_F(OutputTest, QuietKeepsWarningsBackButNoErrors) {
  Output output(out_, err_, Terminal{});
  OutputOptions options;
  options.quiet = true;
  output.Configure(options);
  output.Warn("careful");
  EXPECT_EQ(err_.text, "");
  output.Error("wrong");
  EXPECT_EQ(err_.text, "toktally: wrong\n");
}

class TableTest : public OutputTest {
 protected:
  std::string Print(Format format, const Terminal& terminal = {}) {
    Table table({{"tokens", "tokens"}, {"path", "path", Align::kLeft, true}});
    table.AddRow({Cell::Number(61020), "src/a,b.cc"});
    table.AddRow({Cell::Number(7), "new\nline|\x1b"});
    table.AddRule();
    table.AddRow({Cell::Number(61027), "total"});
    Output output(out_, err_, terminal);
    table.Print(format, output);
    output.Flush();
    return out_.text;
  }
};

TEST_F(TableTest, AlignsForPeople) {
  EXPECT_EQ(Print(Format::kTable),
            "tokens  path\n"
            "61,020  src/a,b.cc\n"
            "     7  new\\nline|\\x1b\n"
            "──────\n"
            "61,027  total\n");
}

TEST_F(TableTest, ShortensNamesAndNeverNumbers) {
  Terminal narrow;
  narrow.output_is_terminal = true;
  narrow.width = 20;
  EXPECT_NE(Print(Format::kTable, narrow).find("61,020  src/a,b.cc\n     7  new…ine|\\x1b\n"),
            std::string::npos)
      << out_.text;
}

TEST_F(TableTest, CsvIsRfc4180WithoutTotals) {
  EXPECT_EQ(Print(Format::kCsv), "tokens,path\r\n61020,\"src/a,b.cc\"\r\n7,new\\nline|\\x1b\r\n");
}

TEST_F(TableTest, MarkdownEscapesWhatItWouldRead) {
  EXPECT_EQ(Print(Format::kMarkdown),
            "| tokens | path |\n|---:|---|\n| 61,020 | src/a,b.cc |\n"
            "| 7 | new\\\\nline\\|\\\\x1b |\n| 61,027 | total |\n");
}

TEST_F(OutputTest, JsonIsPrettyOrOneLine) {
  const auto write = [&](bool pretty) {
    out_.text.clear();
    Output output(out_, err_, Terminal{});
    JsonWriter json(output, pretty);
    json.BeginObject();
    json.Key("ids").BeginArray(true).Uint(1).Uint(2).EndArray();
    json.Key("rows").BeginArray().BeginObject().Key("unknown").Null().EndObject().EndArray();
    json.Key("none").BeginArray().EndArray();
    json.Bytes("path", "a\"\\\n\x01\xff");
    json.EndObject();
    output.Flush();
    return out_.text;
  };
  EXPECT_EQ(write(false),
            "{\"ids\":[1,2],\"rows\":[{\"unknown\":null}],\"none\":[],"
            "\"path\":\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\",\"path_base64\":\"YSJcCgH/\"}\n");
  EXPECT_EQ(write(true),
            "{\n  \"ids\": [1, 2],\n  \"rows\": [\n    {\n      \"unknown\": null\n    }\n  ],\n"
            "  \"none\": [],\n  \"path\": \"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\",\n"
            "  \"path_base64\": \"YSJcCgH/\"\n}\n");
}

}  // namespace
}  // namespace toktally::cli
