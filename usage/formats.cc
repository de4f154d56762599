#include "usage/formats.h"

namespace toktally::usage {

std::span<const Format* const> Formats() {
#define TOKTALLY_USAGE_FORMAT(name) &name(),
  static const Format* const kFormats[] = {TOKTALLY_USAGE_FORMATS(TOKTALLY_USAGE_FORMAT)};
#undef TOKTALLY_USAGE_FORMAT
  return kFormats;
}

}  // namespace toktally::usage
