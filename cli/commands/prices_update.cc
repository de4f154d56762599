// toktally prices update: a newer table for this user.

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/absl_text.h"
#include "cli/commands/prices.h"
#include "cli/io/child_process.h"
#include "cli/io/file_writer.h"
#include "cli/io/sha256.h"
#include "cli/report/escape.h"
#include "cli/report/text.h"
#include "pricing/import.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostTableBytes = 64 << 20;

bool IsUrl(std::string_view source) {
  return source.starts_with("https://") || source.starts_with("http://");
}

// What the user's curl makes of `url`. toktally has no network of its own.
absl::StatusOr<std::string> RunCurl(const std::string& url) {
  absl::StatusOr<ChildOutput> got =
      RunChild({"curl", "-fsSL", "--max-time", "120", "--", url}, kMostTableBytes);
  if (absl::IsResourceExhausted(got.status())) {
    return absl::ResourceExhaustedError("is over 64 MB");
  }
  if (!got.ok()) return got.status();
  if (got->exit_code == 0) return std::move(got->text);
  return absl::NotFoundError(Concat("curl ended with ", got->exit_code));
}

class Update {
 public:
  Update(const PricesOptions& options, const Prices& prices, const Input& input, Output& output)
      : options_(options), prices_(prices), input_(input), output_(output) {}

  ExitCode Run() {
    const std::string path = UserPricesPath();
    if (options_.words.size() != 2) return WrongUse("update from which one FILE, URL or - ?");
    if (path.empty()) {
      return WrongUse(
          "update: neither XDG_DATA_HOME nor HOME is an absolute path: no place to keep a "
          "table in; import --save FILE writes one anywhere");
    }
    auto text = Fetch(options_.words[1]);
    if (!text.ok()) return WrongUse(MessageOf(text.status()));
    if (absl::Status status = CheckSum(*text); !status.ok()) return WrongUse(MessageOf(status));
    const auto table = TableOf(*text);
    if (!table.ok()) return WrongUse(MessageOf(table.status()));
    if (table->as_of() < prices_.table().as_of() && !options_.allow_older) {
      return WrongUse(Concat(name_, " is of ", ToString(table->as_of()),
                             ", older than the table in use (", prices_.TableDate(),
                             "); --allow-older takes it all the same"));
    }
    return Keep(*table, path);
  }

 private:
  ExitCode WrongUse(std::string_view message) {
    output_.Error(Concat("prices: ", message));
    return ExitCode::kUsage;
  }

  absl::StatusOr<std::string> Fetch(const std::string& source) {
    name_ = IsUrl(source) ? source : DisplayName(source);
    if (!IsUrl(source)) {
      auto text = input_.ReadAll(source, kMostTableBytes);
      if (!text.ok()) return absl::NotFoundError(Concat(name_, ": ", MessageOf(text.status())));
      return text;
    }
    if (!output_.quiet())
      output_.PrintMessage(Concat("curl -fsSL --max-time 120 -- ", source, "\n"));
    auto text = RunCurl(source);
    if (!text.ok()) return absl::NotFoundError(Concat(name_, ": ", MessageOf(text.status())));
    return text;
  }

  // Against NAME.sha256 beside it, as sha256sum writes it. Without one nothing is checked, and that
  // is said.
  absl::Status CheckSum(std::string_view text) {
    const std::string& source = options_.words[1];
    const std::string beside = Concat(source, ".sha256");
    absl::StatusOr<std::string> sum = absl::NotFoundError("");
    if (IsUrl(source)) {
      sum = RunCurl(beside);
    } else if (source != "-" && FileExists(beside)) {
      sum = input_.ReadAll(beside, kMostTableBytes);
    }
    const std::string own = Sha256Hex(text);
    if (!sum.ok()) {
      if (!output_.quiet()) {
        output_.PrintMessage(Concat("no checksum beside ", name_, "; its SHA-256 is ", own, "\n"));
      }
      return absl::OkStatus();
    }
    const std::string wanted = sum->substr(0, sum->find_first_of(" \t\r\n"));
    if (wanted == own) return absl::OkStatus();
    return absl::DataLossError(Concat(name_, ": its SHA-256 is ", own, ", not that of ",
                                      DisplayName(beside), "; nothing is changed"));
  }

  // Our own form, or any that import knows, merged into the table in use.
  absl::StatusOr<pricing::RateTable> TableOf(const std::string& text) {
    auto own = pricing::RateTable::Parse(text, name_);
    const pricing::Date day = options_.checked.value_or(prices_.date());
    const auto foreign = pricing::ReadForeignPrices(text, name_, {day, options_.providers});
    if (!foreign.ok()) return own;
    if (!options_.checked) {
      return absl::InvalidArgumentError(
          Concat(name_,
                 ": of which day is it? --checked DATE says so: newer rows are never replaced "
                 "by older ones"));
    }
    pricing::ImportReport report;
    const auto merged = MergeImport(prices_.table(), *foreign, &report);
    std::map<std::string, pricing::RateSource> sources = prices_.table().sources();
    const std::string source(ImportFormatName(foreign->format));
    sources[source] = {Concat("imported from ", source), "", ToString(day)};
    return pricing::RateTable::Of(merged, std::move(sources), {}, day, name_);
  }

  ExitCode Keep(const pricing::RateTable& table, const std::string& path) {
    const auto both = prices_.table().ReplacedBy(table);
    if (!both.ok()) return WrongUse(MessageOf(both.status()));
    const std::vector<std::string> changes = DifferencesOf(prices_.table(), *both);
    for (const std::string& change : changes)
      output_.Print(Concat(EscapeForTerminal(change), "\n"));
    if (options_.check) {
      output_.Print(Concat(changes.size(), " changes\n"));
      return changes.empty() ? ExitCode::kOk : ExitCode::kGateFailed;
    }
    const std::string text = WritePrices(both->models(), both->sources(), table.as_of());
    // What we write must be what we read.
    const auto again = pricing::RateTable::Parse(text, path);
    if (!again.ok()) return WrongUse(MessageOf(again.status()));
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    const absl::Status saved = WriteFileWhole(path, text);
    if (!saved.ok()) {
      output_.Error(Concat("prices: ", DisplayName(path), ": ", MessageOf(saved)));
      return ExitCode::kOutput;
    }
    output_.Print(Concat(DisplayName(path), ": ", both->models().size(), " models, as of ",
                         ToString(table.as_of()), "; ", changes.size(), " changes\n"));
    return ExitCode::kOk;
  }

  const PricesOptions& options_;
  const Prices& prices_;
  const Input& input_;
  Output& output_;
  std::string name_;
};

}  // namespace

ExitCode UpdatePrices(const PricesOptions& options, const Prices& prices, const Input& input,
                      Output& output) {
  return Update(options, prices, input, output).Run();
}

}  // namespace toktally::cli
