#include "chat/gemini_rules.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace toktally::chat {
namespace {

constexpr GeminiRules kGeminiRules[] = {
    {.name = "gemini 2.0",
     .generation = 0,
     .per_content = 0,
     .image = 0,
     .image_spread = 0,
     .function = 4.2,
     .name_factor = 0.405,
     .description = 1.076,
     .property = 0,
     .property_name = 0,
     .property_description = 0.551,
     .enum_value = 2.743,
     .result = 0,
     .arguments = 0.626,
     .call_name = 0.458,
     .result_text = 1.039,
     .text_percent = 12,
     .tools_percent = 25,
     .history_percent = 14,
     .calls = 164},
    {.name = "gemini 2.5",
     .generation = 2.5,
     .per_content = 1,
     .image = 258,
     .image_spread = 0,
     .function = 17.054,
     .name_factor = 1.016,
     .description = 1.086,
     .property = 3.893,
     .property_name = 6.344,
     .property_description = 1.189,
     .enum_value = 1.812,
     .result = 8.812,
     .arguments = 2.327,
     .call_name = 1.854,
     .result_text = 0.415,
     .text_percent = 12,
     .tools_percent = 12,
     .history_percent = 30,
     .calls = 341},
    {.name = "gemini 3",
     .generation = 3,
     .per_content = 1,
     .image = 1104,
     .image_spread = 16,
     .function = 0,
     .name_factor = 3.087,
     .description = 1.672,
     .property = 23.843,
     .property_name = 0,
     .property_description = 0.138,
     .enum_value = 0,
     .result = 59.071,
     .arguments = 4.016,
     .call_name = 0,
     .result_text = 0.092,
     .text_percent = 12,
     .tools_percent = 37,
     .history_percent = 90,
     .calls = 60},
};

}  // namespace

const GeminiRules* FindGeminiRules(std::string_view model) {
  constexpr std::string_view kStem = "gemini-";
  const std::size_t at = model.find(kStem);
  if (at == std::string_view::npos) return nullptr;
  const std::string_view version = model.substr(at + kStem.size());
  if (version.empty()) return nullptr;
  // "flash-latest" and its like are the newest.
  double generation = 9;
  if (version.front() >= '0' && version.front() <= '9') {
    generation = version.front() - '0';
    if (version.size() > 2 && version[1] == '.') generation += (version[2] - '0') / 10.0;
  }
  const GeminiRules* best = nullptr;
  for (const GeminiRules& rules : kGeminiRules) {
    if (rules.generation <= generation) best = &rules;
  }
  return best;
}

// Generation 2.0: 258 up to 384 pixels a side, else 258 for each tile and for the whole (5, 7 and
// 13 of them were seen).
std::int64_t GeminiImageTokens(const GeminiRules& rules, ImageSize size) {
  constexpr std::int64_t kTile = 258;
  constexpr int kSmall = 384;
  if (rules.image > 0) return rules.image;
  if (size.width <= kSmall && size.height <= kSmall) return kTile;
  const double shorter = std::min(size.width, size.height);
  const double unit = std::clamp(std::floor(shorter / 1.5), 256.0, 768.0);
  const double tiles = std::ceil(size.width / unit) * std::ceil(size.height / unit);
  return kTile * (static_cast<std::int64_t>(tiles) + 1);
}

}  // namespace toktally::chat
