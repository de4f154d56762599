#include "cli/io/text_source.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "cli/io/utf16_source.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kBeginning = std::size_t{8} * 1024;

// What was read already, then the rest.
class Resumed : public ByteSource {
 public:
  Resumed(std::string read, std::unique_ptr<ByteSource> rest)
      : read_(std::move(read)), rest_(std::move(rest)) {}

  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override {
    if (at_ == read_.size()) return rest_->Read(buffer);
    const std::size_t size = std::min(buffer.size(), read_.size() - at_);
    std::copy_n(read_.begin() + static_cast<std::ptrdiff_t>(at_), size, buffer.begin());
    at_ += size;
    return size;
  }
  std::optional<std::uint64_t> SizeHint() const override { return rest_->SizeHint(); }

 private:
  const std::string read_;
  const std::unique_ptr<ByteSource> rest_;
  std::size_t at_ = 0;
};

// Utf16Source with the source that it reads from.
class OwnedUtf16 : public ByteSource {
 public:
  OwnedUtf16(std::string read, std::unique_ptr<ByteSource> rest, ByteOrder order)
      : rest_(std::move(rest)), text_(std::move(read), *rest_, order) {}
  absl::StatusOr<std::size_t> Read(std::span<char> buffer) override { return text_.Read(buffer); }

 private:
  const std::unique_ptr<ByteSource> rest_;
  Utf16Source text_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> OpenText(const std::string& path,
                                                     const TextOptions& options,
                                                     const Input& input) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = input.Open(path);
  if (!source.ok()) return source;
  std::string beginning(kBeginning, '\0');
  std::size_t size = 0;
  while (size < beginning.size()) {
    const auto got = (*source)->Read(std::span(beginning.data() + size, beginning.size() - size));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    size += *got;
  }
  beginning.resize(size);
  const std::optional<ByteOrder> order = options.force ? std::nullopt : Utf16Order(beginning);
  if (order) {
    return std::make_unique<OwnedUtf16>(std::move(beginning), *std::move(source), *order);
  }
  if (absl::Status status = CheckForm(options, beginning, path); !status.ok()) return status;
  return std::make_unique<Resumed>(std::move(beginning), *std::move(source));
}

}  // namespace toktally::cli
