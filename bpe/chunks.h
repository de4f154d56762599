// A text in chunks of at most so many tokens, as retrieval and batches need them.
//
//   toktally::Chunker chunker(encoding, {.tokens = 512, .overlap = 64},
//                             [&](const toktally::Chunk& chunk) { chunks.push_back(chunk.end); });
//   for (const std::string& part : parts) chunker.Add(part);
//   chunker.Finish();
//
// Memory goes by the tokens of a chunk, whatever the length of the text; time is linear in it.

#ifndef TOKTALLY_BPE_CHUNKS_H_
#define TOKTALLY_BPE_CHUNKS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "bpe/encoding.h"
#include "bpe/workspace.h"

namespace toktally {

// Where a chunk may end. Where none of these places lies in the second half of what fits, the next
// finer kind is looked for: a line in place of a paragraph, a sentence, a token.
enum class Boundary {
  kToken,      // anywhere between two tokens and two characters
  kSentence,   // behind . ! ? and their like in other scripts, before a blank; and at line ends
  kLine,       // behind a newline
  kParagraph,  // behind an empty line
  kMarkdown,   // before a heading; else as paragraphs, none of them inside a fenced block
  kCode,       // before an unindented line that follows an empty one; else as lines
};

struct ChunkOptions {
  std::uint64_t tokens = 0;  // a chunk's most; at least 1
  std::uint64_t overlap =
      0;  // at most so many tokens of a chunk's end are the next one's beginning
  Boundary at = Boundary::kToken;
};

struct Chunk {
  std::string_view text;    // good during the call
  std::uint64_t begin = 0;  // bytes of the whole text, [begin, end)
  std::uint64_t end = 0;
  std::uint64_t first_line = 1;  // counted from 1
  std::uint64_t last_line = 1;   // the line of its last byte
  std::uint64_t tokens = 0;      // encoding.Count(text)
};

// Not thread-safe.
class Chunker {
 public:
  // InvalidArgument if the options leave no room: tokens 0, or an overlap that is not less.
  static absl::Status Check(const ChunkOptions& options);

  // `use` gets every chunk in order. The encoding must outlive it; the options are as Check wants
  // them.
  Chunker(const Encoding& encoding, const ChunkOptions& options,
          std::function<void(const Chunk&)> use);

  void Add(std::string_view part);
  // Chunks what is left. Nothing may be added afterwards.
  void Finish();

 private:
  // Cuts off the next chunk; false if more text is needed to see where it ends.
  bool CutChunk(bool final);
  void Emit(std::size_t end, std::uint64_t tokens);

  const Encoding& encoding_;
  const ChunkOptions options_;
  const std::function<void(const Chunk&)> use_;
  Workspace workspace_;
  std::string buffer_;        // the text from some place before the chunk on
  std::size_t begin_ = 0;     // of the chunk, in buffer_
  std::size_t emitted_ = 0;   // the end of the last chunk, in buffer_
  std::uint64_t offset_ = 0;  // of buffer_ in the whole text
  std::uint64_t line_ = 1;    // of begin_
  std::size_t wanted_;        // bytes from begin_ on with which it is worth trying
  bool in_fence_ = false;     // begin_ lies in a fenced block of Markdown
};

}  // namespace toktally

#endif  // TOKTALLY_BPE_CHUNKS_H_
