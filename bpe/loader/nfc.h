// Unicode's normal form C, which some tokenizer files ask for (TokenizerFile::nfc).

#ifndef TOKTALLY_BPE_LOADER_NFC_H_
#define TOKTALLY_BPE_LOADER_NFC_H_

#include <string>
#include <string_view>

namespace toktally {

// The NFC of `text`; each ill-formed part of it is U+FFFD. Thread-safe. A text may be normalised in
// parts that end behind a newline: none of its neighbours composes with it.
std::string ToNfc(std::string_view text);

}  // namespace toktally

#endif  // TOKTALLY_BPE_LOADER_NFC_H_
