#include "chat/workspaces.h"

#include <algorithm>

namespace toktally::chat {

Workspace* Workspaces::For(const Encoding& encoding, std::size_t bytes) {
  constexpr std::size_t kWorthIt = std::size_t{64} << 10;
  auto mine = std::find_if(all_.begin(), all_.end(), [&encoding](const Counted& counted) {
    return counted.encoding == &encoding;
  });
  if (mine == all_.end()) mine = all_.insert(all_.end(), Counted{&encoding});
  if (mine->bytes < kWorthIt) mine->bytes += bytes;
  return mine->bytes < kWorthIt ? nullptr : &mine->workspace;
}

}  // namespace toktally::chat
