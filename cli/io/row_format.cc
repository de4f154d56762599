#include "cli/io/row_format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <span>

#include "absl/status/status.h"
#include "base/absl_text.h"
#include "cli/report/json_writer.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kRead = std::size_t{256} << 10;
// No column of any database holds a longer one.
constexpr std::uint64_t kMostFieldBytes = std::uint64_t{4} << 30;

static_assert(std::endian::native == std::endian::little, "RowBinary is little-endian");

absl::Status Bad(const std::string& what) { return absl::InvalidArgumentError(what); }

// What ClickHouse makes of the character behind a backslash.
std::optional<char> Unescaped(char code) {
  switch (code) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'e':
      return '\x1B';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '0':
      return '\0';
    case '\\':
    case '`':
    case '"':
    case '\'':
    case '/':
    case '=':
      return code;
    default:
      return std::nullopt;
  }
}

std::optional<unsigned> HexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

void Unescape(std::string_view field, std::string& text) {
  text.clear();
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      text += field[i];
      continue;
    }
    const char code = field[++i];
    if (code == 'x' && i + 2 < field.size() && HexDigit(field[i + 1]) && HexDigit(field[i + 2])) {
      text += static_cast<char>(*HexDigit(field[i + 1]) * 16 + *HexDigit(field[i + 2]));
      i += 2;
    } else if (const auto plain = Unescaped(code)) {
      text += *plain;
    } else {
      text += '\\';
      text += code;
    }
  }
}

void Escape(std::string_view text, std::string& out) {
  for (const char byte : text) {
    switch (byte) {
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\0':
        out += "\\0";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += byte;
    }
  }
}

void AppendLength(std::uint64_t length, std::string& out) {
  for (; length >= 0x80; length >>= 7) out += static_cast<char>(length | 0x80);
  out += static_cast<char>(length);
}

template <typename Value>
void AppendRaw(const Value& value, std::string& out) {
  const auto bytes = std::bit_cast<std::array<char, sizeof(Value)>>(value);
  out.append(bytes.data(), bytes.size());
}

}  // namespace

RowReader::RowReader(ByteSource& source, RowLayout layout, std::function<void()> before_wait)
    : source_(source),
      layout_(std::move(layout)),
      before_wait_(std::move(before_wait)),
      fields_(layout_.fields.size()),
      offsets_(layout_.fields.size()),
      unescaped_(layout_.fields.size()) {}

absl::StatusOr<bool> RowReader::Have(std::size_t size) {
  while (buffer_.size() - at_ < size) {
    if (ended_) return false;
    // What was read of the row stays, and moves to the front only when that is worth it.
    const std::size_t rest = buffer_.size();
    before_wait_();
    buffer_.resize(rest + std::max(kRead, rest / 2));
    const auto got = source_.Read(std::span<char>(buffer_).subspan(rest));
    buffer_.resize(rest + (got.ok() ? *got : 0));
    if (!got.ok()) return got.status();
    ended_ = *got == 0;
  }
  return true;
}

absl::StatusOr<std::optional<std::string_view>> RowReader::Line() {
  std::size_t searched = at_;
  while (true) {
    const std::size_t newline = buffer_.find('\n', searched);
    if (newline != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(at_, newline - at_);
      at_ = newline + 1;
      return line;
    }
    searched = buffer_.size();
    if (searched - at_ > kMostFieldBytes) return Bad("is longer than 4 GB");
    const auto more = Have(searched - at_ + 1);
    if (!more.ok()) return more.status();
    if (*more) continue;
    if (at_ == buffer_.size()) return std::optional<std::string_view>();
    const std::string_view line = std::string_view(buffer_).substr(at_);
    at_ = buffer_.size();
    return line;
  }
}

// False at the end of everything.
absl::StatusOr<bool> RowReader::BeginRow() {
  // Everything before the row is done with.
  if (at_ == buffer_.size() || at_ >= kRead) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  while (layout_.chunk_header && left_ == 0) {
    const auto header = Line();
    if (!header.ok()) return header.status();
    if (!*header) return false;
    const std::string_view text = **header;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), left_);
    if (error != std::errc() || end != text.data() + text.size()) {
      return Bad(Concat("before it stands '", std::string(text.substr(0, 40)),
                        "' and not the number of rows that --chunk-header promises"));
    }
  }
  if (!layout_.chunk_header) return Have(1);
  --left_;
  return true;
}

absl::StatusOr<const std::vector<Field>*> RowReader::Next() {
  ++row_;
  const auto more = BeginRow();
  if (!more.ok()) return more.status();
  if (!*more) return nullptr;
  absl::Status status;
  if (layout_.format == RowFormat::kRowBinary) {
    status = ReadBinary();
  } else {
    const auto line = Line();
    if (!line.ok()) return line.status();
    if (!*line) return Bad("is missing: the block ends before it");
    status =
        layout_.format == RowFormat::kTabSeparated ? ReadTabSeparated(**line) : ReadJson(**line);
  }
  if (!status.ok()) return status;
  return &fields_;
}

absl::Status RowReader::SetNumber(std::string_view text, Field& field) const {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), field.number);
  if (error == std::errc() && end == text.data() + text.size()) return absl::OkStatus();
  return Bad(Concat("'", std::string(text.substr(0, 40)), "' is no whole number"));
}

