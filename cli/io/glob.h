// Patterns of file names, as git reads them (wildmatch).

#ifndef TOKTALLY_CLI_IO_GLOB_H_
#define TOKTALLY_CLI_IO_GLOB_H_

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace toktally::cli {

// One pattern, compiled. ? and [a-z] [!a-z] [[:digit:]] are one byte but no '/', * any number of
// them, ** between slashes any directories and elsewhere as *, \ takes the next byte as it is.
// Immutable; matching is linear in the path for each star, without recursion.
class Glob {
 public:
  explicit Glob(std::string_view pattern);

  // True if the pattern matches the whole of `path`. A malformed one (a class without end, a name
  // of a class that there is not, a backslash at the end) matches nothing.
  bool Matches(std::string_view path) const;
  bool malformed() const { return malformed_; }
  bool has_slash() const { return has_slash_; }

 private:
  enum class Kind : std::uint8_t {
    kByte,
    kAny,          // ?
    kClass,        // [...]
    kStar,         // *
    kDirectories,  // **/
    kAll,          // ** at the end, or before an escaped slash
  };
  struct Token {
    Kind kind;
    unsigned char byte = 0;
    std::uint32_t class_number = 0;
  };

  void TakeStars(std::string_view pattern, std::size_t& at);
  void TakeClass(std::string_view pattern, std::size_t& at);
  bool MatchesOne(const Token& token, unsigned char byte) const;

  bool has_slash_;
  std::vector<Token> tokens_;
  std::vector<std::bitset<256>> classes_;
  bool malformed_ = false;
};

// Whether a pattern matches the path itself or, where the pattern has no slash, its last name: as
// --include, --exclude and budgets read them.
bool MatchesPathOrName(const Glob& glob, std::string_view path);
bool MatchesAny(const std::vector<Glob>& globs, std::string_view path);

// The same for one pattern that is used once.
bool GlobMatches(std::string_view pattern, std::string_view path);

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_GLOB_H_
