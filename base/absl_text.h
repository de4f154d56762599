// Texts handed to Abseil and back. Debian builds it for C++14, where absl::string_view is a class
// of its own that std::string_view does not turn into.

#ifndef TOKTALLY_BASE_ABSL_TEXT_H_
#define TOKTALLY_BASE_ABSL_TEXT_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>

#include <string>
#include <string_view>

namespace toktally {

// The same bytes, not copied: valid as long as `text` is.
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

// What went wrong, without the code.
inline std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

}  // namespace toktally

#endif  // TOKTALLY_BASE_ABSL_TEXT_H_
