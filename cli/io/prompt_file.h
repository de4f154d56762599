// Files that hold prompts beside what fills them: `.prompt.yml`, promptfoo's YAML, `.prompty`.

#ifndef TOKTALLY_CLI_IO_PROMPT_FILE_H_
#define TOKTALLY_CLI_IO_PROMPT_FILE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "base/json.h"
#include "cli/io/input.h"

namespace toktally::cli {

// By its name: .yml, .yaml, .prompty.
bool IsPromptFile(const std::string& path);

// Hands on every request of the file (chat/prompt_file.h) as ForEachRecord does with those of JSON:
// {"id":…,"request":…}. False if `fail` said so, or the file could not be read to its end.
bool ForEachPromptRequest(const std::string& path, const Input& input,
                          const std::function<absl::Status(const JsonValue&, int line)>& use,
                          const std::function<bool(const absl::Status&)>& fail);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_PROMPT_FILE_H_
