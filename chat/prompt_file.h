// Prompts that stand in files of their own, beside the model, its settings and what fills their
// places: `.prompt.yml` of GitHub Models, promptfoo's configuration, `.prompty`. Each becomes the
// chat requests that it stands for.

#ifndef TOKTALLY_CHAT_PROMPT_FILE_H_
#define TOKTALLY_CHAT_PROMPT_FILE_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/json.h"

namespace toktally::chat {

// Takes the JSON {"id":…,"request":…} and the line that the prompt has in its file; says whether to
// go on.
using UsePromptRequest = std::function<bool(const std::string& json, int line)>;

// `document` is what the YAML holds:
// - with `messages` (GitHub Models): one request, or one for each row of `testData`;
// - with `prompts` (promptfoo): one for each provider, prompt and test; without providers they name
//   no model.
// {{name}} is filled from the row; one that nothing fills, or that is more than a name, becomes a
// part that cannot be counted, with its own text as the type. InvalidArgument with file, line and
// path: neither of the two, a member of the wrong kind, a prompt or tests in another file
// (file://…).
absl::Status ReadPromptFile(const JsonValue& document, const UsePromptRequest& use);

// `head` is what the YAML between the dashes holds, `body` what follows: messages, each under a
// line with its role ("system:"), filled from `sample` or from `inputs` of `head`. Line breaks
// around a message are left out.
absl::Status ReadPrompty(const JsonValue& head, std::string_view body, const UsePromptRequest& use);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_PROMPT_FILE_H_
