// Which lines of a log need not be parsed: most of a session log is conversation.

#ifndef TOKTALLY_USAGE_MAY_MATTER_H_
#define TOKTALLY_USAGE_MAY_MATTER_H_

#include <string_view>

namespace toktally::usage {

// False only for a text in which no word stands that any format looks for: it says nothing of
// usage, opens no session and fails no call.
bool MayMatter(std::string_view line);

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_MAY_MATTER_H_
