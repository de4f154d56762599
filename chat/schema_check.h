// Whether a JSON schema is one, as far as it is counted.

#ifndef TOKTALLY_CHAT_SCHEMA_CHECK_H_
#define TOKTALLY_CHAT_SCHEMA_CHECK_H_

#include "absl/status/status.h"
#include "base/json.h"

namespace toktally::chat {

// Every keyword that is counted has its kind on every level. Errors (InvalidArgument, with file,
// line and path): `properties` that are no object, a `type` that is a number, …
absl::Status CheckSchema(const JsonValue& schema);

}  // namespace toktally::chat

#endif  // TOKTALLY_CHAT_SCHEMA_CHECK_H_
