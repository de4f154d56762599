#include "cli/io/encoding_store.h"

#include <nettle/sha2.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "base/absl_text.h"
#include "bpe/encodings.h"
#include "bpe/loader/tokenizer_file.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::uint64_t kMostImageBytes = 64 << 20;
constexpr std::uint64_t kMostTokenizerBytes = std::uint64_t{256} << 20;

}  // namespace

absl::StatusOr<std::string> StoredEncodingPath(std::string_view name) {
  const char* data = std::getenv("XDG_DATA_HOME");
  // The specification: a path that is not absolute is to be ignored.
  std::string folder = data != nullptr && data[0] == '/' ? data : "";
  if (folder.empty()) {
    const char* home = std::getenv("HOME");
    if (home == nullptr || home[0] != '/') {
      return absl::FailedPreconditionError(
          "neither XDG_DATA_HOME nor HOME says where encodings are stored");
    }
    folder = Concat(home, "/.local/share");
  }
  return Concat(folder, "/toktally/encodings/", name, ".json");
}

std::string Sha256Of(std::string_view bytes) {
  sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
  std::uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&context, sizeof(digest), digest);
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 0xF];
  }
  return text;
}

std::string HowToAdd(const OthersTokenizer& tokenizer) {
  return Concat("`toktally encodings add ", tokenizer.name, " tokenizer.json` stores ",
                tokenizer.instead ? "one that counts the same" : "it", ", the file of ",
                tokenizer.source, " on Hugging Face");
}

std::string AssumptionOf(std::string_view model, const OthersTokenizer& tokenizer) {
  return Concat(model, " is assumed to use ", tokenizer.name, "; only its name says so");
}

std::string HowToAdd(claude::Family family) {
  return Concat("toktally encodings add ", EncodingName(family), ' ',
                family == claude::Family::kV3 ? "pieces_v3.json" : "pieces_v4_7.json",
                " (of github.com/sanderland/ctok, ctok/data)");
}

absl::StatusOr<ClaudePieces> ReadClaudePieces(const std::string& path, claude::Family family,
                                              const Input& input) {
  const absl::StatusOr<std::string> text = input.ReadAll(path, kMostImageBytes);
  if (!text.ok()) {
    return absl::Status(text.status().code(),
                        Concat(DisplayName(path), ": ", MessageOf(text.status())));
  }
  absl::StatusOr<claude::Pieces> pieces = claude::Pieces::Parse(*text, DisplayName(path));
  if (!pieces.ok()) return pieces.status();
  if (pieces->family() != PiecesName(family)) {
    return absl::InvalidArgumentError(Concat(DisplayName(path), ": holds the pieces of the family ",
                                             pieces->family(), ", and ", EncodingName(family),
                                             " is counted with those of ", PiecesName(family)));
  }
  return ClaudePieces{*std::move(pieces), Sha256Of(*text), path};
}

absl::StatusOr<ClaudePieces> StoredClaudePieces(claude::Family family, const Input& input) {
  const absl::StatusOr<std::string> path = StoredEncodingPath(EncodingName(family));
  if (!path.ok()) return path.status();
  if (!FileExists(*path)) {
    return absl::NotFoundError(
        Concat(EncodingName(family), " is not stored here; ", HowToAdd(family), " stores it"));
  }
  return ReadClaudePieces(*path, family, input);
}

chat::FindClaudePieces FindStoredPieces(const Input& input, Output& output,
                                        std::string_view command) {
  auto kept = std::make_shared<std::map<claude::Family, std::optional<ClaudePieces>>>();
  return [kept, &input, &output,
          name = std::string(command)](claude::Family family) -> const claude::Pieces* {
    auto [place, is_new] = kept->try_emplace(family);
    std::optional<ClaudePieces>& pieces = place->second;
    if (is_new) {
      absl::StatusOr<ClaudePieces> read = StoredClaudePieces(family, input);
      const bool stored = read.status().code() != absl::StatusCode::kNotFound &&
                          read.status().code() != absl::StatusCode::kFailedPrecondition;
      if (read.ok()) {
        pieces = *std::move(read);
      } else if (stored) {
        output.Warn(
            Concat(name, ": ", MessageOf(read.status()), "; texts are estimated without it"));
      }
    }
    return pieces ? &pieces->pieces : nullptr;
  };
}

bool IsTokenizerName(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (name.empty() || name.size() > 64 || !plain(name[0])) return false;
  const bool spelled = std::all_of(name.begin(), name.end(), [&plain](char c) {
    return plain(c) || c == '.' || c == '_' || c == '-';
  });
  // Claude's are not what a file of another form gives, those of versions to come neither.
  return spelled && FindEncoding(name) == nullptr && !name.starts_with("claude");
}

absl::StatusOr<LoadedTokenizer> LoadTokenizer(const std::string& path, std::string_view name,
                                              const Input& input) {
  const auto named = [&path](const absl::Status& status) {
    return absl::Status(status.code(), Concat(DisplayName(path), ": ", MessageOf(status)));
  };
  const absl::StatusOr<std::string> text = input.ReadAll(path, kMostTokenizerBytes);
  if (!text.ok()) return named(text.status());
  const absl::StatusOr<TokenizerFile> file = ReadTokenizerFile(*text, DisplayName(path));
  if (!file.ok()) return file.status();  // names it
  absl::StatusOr<std::unique_ptr<const Encoding>> encoding = file->MakeEncoding(name);
  if (!encoding.ok()) return named(encoding.status());
  return LoadedTokenizer{*std::move(encoding), file->nfc, Sha256Of(*text), file->remarks};
}

absl::StatusOr<LoadedTokenizer> StoredTokenizer(std::string_view name, const Input& input) {
  if (!IsTokenizerName(name)) return absl::NotFoundError("no name of a stored tokenizer");
  const absl::StatusOr<std::string> path = StoredEncodingPath(name);
  if (!path.ok() || !FileExists(*path)) return absl::NotFoundError("not stored here");
  return LoadTokenizer(*path, name, input);
}

std::vector<std::string> StoredTokenizerNames() {
  std::vector<std::string> names;
  const absl::StatusOr<std::string> some = StoredEncodingPath("x");
  if (!some.ok()) return names;
  std::error_code error;
  const std::filesystem::directory_iterator folder(std::filesystem::path(*some).parent_path(),
                                                   error);
  if (error) return names;
  for (const std::filesystem::directory_entry& entry : folder) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".json" && IsTokenizerName(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace toktally::cli
