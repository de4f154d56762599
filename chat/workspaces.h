// Workspaces for a caller who counts many texts, short ones among them, with several encodings.

#ifndef TOKTALLY_CHAT_WORKSPACES_H_
#define TOKTALLY_CHAT_WORKSPACES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

#include "bpe/encoding.h"
#include "bpe/workspace.h"

namespace toktally::chat {

// Not thread-safe: a thread uses one of its own.
class Workspaces {
 public:
  // encoding.Count(text, …), with the workspace that is kept for the encoding; without one as long
  // as so little was counted that its memory would not pay. One for each encoding, since a
  // workspace forgets everything when the vocabulary changes.
  std::uint64_t Count(const Encoding& encoding, std::string_view text,
                      IllFormedUtf8 ill_formed = IllFormedUtf8::kReplace) {
    return encoding.Count(text, ill_formed, For(encoding, text.size()));
  }
  CountedPrefix CountPrefix(const Encoding& encoding, std::string_view text) {
    return encoding.CountPrefix(text, For(encoding, text.size()));
  }

  // The workspace for one more text of the encoding of so many bytes; null while it would not pay.
  Workspace* For(const Encoding& encoding, std::size_t bytes);

 private:
  struct Counted {
    const Encoding* encoding;
    std::size_t bytes = 0;
    Workspace workspace{};
  };

  std::deque<Counted> all_;  // few; they stay in place
};

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_WORKSPACES_H_
