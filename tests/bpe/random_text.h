// Texts by seed, made so that every decision of the split patterns and every kind of ill-formed
// byte occurs often.

#ifndef TOKTALLY_TESTS_BPE_RANDOM_TEXT_H_
#define TOKTALLY_TESTS_BPE_RANDOM_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace toktally::testing {

class RandomText {
 public:
  explicit RandomText(std::uint64_t seed) : engine_(seed) {}

  // Below `limit`, which is not 0.
  std::size_t Below(std::size_t limit) { return engine_() % limit; }

  // Well-formed: symbols that the patterns decide on.
  std::string Traps(std::size_t symbols);
  // Well-formed: words of several scripts, numbers, blanks and any code points, as in real text.
  std::string Words(std::size_t words);
  // Well-formed: runs of up to `longest` of one symbol or of two in turn.
  std::string Runs(std::size_t runs, std::size_t longest);
  // Well-formed: one of the above, up to about `size` symbols.
  std::string Any(std::size_t size);
  // The same with some bytes changed, taken out or put in.
  std::string AnyBytes(std::size_t size);

 private:
  std::string Symbol();
  std::string Word();

  std::mt19937_64 engine_;
};

}  // namespace toktally::testing

#endif  // TOKTALLY_TESTS_BPE_RANDOM_TEXT_H_
