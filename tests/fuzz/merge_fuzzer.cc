// The merge of one piece of any bytes against the reference.

#include <vector>

#include "bpe/engine/engine.h"
#include "bpe/engine/merge.h"
#include "bpe/vocabulary/embedded.h"
#include "bpe/vocabulary/vocabulary.h"
#include "tests/fuzz/fuzz.h"
#include "tests/reference/reference_bpe.h"

using toktally::testing::FuzzCheck;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const toktally::Vocabulary vocabulary(toktally::kEmbeddedCl100k.image);
  static const auto ranks =
      toktally::testing::ParseRanks(toktally::testing::ReadVocabulary("cl100k_base"));
  if (size == 0 || size > toktally::testing::kLongestMerge) return 0;
  const toktally::testing::ExactCopy copy(data, size);
  const auto expected = toktally::testing::ReferenceMerge(ranks, copy.view());
  for (const toktally::EnginePath* path : toktally::AvailableEnginePaths()) {
    toktally::ForceEnginePath(path);
    std::vector<std::uint32_t> ids;
    toktally::EncodePiece(vocabulary, copy.view(), ids);
    FuzzCheck(ids == expected, "EncodePiece is the reference");
    FuzzCheck(toktally::CountPiece(vocabulary, copy.view()) == ids.size(), "CountPiece counts it");
    if (size > toktally::kMergeOnStackBytes) continue;
    ids.resize(toktally::kMergeOnStackBytes);
    ids.resize(path->merge(vocabulary, copy.view(), ids.data()));
    FuzzCheck(ids == expected, "the merge is the reference");
  }
  return 0;
}
