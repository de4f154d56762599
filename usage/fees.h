// What a call took of tools that the service runs and bills by the call.

#ifndef TOKTALLY_USAGE_FEES_H_
#define TOKTALLY_USAGE_FEES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "usage/record.h"

namespace toktally::usage {

enum class Fee : std::uint8_t { kWebSearch, kFileSearch, kCodeSession, kGroundedQuery, kRerank };

// Adds to what is billed. `path` is where the record says it, for the case that no price table
// could know a fee for it.
template <typename Usage>
void AddFee(Fee fee, std::int64_t n, std::string_view path, Usage& tokens, Record& record) {
  if (n == 0) return;
  if constexpr (requires { tokens.web_searches; }) {
    switch (fee) {
      case Fee::kWebSearch:
        tokens.web_searches += n;
        return;
      case Fee::kFileSearch:
        tokens.file_searches += n;
        return;
      case Fee::kCodeSession:
        tokens.code_sessions += n;
        return;
      case Fee::kGroundedQuery:
        tokens.grounded_queries += n;
        return;
      case Fee::kRerank:
        tokens.rerank_searches += n;
        return;
    }
  }
  record.not_billed.push_back({std::string(path), n, "no fee in the price table"});
  record.incomplete = "the price table has no fee for " + std::string(path);
}

inline void AddFee(Fee fee, std::int64_t n, std::string_view path, Record& record) {
  AddFee(fee, n, path, record.tokens, record);
}

}  // namespace toktally::usage

#endif  // TOKTALLY_USAGE_FEES_H_
