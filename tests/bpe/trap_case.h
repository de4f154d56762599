// The cases of tests/bpe/traps.jsonl: one JSON object a line, with what tiktoken's own cores gave.
// `input` is bytes written as printable ASCII, with \\ and \xNN (below the JSON escaping), or
// `repeat`: prefix, unit n times, suffix. `mode` says which function and policy gave `ids`. Digest
// lines stand for a stream of texts: the FNV-1a of the ids of each, then FF FF FF FF, and the same
// of the end offsets of its pieces.

#ifndef TOKTALLY_TESTS_BPE_TRAP_CASE_H_
#define TOKTALLY_TESTS_BPE_TRAP_CASE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace toktally::testing {

struct TrapCase {
  std::string id;
  std::string encoding;
  std::string mode;
  std::string input;
  std::vector<std::string> allowed_special;
  std::optional<std::vector<std::uint32_t>> ids;
  std::uint64_t count = 0;
  // Long cases have these instead of `ids`.
  std::vector<std::uint32_t> first_ids;
  std::vector<std::uint32_t> last_ids;
  std::string ids_fnv1a64;
  std::vector<std::size_t> piece_ends;   // empty where not given
  std::optional<std::string> replaced;   // bytes_replace
  std::optional<std::string> bytes_out;  // decode
  std::optional<std::uint32_t> expected_error_id;
  std::optional<std::string> expected_error_token;  // encode_default

  // For a message.
  std::string Describe() const { return encoding + " " + id; }
};

// A stream of texts, and the digests of what becomes of them.
struct DigestCase {
  std::string name;      // "alpha15" or "sweep3"
  std::string encoding;  // of the digests below
  // Every string of `length` symbols, or, without symbols, for every scalar value c: prefix, c as
  // often as `repeat` says, suffix.
  std::vector<std::string> symbols;
  std::size_t length = 0;
  std::string prefix;
  std::string suffix;
  int repeat = 1;
  std::string ids_fnv1a64;  // empty where not given
  std::string pieces_fnv1a64;
};

// Every case but the digests.
std::vector<TrapCase> LoadTrapCases();
// The digests of the file, and the streams of which it has no digest for either encoding or for
// one.
std::vector<DigestCase> LoadDigestCases();

void ForEachText(const DigestCase& digest, const std::function<void(std::string_view)>& use);

// FNV-1a, 64 bits, over values as little-endian u32.
class Fnv1a {
 public:
  void Add(std::uint32_t value) {
    for (int i = 0; i < 4; ++i) {
      hash_ = (hash_ ^ (value >> (8 * i) & 0xFF)) * 0x100000001B3u;
    }
  }
  std::string Hex() const;

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325u;
};

// What follows the ids, or the piece ends, of each text of a digest.
inline constexpr std::uint32_t kEndOfText = 0xFFFFFFFF;

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_BPE_TRAP_CASE_H_
