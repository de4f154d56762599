// One Encoding used by sixteen threads at once, and by a child that was forked among them. The
// thread sanitizer's build runs this too.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "tests/bpe/random_text.h"

namespace toktally {
namespace {

constexpr int kThreads = 16;

struct Sample {
  std::string text;
  std::vector<TokenId> ids;
};

std::vector<Sample> MakeSamples(const Encoding& encoding) {
  testing::RandomText random(30);
  std::vector<Sample> samples;
  for (int i = 0; i < 300; ++i) {
    const std::string text = random.AnyBytes(200);
    samples.push_back({text, encoding.EncodeOrdinary(text)});
  }
  return samples;
}

bool AllAgree(const Encoding& encoding, const std::vector<Sample>& samples) {
  for (const Sample& sample : samples) {
    if (encoding.EncodeOrdinary(sample.text) != sample.ids) return false;
    if (encoding.Count(sample.text) != sample.ids.size()) return false;
  }
  return true;
}

// The first use of every encoding happens in all threads at once.
TEST(EncodingThreadsTest, FirstUseInManyThreads) {
  std::vector<std::vector<const Encoding*>> found(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : found) {
    threads.emplace_back([&mine] {
      for (const std::string_view name : EncodingNames()) {
        mine.push_back(FindEncoding(name));
        mine.back()->Count("hello world");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : found) EXPECT_EQ(mine, found[0]);
}

TEST(EncodingThreadsTest, ManyThreadsOneEncoding) {
  for (const char* name : {"cl100k_base", "o200k_base"}) {
    const Encoding& encoding = *FindEncoding(name);
    const std::vector<Sample> samples = MakeSamples(encoding);
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] { good += AllAgree(encoding, samples) ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, kThreads) << name;
  }
}

TEST(EncodingThreadsTest, AForkedChildGoesOn) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer's allocator may be locked for ever in a forked child";
#endif
  const Encoding& encoding = *FindEncoding("o200k_base");
  const std::vector<Sample> samples = MakeSamples(encoding);
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    while (!stop) AllAgree(encoding, samples);
  });
  for (int i = 0; i < 10; ++i) {
    const pid_t child = fork();
    ASSERT_NE(child, -1);
    if (child == 0) _exit(AllAgree(encoding, samples) ? 0 : 1);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  stop = true;
  busy.join();
}

}  // namespace
}  // namespace toktally
