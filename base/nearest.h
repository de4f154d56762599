// What was meant by a name that nobody knows. For "did you mean" lines.

#ifndef TOKTALLY_BASE_NEAREST_H_
#define TOKTALLY_BASE_NEAREST_H_

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace toktally {

// Up to `most` of `known` that are near enough to `name` to be what was meant, nearest first: by
// edit distance (a swap of neighbours counts once), whatever the case of ASCII letters; prefixes of
// three letters and more count as near. Names longer than 200 bytes have none.
std::vector<std::string_view> NearestNames(std::string_view name,
                                           std::span<const std::string_view> known,
                                           std::size_t most = 3);

}  // namespace toktally

#endif  // TOKTALLY_BASE_NEAREST_H_
