// How each model is counted: data/models.tsv, read when this is compiled. bpe takes the encodings
// from it, chat the families of request rules and the picture rules; none of them has names of its
// own.

#ifndef TOKTALLY_DATA_MODEL_TABLE_H_
#define TOKTALLY_DATA_MODEL_TABLE_H_

#include <span>
#include <string_view>

namespace toktally {

// A cell of the table. In the file an assumed one ends in "?".
struct ModelFact {
  std::string_view value;  // "" where the file has "-"
  bool assumed = false;
};

struct ModelRow {
  std::string_view name;     // without the mark of the pattern
  bool takes_tails = false;  // NAME*: also with a tail made of `tails`
  bool any_before = false;   // %NAME
  bool any_behind = false;   // NAME%
  std::string_view tails;    // words, divided by spaces
  ModelFact encoding;        // "" only with `why`
  ModelFact family;
  ModelFact pictures;
  std::string_view why;  // there is no encoding: a clause that follows the model's name
  ModelFact stored;      // "name source [instead]": a tokenizer that users store
};

// All rows, in the order of the file.
std::span<const ModelRow> ModelRows();

// The row that counts the model of this very spelling (lower case): its name, else the longest name
// of which it is a known form. nullptr where none does; also for models that only `why` is known
// of.
const ModelRow* FindModelRow(std::string_view spelling);

// The row that says why there is no encoding for this spelling, or nullptr.
const ModelRow* FindUncountedRow(std::string_view spelling);

}  // namespace toktally

#endif  // TOKTALLY_DATA_MODEL_TABLE_H_
