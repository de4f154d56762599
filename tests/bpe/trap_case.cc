#include "tests/bpe/trap_case.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/utf8.h"

namespace toktally::testing {
namespace {

using Json = nlohmann::json;

std::string Unescape(const std::string& escaped) {
  std::string bytes;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '\\') {
      bytes += escaped[i];
    } else if (escaped.at(i + 1) == '\\') {
      bytes += '\\';
      ++i;
    } else {
      bytes += static_cast<char>(std::stoi(escaped.substr(i + 2, 2), nullptr, 16));
      i += 3;
    }
  }
  return bytes;
}

// UTF-16 units to UTF-8; a lone surrogate becomes U+FFFD.
std::string FromUtf16(const std::vector<std::string>& units) {
  std::string text;
  const auto unit = [&units](std::size_t i) {
    return i < units.size() ? static_cast<char32_t>(std::stoul(units[i], nullptr, 16)) : 0;
  };
  for (std::size_t i = 0; i < units.size(); ++i) {
    const bool high = unit(i) >= 0xD800 && unit(i) < 0xDC00;
    const bool pair = high && unit(i + 1) >= 0xDC00 && unit(i + 1) < 0xE000;
    if (pair) {
      AppendCodePoint(0x10000 + ((unit(i) - 0xD800) << 10) + (unit(i + 1) - 0xDC00), text);
      ++i;
    } else if (unit(i) >= 0xD800 && unit(i) < 0xE000) {
      AppendCodePoint(0xFFFD, text);
    } else {
      AppendCodePoint(unit(i), text);
    }
  }
  return text;
}

std::string InputOf(const Json& line) {
  if (line.contains("input")) return Unescape(line["input"]);
  if (line.contains("input_utf16")) {
    return FromUtf16(Json::parse(line["input_utf16"].get<std::string>()));
  }
  if (!line.contains("repeat")) return "";
  const Json& repeat = line["repeat"];
  std::string text = Unescape(repeat["prefix"]);
  const std::string unit = Unescape(repeat["unit"]);
  for (int i = 0; i < repeat["n"].get<int>(); ++i) text += unit;
  return text + Unescape(repeat["suffix"]);
}

template <typename T>
void Read(const Json& line, const char* key, T& value) {
  if (line.contains(key)) value = line[key].get<T>();
}

template <typename T>
void Read(const Json& line, const char* key, std::optional<T>& value) {
  if (line.contains(key) && !line[key].is_null()) value = line[key].get<T>();
}

void ReadBytes(const Json& line, const char* key, std::optional<std::string>& value) {
  if (line.contains(key)) value = Unescape(line[key]);
}

TrapCase ToTrapCase(const Json& line) {
  TrapCase trap;
  trap.input = InputOf(line);
  Read(line, "id", trap.id);
  Read(line, "encoding", trap.encoding);
  Read(line, "mode", trap.mode);
  Read(line, "allowed_special", trap.allowed_special);
  Read(line, "ids", trap.ids);
  Read(line, "count", trap.count);
  Read(line, "first_ids", trap.first_ids);
  Read(line, "last_ids", trap.last_ids);
  Read(line, "ids_fnv1a64", trap.ids_fnv1a64);
  Read(line, "piece_ends", trap.piece_ends);
  Read(line, "expected_error_token_id", trap.expected_error_id);
  Read(line, "expected_error_token", trap.expected_error_token);
  ReadBytes(line, "replaced", trap.replaced);
  ReadBytes(line, "bytes_out", trap.bytes_out);
  return trap;
}

DigestCase ToDigestCase(const Json& line) {
  DigestCase digest;
  const std::string id = line["id"];
  digest.name = id.substr(id.rfind('-') + 1);
  Read(line, "encoding", digest.encoding);
  Read(line, "ids_fnv1a64", digest.ids_fnv1a64);
  Read(line, "pieces_fnv1a64", digest.pieces_fnv1a64);
  if (line.contains("alphabet")) {
    digest.length = line["n"];
    for (const std::string symbol : line["alphabet"]) digest.symbols.push_back(Unescape(symbol));
    return digest;
  }
  const Json& shape = line["template"];
  digest.prefix = Unescape(shape.value("prefix", ""));
  digest.suffix = Unescape(shape.value("suffix", ""));
  digest.repeat = shape.value("repeat_c", 1);
  return digest;
}

std::vector<Json> LoadLines() {
  std::ifstream file(TOKTALLY_TEST_DATA "/bpe/traps.jsonl");
  std::vector<Json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(Json::parse(line));
  return lines;
}

// Every text of exactly `left` more symbols behind `text`.
void ForEachString(const std::vector<std::string>& symbols, std::size_t left, std::string& text,
                   const std::function<void(std::string_view)>& use) {
  if (left == 0) return use(text);
  for (const std::string& symbol : symbols) {
    text += symbol;
    ForEachString(symbols, left - 1, text, use);
    text.resize(text.size() - symbol.size());
  }
}

}  // namespace

std::vector<TrapCase> LoadTrapCases() {
  std::vector<TrapCase> cases;
  for (const Json& line : LoadLines()) {
    if (line["mode"] != "digest") cases.push_back(ToTrapCase(line));
  }
  return cases;
}

std::vector<DigestCase> LoadDigestCases() {
  std::vector<DigestCase> given;
  for (const Json& line : LoadLines()) {
    if (line["mode"] == "digest") given.push_back(ToDigestCase(line));
  }
  // Every stream once: nine contexts of one scalar value, two alphabets up to five symbols. The
  // fifth context is in no line of the file: a scalar value between numbers.
  std::vector<DigestCase> streams;
  const auto find = [&](std::string_view name, std::string_view encoding) {
    return std::find_if(given.begin(), given.end(), [&](const DigestCase& digest) {
      return digest.name == name && (encoding.empty() || digest.encoding == encoding);
    });
  };
  for (int context = 0; context < 9; ++context) {
    const std::string name = "sweep" + std::to_string(context);
    const auto known = find(name, "");
    streams.push_back(known != given.end() ? *known : DigestCase{});
    streams.back().name = name;
    if (known == given.end()) streams.back().prefix = streams.back().suffix = "1";
  }
  for (const char* alphabet : {"alpha1", "alpha2"}) {
    for (std::size_t length = 1; length <= 5; ++length) {
      streams.push_back(*find(alphabet + std::string("3"), ""));
      streams.back().name = alphabet + std::to_string(length);
      streams.back().length = length;
    }
  }
  std::vector<DigestCase> all;
  for (const char* encoding : {"cl100k_base", "o200k_base"}) {
    for (DigestCase stream : streams) {
      const auto known = find(stream.name, encoding);
      stream.encoding = encoding;
      stream.ids_fnv1a64 = known != given.end() ? known->ids_fnv1a64 : "";
      stream.pieces_fnv1a64 = known != given.end() ? known->pieces_fnv1a64 : "";
      all.push_back(std::move(stream));
    }
  }
  return all;
}

void ForEachText(const DigestCase& digest, const std::function<void(std::string_view)>& use) {
  std::string text;
  if (digest.length > 0) return ForEachString(digest.symbols, digest.length, text, use);
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    text = digest.prefix;
    for (int i = 0; i < digest.repeat; ++i) AppendCodePoint(c, text);
    use(text += digest.suffix);
  }
}

std::string Fnv1a::Hex() const {
  char hex[17];
  std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash_));
  return hex;
}

}  // namespace toktally::testing
