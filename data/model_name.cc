#include "data/model_name.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "data/name_steps.h"

namespace toktally {
namespace {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace

std::vector<ModelNameSpelling> ModelNameSpellings(std::string_view name) {
  std::vector<ModelNameSpelling> spellings = {{LowerCase(Trimmed(name)), "", false, {}}};
  // No model's name is that long, and each step copies what is left.
  constexpr std::size_t kLongestName = 500;
  if (name.size() > kLongestName) return spellings;
  bool fine_tuned = false;
  while (std::optional<NameStep> step = NextNameStep(spellings.back().name)) {
    ModelNameSpelling next = spellings.back();
    next.name = std::move(step->name);
    next.how += (next.how.empty() ? "" : ", ") + step->how;
    fine_tuned = fine_tuned || step->mark.kind == NameMark::Kind::kFineTune;
    if (step->mark.kind != NameMark::Kind::kNothing) next.marks.push_back(std::move(step->mark));
    spellings.push_back(std::move(next));
  }
  for (std::string& order : OtherOrders(spellings.back().name)) {
    ModelNameSpelling next = spellings.back();
    next.name = std::move(order);
    next.how += next.how.empty() ? "other order" : ", other order";
    spellings.push_back(std::move(next));
  }
  for (ModelNameSpelling& spelling : spellings) spelling.fine_tuned = fine_tuned;
  return spellings;
}

}  // namespace toktally
