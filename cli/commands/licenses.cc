#include "cli/commands/licenses.h"

#include <cctype>
#include <span>
#include <string>
#include <vector>

#include "bpe/encodings.h"
#include "cli/io/sha256.h"
#include "cli/report/json_writer.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "cli/version.h"

namespace toktally::cli {
namespace {

// OpenAI publishes them with tiktoken, which is under the MIT licence.
constexpr std::string_view kVocabularies =
    "The vocabularies r50k_base, p50k_base, cl100k_base and o200k_base are OpenAI's, as published "
    "for\n"
    "tiktoken (MIT licence, Copyright (c) 2022 OpenAI, Shantanu Jain); --version prints their "
    "SHA-256.\n";

void PrintFull(Output& output) {
  output.Print(Concat("toktally ", kVersion, "\n\n", LicenceTexts()[0].text, '\n', kVocabularies));
  const std::string rule(78, '=');
  for (const Component& component : Components()) {
    output.Print(
        Concat('\n', rule, '\n', component.name, ' ', component.version, " (", component.licence,
               "), for ", component.purpose, "\n\n",
               component.notice.empty()
                   ? Concat("The notice was not there when this was built; it comes with Debian's "
                            "package ",
                            component.package, ".\n")
                   : std::string(component.notice)));
  }
  for (const LicenceText& licence : LicenceTexts().subspan(1)) {
    if (licence.text.empty()) continue;
    output.Print(Concat('\n', rule, '\n', licence.name, "\n\n", licence.text));
  }
}

// "SPDXRef-nlohmann-json": letters, digits, dots and dashes.
std::string SpdxId(std::string_view name) {
  std::string id = "SPDXRef-";
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.';
    id += plain ? c : '-';
  }
  return id;
}

struct SpdxPackage {
  std::string_view name;
  std::string version;
  std::string_view licence;
  std::string_view supplier;
  std::string sha256;  // of what is embedded; "" for others
};

void WriteSpdx(const SpdxPackage& package, JsonWriter& json) {
  json.BeginObject().Key("SPDXID").String(SpdxId(package.name));
  json.Key("name").String(package.name);
  if (!package.version.empty()) json.Key("versionInfo").String(package.version);
  json.Key("supplier").String(package.supplier);
  json.Key("downloadLocation").String("NOASSERTION").Key("filesAnalyzed").Bool(false);
  json.Key("licenseConcluded").String(package.licence);
  json.Key("licenseDeclared").String(package.licence);
  json.Key("copyrightText").String("NOASSERTION");
  if (!package.sha256.empty()) {
    json.Key("checksums").BeginArray().BeginObject(true);
    json.Key("algorithm").String("SHA256").Key("checksumValue").String(package.sha256);
    json.EndObject().EndArray();
  }
  json.EndObject();
}

// SPDX 2.3. The name space is of what stands in it, so the same program prints the same one.
void PrintSpdx(const Date& today, Output& output) {
  std::vector<SpdxPackage> packages;
  packages.push_back({"toktally", std::string(kVersion), "MIT", "NOASSERTION", ""});
  for (const Component& component : Components()) {
    packages.push_back({component.name, std::string(component.version), component.licence,
                        "Organization: Debian", ""});
  }
  for (const std::string_view name : {"r50k_base", "p50k_base", "cl100k_base", "o200k_base"}) {
    packages.push_back({name, "", "MIT", "Organization: OpenAI",
                        std::string(FindEncoding(name)->vocabulary_sha256())});
  }
  std::string all;
  for (const SpdxPackage& package : packages) {
    all += Concat(package.name, ' ', package.version, ' ', package.sha256, '\n');
  }
  const auto two = [](int n) { return Concat(n < 10 ? "0" : "", n); };
  JsonWriter json(output, /*pretty=*/true);
  json.BeginObject().Key("spdxVersion").String("SPDX-2.3").Key("dataLicense").String("CC0-1.0");
  json.Key("SPDXID").String("SPDXRef-DOCUMENT").Key("name").String(Concat("toktally-", kVersion));
  json.Key("documentNamespace").String(Concat("urn:sha256:", Sha256Hex(all)));
  json.Key("creationInfo").BeginObject();
  json.Key("created").String(
      Concat(today.year, '-', two(today.month), '-', two(today.day), "T00:00:00Z"));
  json.Key("creators").BeginArray(true).String(Concat("Tool: toktally-", kVersion)).EndArray();
  json.EndObject().Key("packages").BeginArray();
  for (const SpdxPackage& package : packages) WriteSpdx(package, json);
  json.EndArray().Key("relationships").BeginArray();
  const auto relate = [&json](std::string_view from, std::string_view how, std::string_view to) {
    json.BeginObject(true).Key("spdxElementId").String(from);
    json.Key("relationshipType").String(how).Key("relatedSpdxElement").String(to).EndObject();
  };
  relate("SPDXRef-DOCUMENT", "DESCRIBES", SpdxId("toktally"));
  for (const SpdxPackage& package : std::span(packages).subspan(1)) {
    relate(SpdxId("toktally"), package.sha256.empty() ? "STATIC_LINK" : "CONTAINS",
           SpdxId(package.name));
  }
  json.EndArray().EndObject();
}

}  // namespace

void Declare(LicensesOptions& options, OptionSet& set) {
  set.Flag("--full", options.full, "The notices and licences themselves");
  set.Flag("--spdx", options.spdx, "A bill of materials as SPDX 2.3 JSON");
  Declare(options.output, set);
}

ExitCode RunLicenses(const LicensesOptions& options, Input& input, Output& output) {
  if (options.full && options.spdx) {
    output.Error("licenses: --full and --spdx are two reports; give one");
    return ExitCode::kUsage;
  }
  if (options.spdx) {
    PrintSpdx(input.Today(), output);
    return ExitCode::kOk;
  }
  if (options.full) {
    PrintFull(output);
    return ExitCode::kOk;
  }
  const Format format = options.output.ChosenFormat();
  if (format == Format::kJson || format == Format::kJsonl) {
    JsonWriter json(output, format == Format::kJson);
    json.BeginArray();
    for (const Component& component : Components()) {
      json.BeginObject()
          .Key("name")
          .String(component.name)
          .Key("version")
          .String(component.version);
      json.Key("licence")
          .String(component.licence)
          .Key("for")
          .String(component.purpose)
          .EndObject();
    }
    json.EndArray();
    return ExitCode::kOk;
  }
  Table table({{"linked", "linked", Align::kLeft},
               {"version", "version", Align::kLeft},
               {"licence", "licence", Align::kLeft, true},
               {"for", "for", Align::kLeft}});
  for (const Component& component : Components()) {
    table.AddRow({Cell(std::string(component.name)), Cell(std::string(component.version)),
                  Cell(std::string(component.licence)), Cell(std::string(component.purpose))});
  }
  table.Print(format, output);
  if (format == Format::kTable) {
    output.Print(Concat("toktally is under the MIT licence. ", kVocabularies));
  }
  return ExitCode::kOk;
}

}  // namespace toktally::cli
