#include "cli/io/utf16_source.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;

bool IsHigh(char16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLow(char16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

std::optional<ByteOrder> Utf16Order(std::string_view beginning) {
  using std::string_view_literals::operator""sv;
  // UTF-32's little-endian mark begins as UTF-16's; a text that goes on with U+0000 is neither's.
  if (beginning.starts_with("\xFF\xFE\0\0"sv)) return std::nullopt;
  if (beginning.starts_with("\xFF\xFE")) return ByteOrder::kLittle;
  if (beginning.starts_with("\xFE\xFF")) return ByteOrder::kBig;
  return std::nullopt;
}

Utf16Source::Utf16Source(std::string read, ByteSource& rest, ByteOrder order)
    : rest_(rest), order_(order), units_(std::move(read)) {
  units_.erase(0, 2);  // the mark
}

char16_t Utf16Source::UnitAt(std::size_t i) const {
  const auto first = static_cast<unsigned char>(units_[i]);
  const auto second = static_cast<unsigned char>(units_[i + 1]);
  return static_cast<char16_t>(order_ == ByteOrder::kLittle ? second << 8 | first
                                                            : first << 8 | second);
}

// Turns what is read into text_; keeps back what more bytes may complete.
absl::Status Utf16Source::Convert() {
  const std::size_t kept = units_.size();
  units_.resize(kept + kBlock);
  const absl::StatusOr<std::size_t> got = rest_.Read(std::span(units_.data() + kept, kBlock));
  units_.resize(kept + got.value_or(0));
  if (!got.ok()) return got.status();
  at_end_ = *got == 0;
  std::size_t i = 0;
  for (; i + 2 <= units_.size(); i += 2) {
    const char16_t unit = UnitAt(i);
    if (!IsHigh(unit) && !IsLow(unit)) {
      AppendCodePoint(unit, text_);
      continue;
    }
    if (IsHigh(unit) && i + 4 > units_.size() && !at_end_) break;
    if (IsHigh(unit) && i + 4 <= units_.size() && IsLow(UnitAt(i + 2))) {
      const char32_t high = unit - 0xD800u;
      AppendCodePoint(0x10000 + (high << 10 | (UnitAt(i + 2) - 0xDC00u)), text_);
      i += 2;
    } else {
      text_ += '\xFF';
    }
  }
  units_.erase(0, i);
  if (at_end_ && !units_.empty()) {
    text_ += '\xFF';
    units_.clear();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> Utf16Source::Read(std::span<char> buffer) {
  while (handed_out_ == text_.size()) {
    if (at_end_) return 0;
    text_.clear();
    handed_out_ = 0;
    if (absl::Status status = Convert(); !status.ok()) return status;
  }
  const std::size_t size = std::min(buffer.size(), text_.size() - handed_out_);
  std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(handed_out_), size, buffer.begin());
  handed_out_ += size;
  return size;
}

}  // namespace toktally::cli
