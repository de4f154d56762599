#include "pricing/cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

namespace toktally::pricing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Date kToday{2026, 11, 22};

// Without a day there are no rates: a cost at no date does not compile.
static_assert(!std::is_default_constructible_v<CostOptions>);

CostResult CostOf(std::string_view name, const Usage& usage, const CostOptions& options) {
  const auto match = RateTable::BuiltIn()->Resolve(name);
  EXPECT_TRUE(match.ok()) << match.status();
  auto result = Cost(*match->model, usage, options);
  EXPECT_TRUE(result.ok()) << result.status();
  return *result;
}

std::string Total(std::string_view name, const Usage& usage,
                  const CostOptions& options = {.date = kToday}) {
  return CostOf(name, usage, options).total.ToString();
}

TEST(Cost, TheNotebook) {
  // 703 * 2.50 + 172 * 10 = 1757.5 + 1720; 703 * 0.15 + 241 * 0.60 = 105.45 + 144.60.
  const Usage gpt_4o{.uncached_input = 703, .output = 172};
  const Usage mini{.uncached_input = 703, .output = 241};
  EXPECT_EQ(Total("gpt-4o", gpt_4o), "0.0034775");
  EXPECT_EQ(Total("gpt-4o-mini", mini), "0.00025005");
  const CostOptions today{.date = kToday};
  EXPECT_EQ(FormatRounded(*CostOf("gpt-4o", gpt_4o, today).total.Times(1'000'000)), "$3,477.50");
  EXPECT_EQ(FormatRounded(*CostOf("gpt-4o-mini", mini, today).total.Times(1'000'000)), "$250.05");
}

TEST(Cost, CachedTokensAreAPartOfThePrompt) {
  // gpt-5.4: 50,000 * 2.50 + 150,000 * 0.25 = 125,000 + 37,500 millionths.
  EXPECT_EQ(Total("gpt-5.4", {.uncached_input = 50'000, .cached_input = 150'000}), "0.1625");
}

