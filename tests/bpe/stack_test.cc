// No call of the library takes more than 32 KB of stack: each is made on a thread whose stack was
// painted before, and what lost its paint is measured. A thread of musl has 128 KB in all.

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "tests/bpe/random_text.h"

namespace toktally {
namespace {

constexpr std::size_t kLimit = 32u << 10;
constexpr std::size_t kStack = std::size_t{1} << 20;
constexpr unsigned char kPaint = 0xA5;
// AddressSanitizer surrounds every variable with unused bytes: what it takes says nothing of a
// release.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// The bytes of stack that a thread takes that does this and ends.
std::size_t StackOf(const std::function<void()>& work) {
  void* memory = nullptr;
  EXPECT_EQ(posix_memalign(&memory, 4096, kStack), 0);
  auto* const stack = static_cast<unsigned char*>(memory);
  for (std::size_t i = 0; i < kStack; ++i) stack[i] = kPaint;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  EXPECT_EQ(pthread_attr_setstack(&attributes, stack, kStack), 0);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  EXPECT_EQ(pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&work)),
            0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  std::size_t unused = 0;
  while (unused < kStack && stack[unused] == kPaint) ++unused;
  std::free(memory);
  return kStack - unused;
}

void ExpectLittle(const std::string& what, const std::function<void()>& work) {
  const std::size_t nothing = StackOf([] {});
  const std::size_t taken = StackOf(work) - nothing;
  EXPECT_LE(taken, kLimit) << what;
  ::testing::Test::RecordProperty(what, std::to_string(taken));
}

// Words, long pieces, ill-formed bytes: 200 KB, more than one stretch.
std::string LongText() {
  testing::RandomText random(7);
  std::string text;
  while (text.size() < 200000) {
    text += random.AnyBytes(3000);
    text += std::string(random.Below(400), 'q') + " and then some more of it ";
    for (int i = 0; i < 300; ++i) text += static_cast<char>('a' + random.Below(26));
  }
  return text;
}

TEST(StackTest, EveryCallOfAnEncoding) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's frames are larger";
  const std::string text = LongText();
  for (const EnginePath* path : AvailableEnginePaths()) {
    ForceEnginePath(path);
    for (const std::string_view name : {"r50k_base", "cl100k_base", "o200k_base"}) {
      const Encoding& encoding = *FindEncoding(name);
      const std::string label = std::string(path->name) + "_" + std::string(name) + "_";
      for (const IllFormedUtf8 ill_formed : {IllFormedUtf8::kReplace, IllFormedUtf8::kLossless}) {
        ExpectLittle(label + "count", [&] { encoding.Count(text, ill_formed); });
        ExpectLittle(label + "encode", [&] { encoding.EncodeOrdinary(text, ill_formed); });
        ExpectLittle(label + "up_to", [&] { encoding.CountUpTo(text, 20000, ill_formed); });
      }
      ExpectLittle(label + "offsets", [&] { encoding.EncodeOrdinaryWithOffsets(text); });
      ExpectLittle(label + "prefix", [&] { encoding.CountPrefix(text); });
      ExpectLittle(label + "specials", [&] {
        EXPECT_TRUE(encoding.Count(text, SpecialSet::All(), SpecialSet::None()).ok());
      });
      const std::vector<TokenId> ids = encoding.EncodeOrdinary(text);
      ExpectLittle(label + "decode", [&] { EXPECT_TRUE(encoding.Decode(ids).ok()); });
      ExpectLittle(label + "nothing_kept", [&] {
        Workspace nothing(Workspace::Keep::kNothing);
        encoding.Count(text, IllFormedUtf8::kReplace, &nothing);
      });
    }
  }
  ForceEnginePath(nullptr);
}

TEST(StackTest, ACustomEncodingIsMadeAndUsed) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's frames are larger";
  EncodingSpec spec;
  spec.name = "custom";
  spec.split_pattern = R"([a-z]+| ?[^\sa-z]+|\s+(?!\S)|\s+)";
  std::string vocabulary;
  const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (unsigned byte = 0; byte < 256; ++byte) {
    vocabulary += {digits[byte >> 2], digits[(byte & 3) << 4], '=', '=', ' '};
    vocabulary += std::to_string(byte) + "\n";
  }
  spec.vocabulary_text = vocabulary;
  std::unique_ptr<const Encoding> encoding;
  ExpectLittle("create", [&] {
    auto made = Encoding::Create(spec);
    ASSERT_TRUE(made.ok()) << made.status();
    encoding = *std::move(made);
  });
  ASSERT_NE(encoding, nullptr);
  const std::string text = LongText();
  ExpectLittle("custom_count", [&] { encoding->Count(text); });
  ExpectLittle("custom_offsets", [&] { encoding->EncodeOrdinaryWithOffsets(text); });
}

}  // namespace
}  // namespace toktally
