// What a picture costs in prompt tokens: from its size, its `detail` and the model.

#ifndef TOKTALLY_CHAT_IMAGES_H_
#define TOKTALLY_CHAT_IMAGES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "chat/family.h"

namespace toktally::chat {

struct ImageSize {
  int width = 0;  // pixels
  int height = 0;
};

enum class ImageDetail { kAuto, kLow, kHigh, kOriginal };

// The size that the header of a PNG, JPEG, GIF or WebP file states. InvalidArgument for anything
// else.
absl::StatusOr<ImageSize> ReadImageSize(std::string_view bytes);

// The same of a "data:image/…;base64,…" URL. Only the beginning of the picture is decoded, more of
// it where the header needs it.
absl::StatusOr<ImageSize> ReadDataUrlSize(std::string_view url);

struct ImageTokens {
  std::int64_t tokens = 0;
  bool assumed = false;  // no recorded call has this model and detail
};

// The tokens of one picture; nullopt for a model whose rule is not known. `model` is a normalised
// name (FamilyMatch::matched).
std::optional<ImageTokens> CountImage(std::string_view model, ImageSize size, ImageDetail detail);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_IMAGES_H_
