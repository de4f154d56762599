// Counters of Claude's texts for those who have the pieces; see Counter::UseClaudePieces.

#ifndef TOKTALLY_CHAT_CLAUDE_COUNTERS_H_
#define TOKTALLY_CHAT_CLAUDE_COUNTERS_H_

#include <map>
#include <memory>
#include <utility>

#include "bpe/claude/counter.h"
#include "bpe/claude/family.h"
#include "chat/count.h"

namespace toktally::chat {

// One counter a family, made when it is first asked for. One thread at a time.
class ClaudeCounters {
 public:
  explicit ClaudeCounters(FindClaudePieces find) : find_(std::move(find)) {}

  // nullptr where there are no pieces of that family.
  claude::Counter* For(claude::Family family) {
    const auto known = counters_.find(family);
    if (known != counters_.end()) return known->second.get();
    const claude::Pieces* pieces = find_(family);
    auto counter = pieces == nullptr ? nullptr : std::make_unique<claude::Counter>(*pieces, family);
    return counters_.emplace(family, std::move(counter)).first->second.get();
  }

 private:
  FindClaudePieces find_;
  std::map<claude::Family, std::unique_ptr<claude::Counter>> counters_;
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_CLAUDE_COUNTERS_H_
