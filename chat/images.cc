#include "chat/images.h"

#include <stb/stb_image.h>
#include <webp/decode.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "data/model_table.h"

namespace toktally::chat {
namespace {

// A rule by tiles of 512 pixels: the picture is shrunk to fit 2048 x 2048, then until its short
// side is 768, never enlarged.
struct TileRule {
  int base = 0;  // also the whole price at detail low
  int tile = 0;
};

// A rule by patches of 32 pixels: at most `patches`, no side over `side`; more shrink the picture.
struct PatchRule {
  double multiplier = 0;
  int patches = 0;
  int side = 0;
  int original_patches = 0;  // detail original; 0: the model knows no such detail
  int original_side = 0;
  bool auto_is_original = false;
};

struct ImageRule {
  std::string_view name;
  TileRule tiles;
  PatchRule patches;
};

constexpr int kNoLimit = std::numeric_limits<int>::max();

// By the names that data/models.tsv gives them. Constants: OpenAI's images and vision guide, except
// the multipliers of gpt-5-mini, gpt-5-nano and gpt-5.4, which are fitted. Recorded chat calls that
// are exact: gpt-4o and gpt-4.1 14 of 14, gpt-4o-mini 12 of 12, gpt-4.1-mini 6 of 7, gpt-4.1-nano 5
// of 6, o4-mini 4 of 4, gpt-5 2 of 2, gpt-5-nano 1 of 1, gpt-5-mini 1 of 5 (the other four, from
// tools, 1 off).
constexpr ImageRule kImageRules[] = {
    {"gpt-4o", {85, 170}, {}},
    {"gpt-4o-mini", {2833, 5667}, {}},
    {"gpt-4.1-mini", {}, {1.62, 1536, 2048, 0, 0}},
    {"gpt-4.1-nano", {}, {2.46, 1536, 2048, 0, 0}},
    {"o1", {75, 150}, {}},
    {"o4-mini", {}, {1.72, 1536, 2048, 0, 0}},
    {"gpt-5", {70, 140}, {}},
    {"gpt-5-mini", {}, {1.2, 1536, 2048, 0, 0}},
    {"gpt-5-nano", {}, {1.5, 1536, 2048, 0, 0}},
    {"gpt-5.2", {}, {1.2, 1536, 2048, 0, 0}},
    {"gpt-5.4", {}, {1.2, 2500, 2048, 10000, 6000}},
    {"gpt-5.5", {}, {1.2, 2500, 2048, 10000, 6000, true}},
    {"gpt-5.6", {}, {1.2, 2500, 65535, kNoLimit, kNoLimit, true}},
};

// A patch model bills one more for every picture (23 of 25 recorded calls).
constexpr int kPatchFraming = 1;
constexpr double kPatch = 32;
constexpr double kTile = 512;
constexpr int kLowSide = 512;

const ImageRule* FindRule(std::string_view name) {
  const auto* rule = std::find_if(std::begin(kImageRules), std::end(kImageRules),
                                  [name](const ImageRule& each) { return each.name == name; });
  return rule == std::end(kImageRules) ? nullptr : rule;
}

// Tiles along a side; what floating point adds to a whole number of tiles is taken off first.
double TilesAlong(double side) { return std::ceil(side / kTile - 1e-9); }

std::int64_t CountTiles(const TileRule& rule, ImageSize size, ImageDetail detail) {
  if (detail == ImageDetail::kLow) return rule.base;
  double width = size.width;
  double height = size.height;
  const double fit = std::min(1.0, 2048 / std::max(width, height));
  width *= fit;
  height *= fit;
  const double shrink = std::min(1.0, 768 / std::min(width, height));
  const double tiles = TilesAlong(width * shrink) * TilesAlong(height * shrink);
  return rule.base + rule.tile * static_cast<std::int64_t>(tiles);
}

double Patches(double width, double height) {
  return std::ceil(width / kPatch) * std::ceil(height / kPatch);
}

double ShrunkPatches(ImageSize size, int most_patches, int most_side) {
  double width = size.width;
  double height = size.height;
  const double fit = std::min(1.0, most_side / std::max(width, height));
  width = std::max(1.0, std::floor(width * fit));
  height = std::max(1.0, std::floor(height * fit));
  if (Patches(width, height) <= most_patches) return Patches(width, height);
  double scale = std::sqrt(kPatch * kPatch * most_patches / (width * height));
  const double columns = width * scale / kPatch;
  const double rows = height * scale / kPatch;
  scale *= std::min(std::floor(columns) / columns, std::floor(rows) / rows);
  const double shrunk = Patches(std::floor(width * scale), std::floor(height * scale));
  return std::min<double>(most_patches, shrunk);
}

std::int64_t CountPatches(const PatchRule& rule, ImageSize size, ImageDetail detail) {
  const bool original =
      rule.original_patches > 0 &&
      (detail == ImageDetail::kOriginal || (detail == ImageDetail::kAuto && rule.auto_is_original));
  double patches = 0;
  if (detail == ImageDetail::kLow) {
    patches = ShrunkPatches(size, rule.patches, kLowSide);
  } else if (original) {
    patches = ShrunkPatches(size, rule.original_patches, rule.original_side);
  } else {
    patches = ShrunkPatches(size, rule.patches, rule.side);
  }
  return static_cast<std::int64_t>(std::ceil(patches * rule.multiplier)) + kPatchFraming;
}

// The letters of the payload after which enough of most pictures is decoded to see the header.
constexpr std::size_t kHeaderLetters = std::size_t{64} << 10;

}  // namespace

absl::StatusOr<ImageSize> ReadImageSize(std::string_view bytes) {
  ImageSize size;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (WebPGetInfo(data, bytes.size(), &size.width, &size.height) != 0) return size;
  int channels = 0;
  const int length =
      static_cast<int>(std::min<std::size_t>(bytes.size(), std::numeric_limits<int>::max()));
  const bool known = stbi_info_from_memory(data, length, &size.width, &size.height, &channels) != 0;
  if (!known || size.width <= 0 || size.height <= 0) {
    return absl::InvalidArgumentError("a picture that is no PNG, JPEG, GIF or WebP");
  }
  return size;
}

absl::StatusOr<ImageSize> ReadDataUrlSize(std::string_view url) {
  const std::size_t comma = url.find(',');
  if (!url.starts_with("data:") || comma == std::string_view::npos ||
      !url.substr(0, comma).ends_with(";base64")) {
    return absl::InvalidArgumentError("a picture's URL that is not data:image/…;base64,…");
  }
  return ReadBase64Size(url.substr(comma + 1));
}

// "[MEDIA image/png 1234 bytes 640x480]": what recordings leave of a picture.
std::optional<ImageSize> ReadRedactedSize(std::string_view text) {
  if (!text.starts_with("[MEDIA ") || !text.ends_with(']')) return std::nullopt;
  text.remove_suffix(1);
  const std::size_t cross = text.rfind('x');
  const std::size_t blank = text.rfind(' ');
  if (cross == std::string_view::npos || cross < blank) return std::nullopt;
  ImageSize size;
  const std::string_view width = text.substr(blank + 1, cross - blank - 1);
  const std::string_view height = text.substr(cross + 1);
  if (!absl::SimpleAtoi(absl::string_view(width.data(), width.size()), &size.width) ||
      !absl::SimpleAtoi(absl::string_view(height.data(), height.size()), &size.height) ||
      size.width <= 0 || size.height <= 0) {
    return std::nullopt;
  }
  return size;
}

absl::StatusOr<ImageSize> ReadBase64Size(std::string_view payload) {
  for (const std::size_t letters : {kHeaderLetters, payload.size()}) {
    const std::string_view head = payload.substr(0, letters);
    std::string bytes;
    if (!absl::Base64Unescape(absl::string_view(head.data(), head.size()), &bytes)) {
      return absl::InvalidArgumentError("a picture's data URL that is not base64");
    }
    auto size = ReadImageSize(bytes);
    if (size.ok() || head.size() == payload.size()) return size;
  }
  return absl::InvalidArgumentError("a picture that is no PNG, JPEG, GIF or WebP");
}

bool HasImageRule(std::string_view model) {
  const ModelRow* const row = FindModelRow(model);
  return row != nullptr && FindRule(row->pictures.value) != nullptr;
}

std::optional<ImageTokens> CountImage(std::string_view model, std::optional<ImageSize> size,
                                      ImageDetail detail) {
  const ModelRow* row = FindModelRow(model);
  const ImageRule* rule = row == nullptr ? nullptr : FindRule(row->pictures.value);
  if (rule == nullptr) return std::nullopt;
  const bool by_tiles = rule->tiles.base > 0;
  const bool any_size = by_tiles && detail == ImageDetail::kLow;
  if (!size && !any_size) return std::nullopt;
  ImageTokens tokens;
  const ImageSize known = size.value_or(ImageSize{});
  tokens.tokens = by_tiles ? CountTiles(rule->tiles, known, detail)
                           : CountPatches(rule->patches, known, detail);
  // Every recorded picture was sent with the detail auto or high.
  tokens.assumed =
      row->pictures.assumed || detail == ImageDetail::kLow || detail == ImageDetail::kOriginal;
  return tokens;
}

}  // namespace toktally::chat
