#include "bpe/split/regex/code_point_set.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace toktally {
namespace {

constexpr char32_t kLastCodePoint = 0x10FFFF;

}  // namespace

template <typename Takes>
CodePointSet CodePointSet::Where(const Takes& takes) {
  CodePointSet set;
  for (char32_t c = 0; c <= kLastCodePoint; ++c) {
    if (!takes(c)) continue;
    if (!set.ranges_.empty() && set.ranges_.back().last + 1 == c) {
      set.ranges_.back().last = c;
    } else {
      set.ranges_.push_back({c, c});
    }
  }
  return set;
}

CodePointSet CodePointSet::OfClasses(std::initializer_list<CharClass> classes) {
  return Where([classes](char32_t c) {
    return std::find(classes.begin(), classes.end(), ClassOf(c)) != classes.end();
  });
}

CodePointSet CodePointSet::OfPunctuation() {
  return Where([](char32_t c) {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
  });
}

CodePointSet CodePointSet::OfSymbols() {
  return Where([](char32_t c) {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return category >= UTF8PROC_CATEGORY_SM && category <= UTF8PROC_CATEGORY_SO;
  });
}

bool CodePointSet::Intersects(const CodePointSet& other) const {
  auto a = ranges_.begin();
  auto b = other.ranges_.begin();
  while (a != ranges_.end() && b != other.ranges_.end()) {
    if (a->last < b->first) {
      ++a;
    } else if (b->last < a->first) {
      ++b;
    } else {
      return true;
    }
  }
  return false;
}

void CodePointSet::Add(const CodePointSet& other) {
  std::vector<Range> all;
  std::merge(ranges_.begin(), ranges_.end(), other.ranges_.begin(), other.ranges_.end(),
             std::back_inserter(all), [](Range a, Range b) { return a.first < b.first; });
  ranges_.clear();
  for (const Range range : all) {
    if (!ranges_.empty() && range.first <= ranges_.back().last + 1) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
}

void CodePointSet::Complement() {
  std::vector<Range> gaps;
  char32_t next = 0;
  for (const Range range : ranges_) {
    if (range.first > next) gaps.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) gaps.push_back({next, kLastCodePoint});
  ranges_ = std::move(gaps);
}

}  // namespace toktally