TEST(Cost, LongContextRepricesTheWholeRequest) {
  // 272,000 * 2.50 = 0.68; 272,001 * 5 = 1.360005; and 1,000 output at 15 and at 22.50.
  EXPECT_EQ(Total("gpt-5.4", {.uncached_input = 272'000, .output = 1000}), "0.695");
  EXPECT_EQ(Total("gpt-5.4", {.uncached_input = 272'001, .output = 1000}), "1.382505");
  // Cached tokens count towards the threshold: 1 * 5 + 272,000 * 0.50.
  EXPECT_EQ(Total("gpt-5.4", {.uncached_input = 1, .cached_input = 272'000}), "0.136005");
}

TEST(Cost, BatchWithoutACachedRateBillsCachedTokensAsInput) {
  const CostResult result =
      CostOf("gpt-4.1", {.uncached_input = 1000, .cached_input = 9000, .output = 500},
             {.tier = Tier::kBatch, .date = kToday});
  // 10,000 * 1 + 500 * 4.
  EXPECT_EQ(result.total.ToString(), "0.012");
  EXPECT_THAT(result.remarks, ElementsAre("the batch tier has no cached_input rate: billed at its "
                                          "input rate"));
}

TEST(Cost, BatchWithACachedRateUsesIt) {
  // gpt-6.2-sol batch: 1000 * 1 + 9000 * 0.05 + 500 * 5.
  EXPECT_EQ(Total("gpt-6.2-sol", {.uncached_input = 1000, .cached_input = 9000, .output = 500},
                  {.tier = Tier::kBatch, .date = kToday}),
            "0.00395");
}

TEST(Cost, Priority) {
  // gpt-4o priority: 1000 * 4.25 + 1000 * 2.125 + 1000 * 17.
  const CostResult result =
      CostOf("gpt-4o", {.uncached_input = 1000, .cached_input = 1000, .output = 1000},
             {.tier = Tier::kPriority, .date = kToday});
  EXPECT_EQ(result.total.ToString(), "0.023375");
  EXPECT_THAT(result.remarks, IsEmpty());
}

TEST(Cost, O3BeforeAndAfterItsCut) {
  const Usage usage{.uncached_input = 1'000'000, .output = 1'000'000};
  EXPECT_EQ(Total("o3", usage, {.date = Date{2025, 6, 9}}), "50.00");
  EXPECT_EQ(Total("o3", usage, {.date = Date{2025, 6, 10}}), "10.00");
  // The new rates hold on the day itself, and exactly one row of the two does on either day.
  const auto match = RateTable::BuiltIn()->Resolve("o3");
  for (const Date& day : {Date{2025, 6, 9}, Date{2025, 6, 10}, Date{2025, 6, 11}}) {
    int rows = 0;
    for (const RateRow& row : match->model->rows) {
      rows += row.tier == Tier::kStandard && row.Covers(day) ? 1 : 0;
    }
    EXPECT_EQ(rows, 1) << ToString(day);
  }
}

TEST(Cost, CacheWrites) {
  // gpt-6.2-sol: 100 * 2 + 1000 * 2.50 + 1000 * 5.
  EXPECT_EQ(Total("gpt-6.2-sol",
                  {.uncached_input = 100, .cache_write_short = 1000, .cache_write_long = 1000}),
            "0.0077");
  // No charge for writing on gpt-4o: the tokens are ordinary input, 1000 * 2.50.
  const CostResult free = CostOf("gpt-4o", {.cache_write_short = 1000}, {.date = kToday});
  EXPECT_EQ(free.total.ToString(), "0.0025");
  EXPECT_THAT(free.remarks, ElementsAre(HasSubstr("no cache_write_short rate")));
}

TEST(Cost, ReasoningIsBilledOnce) {
  EXPECT_EQ(Total("gpt-5.4", {.output = 1000, .reasoning_output = 900}), "0.015");
}

TEST(Cost, AudioAndImages) {
  // gpt-realtime: 1000 each of text in 4, cached audio 0.40, audio in 32, audio out 64, image in 5.
  EXPECT_EQ(Total("gpt-realtime", {.uncached_input = 1000,
                                   .audio_input = 1000,
                                   .audio_cached_input = 1000,
                                   .audio_output = 1000,
                                   .image_input = 1000}),
            "0.1054");
  // Images of a chat model are billed as text.
  const CostResult image = CostOf("gpt-4o", {.image_input = 1000}, {.date = kToday});
  EXPECT_EQ(image.total.ToString(), "0.0025");
  EXPECT_THAT(image.remarks, ElementsAre(HasSubstr("no image_input rate: billed at its input")));
}

TEST(Cost, CachedImagesTakeTheirOwnThenTheImageThenTheCachedTextRate) {
  RateRow row;
  const auto billed = [&row] { return BilledRateOf(row, RateKind::kImageCachedInput); };
  const auto set = [&row](RateKind kind, std::string_view rate) {
    row.rates[static_cast<std::size_t>(kind)] = *Rate::Parse(rate);
  };
  EXPECT_EQ(billed().status().code(), absl::StatusCode::kNotFound);
  set(RateKind::kInput, "4");
  EXPECT_EQ(billed()->rate, *Rate::Parse("4"));
  set(RateKind::kCachedInput, "0.4");
  EXPECT_EQ(billed()->rate, *Rate::Parse("0.4"));
  EXPECT_EQ(billed()->kind, RateKind::kCachedInput);
  set(RateKind::kImageInput, "5");
  EXPECT_EQ(billed()->rate, *Rate::Parse("5"));
  EXPECT_EQ(billed()->why,
            "the standard tier has no image_cached_input rate: billed at its image_input rate");
  set(RateKind::kImageCachedInput, "0.5");
  EXPECT_EQ(billed()->rate, *Rate::Parse("0.5"));
  EXPECT_EQ(billed()->why, "");
}

TEST(Cost, AudioByTime) {
  // whisper-1: 0.36 an hour; gpt-realtime-whisper: 0.017 a minute; gpt-live-1: 0.05 a minute.
  EXPECT_EQ(Total("whisper-1", {.audio_seconds = 1}), "0.0001");
  EXPECT_EQ(Total("gpt-realtime-whisper", {.audio_seconds = 90}), "0.0255");
  EXPECT_EQ(Total("gpt-live-1", {.session_seconds = 30}), "0.025");
}

TEST(Cost, ModelsWithoutARateForAKindAreAnError) {
  const auto match = RateTable::BuiltIn()->Resolve("gpt-4o");
  const auto result = Cost(*match->model, {.audio_input = 1}, {.date = kToday});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(result.status().message(), "gpt-4o: the standard tier has no audio_input rate");
}

TEST(Cost, DataResidencyMultipliesEveryRate) {
  // gpt-5.4: (1000 * 2.50 + 100 * 15) * 1.1; gpt-4o was released before the uplift.
  const CostOptions options{.date = kToday, .data_residency = true};
  EXPECT_EQ(Total("gpt-5.4", {.uncached_input = 1000, .output = 100}, options), "0.0044");
  EXPECT_EQ(Total("gpt-4o", {.uncached_input = 1000}, options), "0.0025");
  const auto unknown = RateTable::BuiltIn()->Resolve("gemini-4-argon");
  EXPECT_FALSE(Cost(*unknown->model, {.output = 1}, options).ok());
}

TEST(Cost, ATrillionCallsAMonthAndAHundredthOfACent) {
  const CostOptions today{.date = kToday};
  const Money call = CostOf("gpt-4o", {.uncached_input = 703, .output = 172}, today).total;
  EXPECT_EQ(FormatRounded(*call.Times(1'000'000'000'000)), "$3,477,500,000.00");
  // 40 * 2.50 = 100 millionths: a hundredth of a cent.
  const Money small = CostOf("gpt-4o", {.uncached_input = 40}, today).total;
  EXPECT_EQ(FormatRounded(small), "$0.0001");
  EXPECT_EQ(FormatExact(small), "$0.0001");
}

TEST(Cost, OverflowIsAnErrorAndNeverWraps) {
  const auto match = RateTable::BuiltIn()->Resolve("gpt-5.4-pro");
  const auto call = Cost(*match->model, {.output = 1'000'000'000'000'000}, {.date = kToday});
  ASSERT_TRUE(call.ok()) << call.status();
  EXPECT_EQ(call->total.ToString(), "180000000000.00");
  EXPECT_EQ(call->total.Times(1'000'000'000'000'000).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(Cost, AUsageThatIsNoneIsRefused) {
  const auto match = RateTable::BuiltIn()->Resolve("gpt-4o");
  for (const Usage& usage : {Usage{.uncached_input = -1}, Usage{.output = 1'000'000'000'000'001},
                             Usage{.output = 1, .reasoning_output = 2}}) {
    EXPECT_EQ(Cost(*match->model, usage, {.date = kToday}).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(Cost, ZeroRatesAreKnownRates) {
  EXPECT_EQ(Total("omni-moderation-latest", {.uncached_input = 1000}), "0.00");
  EXPECT_EQ(Total("text-embedding-3-small", {.uncached_input = 1000}), "0.00002");
}

TEST(Cost, DerivedRatesAreSaid) {
  const CostResult result =
      CostOf("o1", {.uncached_input = 1000}, {.tier = Tier::kBatch, .date = kToday});
  EXPECT_THAT(result.remarks, ElementsAre(HasSubstr("the batch input rate is derived")));
}

TEST(Lifecycle, DependsOnTheDay) {
  const auto gpt_4o = RateTable::BuiltIn()->Resolve("gpt-4o");
  EXPECT_EQ(LifecycleOn(*gpt_4o->model, kToday)->text, "deprecated: shuts down 2027-01-14");
  EXPECT_FALSE(LifecycleOn(*gpt_4o->model, kToday)->retired);
  EXPECT_EQ(LifecycleOn(*gpt_4o->model, {2027, 1, 14})->text, "shut down on 2027-01-14");
  EXPECT_TRUE(LifecycleOn(*gpt_4o->model, {2027, 1, 14})->retired);
  const auto active = RateTable::BuiltIn()->Resolve("gpt-6.2-sol");
  EXPECT_FALSE(LifecycleOn(*active->model, kToday).has_value());
}

}  // namespace
}  // namespace toktally::pricing