absl::Status RowReader::ReadTabSeparated(std::string_view line) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::size_t tab = line.find('\t', begin);
    const bool last = i + 1 == fields_.size();
    if (last != (tab == std::string_view::npos)) {
      return Bad(Concat("has ", std::count(line.begin(), line.end(), '\t') + 1, " fields, not ",
                        fields_.size()));
    }
    const std::string_view text = line.substr(begin, last ? line.size() - begin : tab - begin);
    begin = tab + 1;
    Field& field = fields_[i];
    field = {text == "\\N", text};
    if (field.null) continue;
    if (text.find('\\') != std::string_view::npos) {
      Unescape(text, unescaped_[i]);
      field.text = unescaped_[i];
    }
    if (layout_.fields[i] == FieldType::kString) continue;
    if (absl::Status status = SetNumber(field.text, field); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RowReader::ReadJson(std::string_view line) {
  JsonOptions lenient;
  lenient.allow_duplicate_keys = true;
  const auto root = json_.Read(line, "", lenient);
  if (!root.ok()) {
    return Bad(Concat("is no JSON: ", MessageOf(root.status()),
                      " (bytes that are not UTF-8 need tsv or rowbinary)"));
  }
  if (!root->is_object() || root->size() != fields_.size()) {
    return Bad(Concat("is no object of ", fields_.size(), " members"));
  }
  auto value = root->first();
  for (std::size_t i = 0; i < fields_.size(); ++i, value = value->next()) {
    Field& field = fields_[i];
    field = {value->is_null(), value->text()};
    if (field.null) continue;
    const bool wants_text = layout_.fields[i] == FieldType::kString;
    if (!value->is_string() && (wants_text || !value->is_number())) {
      return Bad(Concat("its member ", std::string(value->key()), " is ",
                        JsonKindName(value->kind()), ", not ",
                        wants_text ? "a string" : "a number"));
    }
    if (wants_text) continue;
    if (absl::Status status = SetNumber(field.text, field); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::uint64_t> RowReader::ReadLength() {
  std::uint64_t length = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    const auto more = Have(1);
    if (!more.ok()) return more.status();
    if (!*more) return Bad("ends in the middle");
    const auto byte = static_cast<unsigned char>(buffer_[at_++]);
    length |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80 && length > kMostFieldBytes) break;
    if (byte < 0x80) return length;
  }
  return Bad("has a string of more than 4 GB; are the rows RowBinary, with these arguments?");
}

absl::Status RowReader::ReadBinary() {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    Field& field = fields_[i];
    field = {};
    const bool is_number = layout_.fields[i] == FieldType::kUint64;
    const std::size_t fixed = std::size_t{layout_.nullable} + (is_number ? 8 : 0);
    auto more = Have(layout_.nullable ? 1 : fixed);
    if (!more.ok()) return more.status();
    if (!*more) return Bad("ends in the middle");
    if (layout_.nullable) {
      const char flag = buffer_[at_++];
      if (flag != 0 && flag != 1) return Bad("has no byte for NULL; --nullable promises one");
      field.null = flag == 1;
      if (field.null) continue;
    }
    const auto length = is_number ? absl::StatusOr<std::uint64_t>(8) : ReadLength();
    if (!length.ok()) return length.status();
    more = Have(static_cast<std::size_t>(*length));
    if (!more.ok()) return more.status();
    if (!*more) return Bad("ends in the middle");
    if (is_number) std::memcpy(&field.number, buffer_.data() + at_, 8);
    // The buffer may move until the row is whole.
    offsets_[i] = at_;
    field.text = {buffer_.data() + at_, static_cast<std::size_t>(*length)};
    at_ += static_cast<std::size_t>(*length);
  }
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (!fields_[i].null) fields_[i].text = {buffer_.data() + offsets_[i], fields_[i].text.size()};
  }
  return absl::OkStatus();
}

void RowWriter::Begin(std::string& out) const {
  if (format_ == RowFormat::kJsonEachRow) out += Concat("{", JsonQuote(name_), ":");
  if (format_ == RowFormat::kRowBinary && nullable_) out += '\0';
}

void RowWriter::End(std::string& out) const {
  if (format_ == RowFormat::kJsonEachRow) out += '}';
  if (format_ != RowFormat::kRowBinary) out += '\n';
}

void RowWriter::Null(std::string& out) const {
  switch (format_) {
    case RowFormat::kTabSeparated:
      out += "\\N\n";
      return;
    case RowFormat::kJsonEachRow:
      Begin(out);
      out += "null";
      End(out);
      return;
    case RowFormat::kRowBinary:
      out += '\1';
  }
}

void RowWriter::Uint(std::uint64_t value, std::string& out) const {
  Begin(out);
  format_ == RowFormat::kRowBinary ? AppendRaw(value, out) : void(out += std::to_string(value));
  End(out);
}

void RowWriter::Uints(const std::vector<std::uint32_t>& values, std::string& out) const {
  Begin(out);
  if (format_ == RowFormat::kRowBinary) {
    AppendLength(values.size(), out);
    for (const std::uint32_t value : values) AppendRaw(value, out);
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    out += std::to_string(values[i]);
  }
  out += ']';
  End(out);
}

void RowWriter::String(std::string_view value, std::string& out) const {
  Begin(out);
  switch (format_) {
    case RowFormat::kTabSeparated:
      Escape(value, out);
      break;
    case RowFormat::kJsonEachRow:
      out += JsonQuote(value);
      break;
    case RowFormat::kRowBinary:
      AppendLength(value.size(), out);
      out += value;
  }
  End(out);
}

void RowWriter::Decimal(absl::int128 units, std::string_view text, std::string& out) const {
  Begin(out);
  switch (format_) {
    case RowFormat::kTabSeparated:
      out += text;
      break;
    case RowFormat::kJsonEachRow:
      // A number would be read as a binary fraction.
      out += JsonQuote(text);
      break;
    case RowFormat::kRowBinary:
      AppendRaw(absl::Int128Low64(units), out);
      AppendRaw(absl::Int128High64(units), out);
  }
  End(out);
}

}  // namespace toktally::cli
