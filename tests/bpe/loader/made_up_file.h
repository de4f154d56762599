// A tokenizer file that is small enough for a test to make.

#ifndef TOKTALLY_TESTS_BPE_LOADER_MADE_UP_FILE_H_
#define TOKTALLY_TESTS_BPE_LOADER_MADE_UP_FILE_H_

#include <string>

namespace toktally::testing {

inline void AppendByteCharacter(int code_point, std::string& out) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else {
    out.push_back(static_cast<char>(0xC0 | code_point >> 6));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  }
}

// The 256 characters of ByteLevel as JSON members, ids 0 to 255 by byte.
inline std::string ByteMembers() {
  std::string members;
  int next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    const bool itself = (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
    members += byte == 0 ? "\"" : ", \"";
    if (byte == '"' || byte == '\\') members += '\\';
    AppendByteCharacter(itself ? byte : next++, members);
    members += "\": " + std::to_string(byte);
  }
  return members;
}

// What of it a test chooses.
struct MadeUpParts {
  std::string model_extra = "";
  std::string normalizer = "null";
  std::string pre_tokenizer =
      R"({"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\p{N}| ?\\p{L}+|[^\\p{L}]"},
          "behavior": "Isolated", "invert": false},
         {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}]})";
  std::string merges = R"(["h i", "\u0120 hi"])";
  std::string added = R"([{"id": 300, "content": "<|end|>", "special": true, "lstrip": false}])";
};

// A tokenizer.json of byte-level BPE: the bytes, "hi", " hi" and "zz".
inline std::string MadeUpFile(const MadeUpParts& parts) {
  return "{\"version\": \"1.0\", \"added_tokens\": " + parts.added +
         ", \"normalizer\": " + parts.normalizer + ", \"pre_tokenizer\": " + parts.pre_tokenizer +
         ", \"model\": {\"type\": \"BPE\", " + parts.model_extra + "\"vocab\": {" + ByteMembers() +
         ", \"hi\": 256, \"\\u0120hi\": 257, \"zz\": 258}, \"merges\": " + parts.merges + "}}";
}

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_BPE_LOADER_MADE_UP_FILE_H_
