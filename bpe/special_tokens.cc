#include "bpe/special_tokens.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace toktally {
namespace {

unsigned char FirstByte(std::string_view text) { return static_cast<unsigned char>(text.front()); }

}  // namespace

SpecialTokens::SpecialTokens(std::vector<SpecialToken> tokens)
    : tokens_(std::move(tokens)), begins_(256) {
  for (const SpecialToken& token : tokens_) {
    by_name_.push_back(&token);
    by_id_.push_back(&token);
    if (!token.name.empty()) begins_[FirstByte(token.name)] = true;
  }
  std::sort(by_name_.begin(), by_name_.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  std::stable_sort(by_id_.begin(), by_id_.end(),
                   [](const auto* a, const auto* b) { return a->id < b->id; });
  if (std::count(begins_.begin(), begins_.end(), true) == 1) {
    only_first_byte_ = FirstByte(tokens_.front().name);
  }
}

absl::Status SpecialTokens::Validate() const {
  for (std::size_t i = 0; i < by_name_.size(); ++i) {
    const std::string_view name = by_name_[i]->name;
    if (name.empty()) return absl::InvalidArgumentError("a special token's name is empty");
    // Sorted names: whatever `name` begins stands right behind it.
    if (i + 1 == by_name_.size() || !by_name_[i + 1]->name.starts_with(name)) continue;
    const std::string_view longer = by_name_[i + 1]->name;
    return absl::InvalidArgumentError(absl::StrCat(
        "the special token ", absl::string_view(name.data(), name.size()),
        " is the beginning of another, ", absl::string_view(longer.data(), longer.size())));
  }
  return absl::OkStatus();
}

const SpecialToken* SpecialTokens::Find(std::string_view name) const {
  const auto found =
      std::lower_bound(by_name_.begin(), by_name_.end(), name,
                       [](const auto* a, std::string_view b) { return a->name < b; });
  return found != by_name_.end() && (*found)->name == name ? *found : nullptr;
}

const SpecialToken* SpecialTokens::Find(TokenId id) const {
  const auto found = std::lower_bound(by_id_.begin(), by_id_.end(), id,
                                      [](const auto* a, TokenId b) { return a->id < b; });
  return found != by_id_.end() && (*found)->id == id ? *found : nullptr;
}

std::optional<SpecialMatch> SpecialTokens::FindNext(std::string_view text, std::size_t from) const {
  if (tokens_.empty()) return std::nullopt;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (only_first_byte_ >= 0) {
      const void* next = std::memchr(text.data() + i, only_first_byte_, text.size() - i);
      if (next == nullptr) return std::nullopt;
      i = static_cast<std::size_t>(static_cast<const char*>(next) - text.data());
    } else if (!begins_[FirstByte(text.substr(i))]) {
      continue;
    }
    // No name begins another, so the only one that can stand here is the last that sorts before it.
    const std::string_view rest = text.substr(i);
    const auto behind =
        std::upper_bound(by_name_.begin(), by_name_.end(), rest,
                         [](std::string_view a, const auto* b) { return a < b->name; });
    if (behind == by_name_.begin()) continue;
    const SpecialToken* candidate = *(behind - 1);
    if (rest.starts_with(candidate->name)) return SpecialMatch{i, candidate};
  }
  return std::nullopt;
}

std::optional<SpecialMatch> FindDisallowed(const SpecialTokens& specials, std::string_view text,
                                           const SpecialSet& allowed,
                                           const SpecialSet& disallowed) {
  const auto is_disallowed = [&](std::string_view name) {
    return disallowed.all() ? !allowed.contains(name) : disallowed.contains(name);
  };
  auto match = specials.FindNext(text, 0);
  while (match.has_value() && !is_disallowed(match->token->name)) {
    match = specials.FindNext(text, match->begin + 1);
  }
  return match;
}

absl::Status DisallowedError(const SpecialMatch& found, std::uint64_t offset) {
  const std::string_view name = found.token->name;
  return absl::InvalidArgumentError(absl::StrCat("the text holds the special token ",
                                                 absl::string_view(name.data(), name.size()),
                                                 " at byte ", offset + found.begin));
}

}  // namespace toktally
