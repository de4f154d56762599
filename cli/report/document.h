// What every JSON document of ours begins with, so that a reader knows what made it.

#ifndef TOKTALLY_CLI_REPORT_DOCUMENT_H_
#define TOKTALLY_CLI_REPORT_DOCUMENT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/report/json_writer.h"

namespace toktally {
class Encoding;
}

namespace toktally::cli {

struct DocumentHead {
  std::string_view command;                 // "count"
  const Encoding* encoding = nullptr;       // null where there is none, or one per row
  std::optional<std::string> prices_as_of;  // YYYY-MM-DD
  std::vector<std::string> assumptions;     // sentences; empty if everything is known
  std::optional<int> prices_age_days = {};  // written where it is given
};

// Writes the members schema_version, tool_version, command, encoding, vocabulary_sha256,
// prices_as_of, prices_age_days and assumptions into the object that is open. What does not apply
// is null.
void WriteHead(const DocumentHead& head, JsonWriter& json);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_REPORT_DOCUMENT_H_
