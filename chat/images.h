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

// The same of the base64 text alone.
absl::StatusOr<ImageSize> ReadBase64Size(std::string_view base64);

// The size that stands in the place of a picture whose bytes a recording leaves out: "[MEDIA
// image/png 1234 bytes 640x480]". nullopt for anything else.
std::optional<ImageSize> ReadRedactedSize(std::string_view text);

// A picture in a request.
struct Image {
  std::optional<ImageSize> size;  // nullopt: it stands elsewhere
  ImageDetail detail = ImageDetail::kAuto;
  std::string_view what = {};  // of one without a size: what it is, and the path of its key
};

struct ImageTokens {
  std::int64_t tokens = 0;
  bool assumed = false;  // no recorded call has this model and detail
};

// Whether anything is known of pictures for this model, by its normalised name
// (FamilyMatch::matched).
bool HasImageRule(std::string_view model);

// The tokens of one picture; nullopt for a model whose rule is not known, and for a picture of
// unknown size where the size matters: at detail low, models that count tiles take their base.
std::optional<ImageTokens> CountImage(std::string_view model, std::optional<ImageSize> size,
                                      ImageDetail detail);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_IMAGES_H_
