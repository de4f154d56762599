#include "cli/options/options.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/report/text.h"
#include "tests/cli/memory_output.h"

namespace toktally::cli {
namespace {

struct Parsed {
  std::vector<std::string> paths;
  std::vector<std::string> models;
  std::string encoding;
  std::optional<std::uint64_t> calls;
  OutputOptions output;
  std::string error;
};

Parsed Parse(const std::vector<std::string>& arguments) {
  Parsed parsed;
  OptionSet set;
  set.Texts("-m,--model", "MODEL", parsed.models, "");
  set.Text("-e,--encoding", "NAME", parsed.encoding, "");
  set.Count("--calls-per-month,--calls", "N", parsed.calls, "");
  set.Positionals("PATH", parsed.paths, "");
  Declare(parsed.output, set);
  const absl::Status status = set.Parse(arguments);
  parsed.error = std::string(status.message());
  return parsed;
}

using Strings = std::vector<std::string>;

TEST(OptionSet, ReadsFlagsValuesAndPositionals) {
  const Parsed parsed = Parse({"-m", "gpt-4o", "a.txt", "--calls", "1M", "--model=o1", "-q", "-",
                               "--format", "csv", "-eo200k_base"});
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.models, (Strings{"gpt-4o", "o1"}));
  EXPECT_EQ(parsed.paths, (Strings{"a.txt", "-"}));
  EXPECT_EQ(parsed.calls, 1'000'000u);
  EXPECT_EQ(parsed.encoding, "o200k_base");
  EXPECT_TRUE(parsed.output.quiet);
  EXPECT_EQ(parsed.output.format, Format::kCsv);
}

TEST(OptionSet, LeavesOddPositionalsAlone) {
  const Parsed parsed = Parse({"[a,b]", "{}", "", "--", "--model", "-q", "--", "-1"});
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.paths, (Strings{"[a,b]", "{}", "", "--model", "-q", "--", "-1"}));
  EXPECT_TRUE(parsed.models.empty());
}

TEST(OptionSet, ValuesAreDataEvenWhenTheyLookLikeLists) {
  EXPECT_EQ(Parse({"-m", "[a,b]", "-m", "$(x)"}).models, (Strings{"[a,b]", "$(x)"}));
}

TEST(OptionSet, TheLastSingleValueCounts) {
  EXPECT_EQ(Parse({"-e", "a", "-e", "b"}).encoding, "b");
}

TEST(OptionSet, SaysWhatIsWrongInOneLine) {
  EXPECT_EQ(Parse({"--modle", "x"}).error, "unknown option '--modle'; did you mean '--model'?");
  EXPECT_EQ(Parse({"--fromat=csv"}).error, "unknown option '--fromat'; did you mean '--format'?");
  EXPECT_EQ(Parse({"-x"}).error,
            "unknown option '-x'; --help lists the options, and after -- everything is a file");
  EXPECT_EQ(Parse({"--model"}).error, "--model needs a value");
  EXPECT_EQ(Parse({"--json=yes"}).error, "--json takes no value");
  EXPECT_EQ(Parse({"--format", "xml"}).error,
            "--format: 'xml' is none of table, json, jsonl, csv, markdown");
  for (const std::string bad : {"-1", "nan", "inf", "0x10", "1.5", "", "1e30", "1,50"}) {
    EXPECT_TRUE(Parse({"--calls", bad}).error.starts_with("--calls: '" + bad + "' is ")) << bad;
  }
}

TEST(RunCommandLine, AnswersWithoutACommand) {
  EXPECT_EQ(RunInMemory({"--version"}).code, ExitCode::kOk);
  EXPECT_TRUE(RunInMemory({"--version"}).out.starts_with("toktally "));
  EXPECT_EQ(RunInMemory({}).code, ExitCode::kUsage);
  EXPECT_EQ(RunInMemory({}).out, "");
  EXPECT_EQ(RunInMemory({"--help"}).err, "");
  EXPECT_EQ(RunInMemory({"mann"}).err, "toktally: unknown command 'mann'; did you mean 'man'?\n");
  EXPECT_EQ(RunInMemory({"--frob"}).code, ExitCode::kUsage);
}

TEST(RunCommandLine, EveryCommandHasHelpThatStartsWithExamples) {
  for (const Command& command : Commands()) {
    const Ran ran = RunInMemory({std::string(command.name), "--help"});
    EXPECT_EQ(ran.code, ExitCode::kOk);
    EXPECT_TRUE(ran.out.starts_with(
        Concat("toktally ", command.name, ": ", command.summary, "\n\nExamples:\n  ")))
        << ran.out;
    EXPECT_EQ(RunInMemory({"help", std::string(command.name)}).out, ran.out);
    for (std::size_t begin = 0; begin < ran.out.size();) {
      const std::size_t end = ran.out.find('\n', begin);
      const std::string_view line = std::string_view(ran.out).substr(begin, end - begin);
      EXPECT_LE(DisplayWidth(line), 100u) << line;
      begin = end + 1;
    }
  }
}

TEST(RunCommandLine, ManualAndCompletionsNameEveryCommand) {
  const std::string manual = RunInMemory({"man"}).out;
  for (const Command& command : Commands()) {
    EXPECT_NE(manual.find(command.name), std::string::npos);
    EXPECT_NE(RunInMemory({"completions", "ask", "--", "toktally", ""}).out.find(command.name),
              std::string::npos);
  }
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    EXPECT_NE(RunInMemory({"completions", shell}).out.find("completions ask -- "),
              std::string::npos);
  }
  EXPECT_EQ(RunInMemory({"completions", "csh"}).code, ExitCode::kUsage);
  for (const std::string section : {"DESCRIPTION", "ENVIRONMENT", "FILES", "EXAMPLES"}) {
    EXPECT_NE(manual.find(".SH " + section), std::string::npos);
  }
}

}  // namespace
}  // namespace toktally::cli
