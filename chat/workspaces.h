// Workspaces for a caller who counts many texts, short ones among them, with several encodings.

#ifndef TOKTALLY_CHAT_WORKSPACES_H_
#define TOKTALLY_CHAT_WORKSPACES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace toktally {

class Encoding;
class Workspace;
struct CountedPrefix;

namespace chat {

// Not thread-safe: a thread uses one of its own.
class Workspaces {
 public:
  Workspaces();
  ~Workspaces();
  Workspaces(Workspaces&&) noexcept;
  Workspaces& operator=(Workspaces&&) noexcept;

  // encoding.Count(text), with the workspace that is kept for the encoding; without one as long as
  // so little was counted that its memory would not pay. One for each encoding, since a workspace
  // forgets everything when the vocabulary changes.
  std::uint64_t Count(const Encoding& encoding, std::string_view text);
  CountedPrefix CountPrefix(const Encoding& encoding, std::string_view text);

  // The workspace for one more text of the encoding of so many bytes; null while it would not pay.
  Workspace* For(const Encoding& encoding, std::size_t bytes);

 private:
  struct Counted;

  std::vector<std::unique_ptr<Counted>> all_;  // few
};

}  // namespace chat
}  // namespace toktally

#endif  // TOKTALLY_CHAT_WORKSPACES_H_
