// Small helpers of texts that the standard library lacks.

#ifndef TOKTALLY_BASE_TEXT_H_
#define TOKTALLY_BASE_TEXT_H_

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace toktally {

// The parts, one after the other: texts of any kind, single characters and whole numbers.
// (absl::StrCat does not take a std::string_view here, see absl_text.h.)
template <typename... Parts>
std::string Concat(const Parts&... parts) {
  std::string out;
  const auto append = [&out](const auto& part) {
    using Part = std::remove_cvref_t<decltype(part)>;
    if constexpr (std::convertible_to<Part, std::string_view>) {
      out.append(std::string_view(part));
    } else if constexpr (std::same_as<Part, char>) {
      out.push_back(part);
    } else {
      static_assert(std::integral<Part>);
      out.append(std::to_string(part));
    }
  };
  (append(parts), ...);
  return out;
}

// 0 to 9, in whatever locale.
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `text` without the blanks, tabs and line ends on either side.
std::string_view Stripped(std::string_view text);

// `text` with A-Z as a-z; other bytes as they are.
std::string LowerCase(std::string_view text);

}  // namespace toktally

#endif  // TOKTALLY_BASE_TEXT_H_
