#include "bpe/truncate.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "bpe/workspace.h"

namespace toktally {
namespace {

// The most that is counted at a time, and the least that is worth it.
constexpr std::size_t kLargestStride = std::size_t{64} << 10;
constexpr std::size_t kSmallestStride = 64;
// So few tokens are encoded to see where they end; more are counted first.
constexpr std::uint64_t kFewTokens = 12;

// True if a character of well-formed text, or a byte that is in none, may begin at `at`.
bool IsCharacterBoundary(std::string_view text, std::size_t at) {
  return at == 0 || at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

// Bytes in which so many tokens are likely to have room, of `most` that there are.
std::size_t Window(std::uint64_t tokens, std::size_t most) {
  constexpr std::size_t kBytesPerToken = 6;
  if (tokens >= most / kBytesPerToken) return most;
  return std::min(most, static_cast<std::size_t>(tokens) * kBytesPerToken + 48);
}

// The beginning of `text`, of which no more tokens are looked for than fit.
FittingPrefix FitShort(const Encoding& encoding, std::string_view text, std::uint64_t limit) {
  for (std::size_t window = Window(limit, text.size());; window *= 2) {
    const std::string_view part = text.substr(0, window);
    const std::vector<TokenSpan> spans = encoding.EncodeOrdinaryWithOffsets(part);
    if (spans.size() <= limit && window >= text.size()) return {text.size(), spans.size()};
    // The last piece could be another if more followed; twice as much has room for it.
    if (spans.size() <= limit + 2 && window < text.size()) continue;
    for (std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(limit, spans.size()));
         n > 0; --n) {
      const std::size_t end = spans[n - 1].end;
      if (!IsCharacterBoundary(text, end)) continue;
      // What was cut off may have held the pieces together in another way.
      if (const auto tokens = encoding.CountUpTo(text.substr(0, end), limit)) return {end, *tokens};
    }
    return {};
  }
}

}  // namespace

FittingPrefix FitPrefix(const Encoding& encoding, std::string_view text, std::uint64_t limit,
                        Workspace* workspace, std::vector<FittingPrefix>* marks) {
  if (limit == 0) return {};
  // What no following text can change is counted, which is the fast way, in strides that fall a
  // little short of the limit; only the last few tokens are made, to see where they end. A text
  // that begins where such a piece ends counts as if it stood alone, so the sums are exact.
  FittingPrefix done;
  std::size_t smallest = kSmallestStride;
  std::size_t largest = kLargestStride;
  while (limit - done.tokens > kFewTokens && text.size() - done.bytes > smallest) {
    const double bytes_per_token =
        done.tokens == 0 ? 2.0 : static_cast<double>(done.bytes) / static_cast<double>(done.tokens);
    const double guess = 0.9 * bytes_per_token * static_cast<double>(limit - done.tokens);
    const std::size_t stride =
        std::clamp(static_cast<std::size_t>(std::min(guess, static_cast<double>(kLargestStride))),
                   smallest, std::max(smallest, largest));
    const CountedPrefix next = encoding.CountPrefix(text.substr(done.bytes, stride), workspace);
    if (next.bytes == 0) {
      smallest = stride * 2;  // one piece is longer
      continue;
    }
    if (done.tokens + next.tokens > limit) {
      if (stride <= smallest) break;
      largest = stride / 4;
      continue;
    }
    done.bytes += next.bytes;
    done.tokens += next.tokens;
    if (marks != nullptr) marks->push_back(done);
  }
  const FittingPrefix rest = FitShort(encoding, text.substr(done.bytes), limit - done.tokens);
  return {done.bytes + rest.bytes, done.tokens + rest.tokens};
}

FittingPrefix FitSuffix(const Encoding& encoding, std::string_view text, std::uint64_t limit) {
  if (limit == 0 || text.empty()) return {};
  for (std::size_t window = Window(limit, text.size());; window *= 2) {
    std::size_t begin = text.size() - std::min(window, text.size());
    while (begin > 0 && !IsCharacterBoundary(text, begin)) --begin;
    const std::vector<TokenSpan> spans = encoding.EncodeOrdinaryWithOffsets(text.substr(begin));
    if (begin == 0 && spans.size() <= limit) return {text.size(), spans.size()};
    // The first pieces could be others if more stood before them.
    if (begin > 0 && spans.size() <= limit + 8) continue;
    const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(limit, spans.size()));
    for (std::size_t i = spans.size() - most; i < spans.size(); ++i) {
      const std::size_t at = begin + spans[i].begin;
      if (!IsCharacterBoundary(text, at)) continue;
      if (const auto tokens = encoding.CountUpTo(text.substr(at), limit)) {
        return {text.size() - at, *tokens};
      }
    }
    return {};
  }
}

absl::StatusOr<Truncated> Truncate(const Encoding& encoding, std::string_view text,
                                   const TruncateOptions& options) {
  Workspace workspace;
  const FittingPrefix all = FitPrefix(encoding, text, options.tokens, &workspace);
  if (all.bytes == text.size()) return Truncated{text.size(), text.size(), true, all.tokens};
  if (options.keep == Keep::kStart && options.mark.empty()) {
    return Truncated{all.bytes, text.size(), false, all.tokens};
  }
  const std::uint64_t mark = encoding.Count(options.mark);
  if (mark > options.tokens) {
    return absl::InvalidArgumentError(
        absl::StrCat("the mark alone is ", mark, " tokens; ", options.tokens, " are allowed"));
  }
  // What stands side by side may count one token more or less than its parts: then a token less is
  // kept until it fits.
  for (std::uint64_t room = options.tokens - mark;; --room) {
    Truncated kept{0, text.size(), false, 0};
    if (options.keep != Keep::kEnd) {
      const std::uint64_t share = options.keep == Keep::kStart ? room : room - room / 2;
      kept.head = share == options.tokens ? all.bytes : FitPrefix(encoding, text, share).bytes;
    }
    if (options.keep != Keep::kStart) {
      const std::uint64_t share = options.keep == Keep::kEnd ? room : room / 2;
      kept.tail -= FitSuffix(encoding, text.substr(kept.head), share).bytes;
    }
    const auto tokens = encoding.CountUpTo(kept.Join(text, options.mark), options.tokens);
    if (tokens || room == 0) {
      kept.tokens = tokens.value_or(mark);
      return kept;
    }
  }
}

std::size_t LongestToken(const Encoding& encoding) {
  std::size_t longest = 1;
  for (TokenId id = 0; id < encoding.id_limit(); ++id) {
    longest = std::max(longest, encoding.FindBytes(id).value_or("").size());
  }
  return longest;
}

}  // namespace toktally
