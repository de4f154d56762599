#include "chat/server_tools.h"

namespace toktally::chat {
namespace {

constexpr ServerToolRule kServerToolRules[] = {
    {"gpt-5.4", "web_search", 4436, 9},  // 9 of 9
    {"gpt-5", "web_search", 4420, 1},    // how many is not known
    {"gpt-4.1", "web_search", 294, 5},   // 5 of 5
    {"gpt-5", "image_generation", 342, 1}, {"gpt-4o", "code_interpreter", 139, 2},  // 2 of 2
};

// "gpt-5" counts gpt-5-mini, but not gpt-5.1: a later version is another model.
bool Begins(std::string_view model, std::string_view with) {
  if (!model.starts_with(with)) return false;
  const std::string_view rest = model.substr(with.size());
  return rest.empty() || rest.front() == '-';
}

}  // namespace

const ServerToolRule* FindServerToolRule(std::string_view model, std::string_view type) {
  for (const ServerToolRule& rule : kServerToolRules) {
    if (Begins(model, rule.model) && type.starts_with(rule.type)) return &rule;
  }
  return nullptr;
}

}  // namespace toktally::chat
