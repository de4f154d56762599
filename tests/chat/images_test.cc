#include "chat/images.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "data/model_table.h"

namespace toktally::chat {
namespace {

std::int64_t Tokens(std::string_view model, int width, int height,
                    ImageDetail detail = ImageDetail::kAuto) {
  const auto tokens = CountImage(model, ImageSize{width, height}, detail);
  return tokens ? tokens->tokens : -1;
}

TEST(CountImage, ByTiles) {
  EXPECT_EQ(Tokens("gpt-4o", 512, 512), 255);
  EXPECT_EQ(Tokens("gpt-4o", 1024, 1024), 765);
  EXPECT_EQ(Tokens("gpt-4o", 2048, 4096), 1105);
  EXPECT_EQ(Tokens("gpt-4o", 1920, 1080), 1105);
  EXPECT_EQ(Tokens("gpt-4o-mini", 1024, 1024), 25501);
  EXPECT_EQ(Tokens("gpt-5", 1024, 1024), 630);
  EXPECT_EQ(Tokens("o1", 1024, 1024), 675);
  EXPECT_EQ(Tokens("gpt-4o", 1, 1), 255);
}

TEST(CountImage, LowDetailIsTheBaseOfTiles) {
  EXPECT_EQ(Tokens("gpt-4o", 4000, 4000, ImageDetail::kLow), 85);
  EXPECT_EQ(Tokens("gpt-4o-mini", 4000, 4000, ImageDetail::kLow), 2833);
}

// One more than the guide's product for every picture.
TEST(CountImage, LowDetailOfTilesNeedsNoSize) {
  EXPECT_EQ(CountImage("gpt-4o", std::nullopt, ImageDetail::kLow)->tokens, 85);
  EXPECT_EQ(CountImage("gpt-4o-mini", std::nullopt, ImageDetail::kLow)->tokens, 2833);
  EXPECT_FALSE(CountImage("gpt-4o", std::nullopt, ImageDetail::kHigh).has_value());
  EXPECT_FALSE(CountImage("gpt-4.1-mini", std::nullopt, ImageDetail::kLow).has_value());
}

TEST(CountImage, ByPatches) {
  EXPECT_EQ(Tokens("gpt-4.1-mini-2025-04-14", 640, 480), 487 + 1);  // 300 x 1.62 in floating point
  EXPECT_EQ(Tokens("gpt-4.1-mini", 1024, 1024), 1659 + 1);
  EXPECT_EQ(Tokens("gpt-4.1-mini", 1800, 2400), 2353 + 1);  // 1452 patches
  EXPECT_EQ(Tokens("gpt-5.4", 1920, 1080), 2448 + 1);
  EXPECT_EQ(Tokens("gpt-5.6-sol", 640, 480), 360 + 1);
  EXPECT_EQ(Tokens("gpt-5.6-sol", 640, 480, ImageDetail::kLow), 231 + 1);
}

TEST(CountImage, OriginalIsNotShrunk) {
  EXPECT_EQ(Tokens("gpt-5.6-sol", 3200, 3200, ImageDetail::kHigh), 3000 + 1);
  EXPECT_EQ(Tokens("gpt-5.6-sol", 3200, 3200), 12000 + 1);
  EXPECT_EQ(Tokens("gpt-5.4", 3200, 3200), 3000 + 1);
}

TEST(CountImage, SaysWhatNobodyRecorded) {
  EXPECT_FALSE(CountImage("gpt-4o", ImageSize{10, 10}, ImageDetail::kAuto)->assumed);
  EXPECT_TRUE(CountImage("gpt-4o", ImageSize{10, 10}, ImageDetail::kLow)->assumed);
  EXPECT_TRUE(CountImage("o3", ImageSize{10, 10}, ImageDetail::kAuto)->assumed);
  EXPECT_FALSE(CountImage("gpt-3.5-turbo", ImageSize{10, 10}, ImageDetail::kAuto).has_value());
}

std::string Bytes(std::string_view hex) {
  return absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()));
}

// The beginnings of files of 640 x 480 pixels.
const std::string kPng = Bytes(
    "89504e470d0a1a0a0000000d4948445200000280000001e008020000002eacd9cc"
    "0000000049454e44ae426082");
const std::string kGif = Bytes(
    "474946383961"
    "8002"
    "e001"
    "000000"
    "3b");
const std::string kWebp = Bytes(
    "524946461e000000574542505650382012000000"
    "300100"
    "9d012a"
    "8002e001"
    "0000000000000000");
const std::string kJpeg = Bytes(
    "ffd8"
    "ffc0001108"
    "01e0"
    "0280"
    "03"
    "012200"
    "021101"
    "031101");

TEST(ReadImageSize, ReadsHeaders) {
  for (const std::string& bytes : {kPng, kGif, kJpeg, kWebp}) {
    const auto size = ReadImageSize(bytes);
    ASSERT_TRUE(size.ok()) << size.status().message();
    EXPECT_EQ(size->width, 640);
    EXPECT_EQ(size->height, 480);
  }
}

TEST(ReadImageSize, RefusesOtherBytes) {
  EXPECT_FALSE(ReadImageSize("").ok());
  EXPECT_FALSE(ReadImageSize("hello").ok());
  EXPECT_FALSE(ReadImageSize(kPng.substr(0, 12)).ok());
}

TEST(ReadDataUrlSize, DecodesBase64) {
  const std::string url = "data:image/png;base64," + absl::Base64Escape(kPng);
  ASSERT_TRUE(ReadDataUrlSize(url).ok());
  EXPECT_EQ(ReadDataUrlSize(url)->width, 640);
  EXPECT_FALSE(ReadDataUrlSize("data:image/png;base64,!!!").ok());
  EXPECT_FALSE(ReadDataUrlSize("data:image/png,abc").ok());
  EXPECT_FALSE(ReadDataUrlSize("https://example.org/a.png").ok());
}

TEST(CountImage, EveryRuleOfTheTableOfModelsIsKnown) {
  for (const ModelRow& row : ModelRows()) {
    const auto tokens = CountImage(row.name, ImageSize{64, 64}, ImageDetail::kHigh);
    EXPECT_EQ(tokens.has_value(), !row.pictures.value.empty()) << row.name;
  }
}

}  // namespace
}  // namespace toktally::chat
