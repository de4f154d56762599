// The engine in plain C++: a table of classes, eight bytes at a time.

#include "bpe/engine/isa/isa.h"

namespace toktally {
namespace {

#include "bpe/engine/generic/beyond_ascii.inc"

enum AsciiFlag : std::uint8_t {
  kNewlineFlag = 64,
  kHighFlag = 128,
};

// The flags of each byte; those of a character beyond ASCII are put in its place later.
constexpr std::array<std::uint8_t, 256> MakeByteFlags() {
  std::array<std::uint8_t, 256> flags = {};
  for (int c = 'a'; c <= 'z'; ++c) flags[static_cast<std::size_t>(c)] = kLetterFlag;
  for (int c = 'A'; c <= 'Z'; ++c) flags[static_cast<std::size_t>(c)] = kLetterFlag | kUpperFlag;
  for (int c = '0'; c <= '9'; ++c) flags[static_cast<std::size_t>(c)] = kNumberFlag;
  for (int c = 9; c <= 13; ++c) flags[static_cast<std::size_t>(c)] = kSpaceFlag;
  flags[' '] = kSpaceFlag;
  flags['\n'] |= kNewlineFlag;
  flags['\r'] |= kNewlineFlag;
  for (std::size_t c = 128; c < 256; ++c) flags[c] = kHighFlag;
  return flags;
}
constexpr std::array<std::uint8_t, 256> kByteFlags = MakeByteFlags();

constexpr std::uint64_t kOnes = 0x0101010101010101;

// The lowest bits of eight bytes as eight bits.
TOKTALLY_INLINE std::uint64_t GatherLowestBits(std::uint64_t bytes) {
  return (bytes & kOnes) * 0x0102040810204080 >> 56;
}

TOKTALLY_INLINE std::uint64_t BytesWith(const std::uint8_t* flags, int bit) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < kWindowBytes; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, flags + i, 8);
    mask |= GatherLowestBits(word >> bit) << i;
  }
  return mask;
}

TOKTALLY_INLINE std::uint64_t BytesEqual(const char* text, char c) {
  std::uint64_t mask = 0;
  for (unsigned i = 0; i < kWindowBytes; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text + i, 8);
    word ^= kOnes * static_cast<unsigned char>(c);
    const std::uint64_t low = 0x7F7F7F7F7F7F7F7F;
    mask |= GatherLowestBits(~(((word & low) + low) | word) >> 7) << i;
  }
  return mask;
}

#include "bpe/engine/generic/portable.inc"

struct Isa : PortableIsa {
  template <bool kUsesCase>
  TOKTALLY_INLINE static Window LoadWindow(const char* text) {
    std::uint8_t flags[kWindowBytes + 4];
    for (std::size_t i = 0; i < kWindowBytes; ++i) {
      flags[i] = kByteFlags[static_cast<unsigned char>(text[i])];
    }
    const auto bytes_with = [&flags](unsigned flag) {
      return BytesWith(flags, std::countr_zero(flag));
    };
    Window w = {};
    w.size = kWindowBytes;
    w.letter = bytes_with(kLetterFlag);
    if (kUsesCase) {
      w.upper = bytes_with(kUpperFlag);
      w.slash = BytesEqual(text, '/');
    }
    w.number = bytes_with(kNumberFlag);
    w.space = bytes_with(kSpaceFlag);
    w.newline = bytes_with(kNewlineFlag);
    w.blank = BytesEqual(text, ' ');
    w.apostrophe = BytesEqual(text, '\'');
    w.high = bytes_with(kHighFlag);
    if (w.high != 0) [[unlikely]] {
      for (unsigned i = 0; i < kWindowBytes; ++i) {
        w.continuation |= std::uint64_t{(text[i] & 0xC0) == 0x80} << i;
      }
      AddCharacters(text, w.high & ~w.continuation, w);
      LeaveCutCharacterOut(text, w);
    }
    return w;
  }
};

#include "bpe/engine/generic/loop.inc"

}  // namespace

const EnginePath kPlainPath = MakePath(
    "plain", [] { return true; }, HandPatterns());

}  // namespace toktally
