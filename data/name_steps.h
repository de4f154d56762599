// The steps from what was typed for a model to what a table calls it; inside the library of names.

#ifndef TOKTALLY_DATA_NAME_STEPS_H_
#define TOKTALLY_DATA_NAME_STEPS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/model_name.h"

namespace toktally {

// What one step takes off a name.
struct NameStep {
  std::string name;  // what is left
  std::string how;   // for people
  NameMark mark;
};

// The first step that applies to `name` (lower case), or nullopt.
std::optional<NameStep> NextNameStep(std::string_view name);

// Other orders of the same words, for a name that no step shortens any more: claude-4.5-sonnet,
// claude-sonnet-4.5 and claude-sonnet-4-5 are one model.
std::vector<std::string> OtherOrders(std::string_view name);

}  // namespace toktally

#endif  // TOKTALLY_DATA_NAME_STEPS_H_
