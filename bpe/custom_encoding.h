// What the makers of encodings at run time share.

#ifndef TOKTALLY_BPE_CUSTOM_ENCODING_H_
#define TOKTALLY_BPE_CUSTOM_ENCODING_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bpe/encoding.h"
#include "bpe/engine/text_route.h"
#include "bpe/vocabulary/compiler.h"

namespace toktally {

// An encoding of `tokens` by id and the special tokens, whose texts take `route`. InvalidArgument
// as from Encoding::Create.
absl::StatusOr<std::unique_ptr<const Encoding>> MakeEncoding(
    const std::string& name, const std::string& pattern, const TokensByRank& tokens,
    const std::vector<std::pair<std::string, TokenId>>& special_tokens,
    std::unique_ptr<const TextRoute> route);

}  // namespace toktally

#endif  // TOKTALLY_BPE_CUSTOM_ENCODING_H_
