// The engine's paths, one for each instruction set that this machine has, as parameters of tests.

#ifndef TOKTALLY_TESTS_BPE_FORCED_PATH_H_
#define TOKTALLY_TESTS_BPE_FORCED_PATH_H_

#include "bpe/engine/engine.h"

namespace toktally::testing {

// While it lives, every Encoding uses `path`.
class ForcedPath {
 public:
  explicit ForcedPath(const EnginePath* path) { ForceEnginePath(path); }
  ~ForcedPath() { ForceEnginePath(nullptr); }
  ForcedPath(const ForcedPath&) = delete;
  ForcedPath& operator=(const ForcedPath&) = delete;
};

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_BPE_FORCED_PATH_H_
