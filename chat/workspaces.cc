#include "chat/workspaces.h"

#include <algorithm>

#include "bpe/encoding.h"
#include "bpe/workspace.h"

namespace toktally::chat {

struct Workspaces::Counted {
  const Encoding* encoding = nullptr;
  std::size_t bytes = 0;
  Workspace workspace{};
};

Workspaces::Workspaces() = default;
Workspaces::~Workspaces() = default;
Workspaces::Workspaces(Workspaces&&) noexcept = default;
Workspaces& Workspaces::operator=(Workspaces&&) noexcept = default;

std::uint64_t Workspaces::Count(const Encoding& encoding, std::string_view text) {
  return encoding.Count(text, IllFormedUtf8::kReplace, For(encoding, text.size()));
}

CountedPrefix Workspaces::CountPrefix(const Encoding& encoding, std::string_view text) {
  return encoding.CountPrefix(text, For(encoding, text.size()));
}

Workspace* Workspaces::For(const Encoding& encoding, std::size_t bytes) {
  constexpr std::size_t kWorthIt = std::size_t{64} << 10;
  auto mine = std::find_if(all_.begin(), all_.end(), [&encoding](const auto& counted) {
    return counted->encoding == &encoding;
  });
  if (mine == all_.end()) {
    mine = all_.insert(all_.end(), std::make_unique<Counted>());
    (*mine)->encoding = &encoding;
  }
  Counted& counted = **mine;
  if (counted.bytes < kWorthIt) counted.bytes += bytes;
  return counted.bytes < kWorthIt ? nullptr : &counted.workspace;
}

}  // namespace toktally::chat
