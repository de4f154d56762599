// The texts and requests of a workload file, counted: each once per way of counting.

#ifndef TOKTALLY_FORECAST_TEXTS_H_
#define TOKTALLY_FORECAST_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "forecast/workload_file.h"

namespace toktally {
class Encoding;
}

namespace toktally::forecast {

// Where files come from and who counts. As it is: plain files, whole in memory, one thread. A
// program with doors and threads of its own overrides what it does better; all functions are called
// by several threads at once if ForEach does so.
class TextAccess {
 public:
  struct PlainCount {
    std::int64_t tokens = 0;
    std::optional<std::uint64_t> first_ill_formed;  // offset of the first byte that is not UTF-8
  };

  virtual ~TextAccess() = default;
  // All of a file; an error's message is one clause ("No such file or directory").
  virtual absl::StatusOr<std::string> Read(const std::string& path) const;
  // `alone`: nothing else is counted meanwhile, and the text is a large one.
  virtual absl::StatusOr<PlainCount> Count(std::string_view text, const Encoding& encoding,
                                           bool alone) const;
  // work(0) … work(count - 1), each once.
  virtual void ForEach(std::size_t count, const std::function<void(std::size_t)>& work) const;
  // A path as messages show it.
  virtual std::string DisplayName(std::string_view path) const { return std::string(path); }
};

// How a text is counted: plain text by its encoding, a request by the rules of its model too.
struct CountingWay {
  const Encoding* encoding = nullptr;
  std::string model;  // whose rules; only looked at for requests
};

struct CountedText {
  std::int64_t tokens = 0;
  std::string remark;   // a sentence, if there is more to say than the number
  absl::Status status;  // why there is no number: file, line, key and reason
};

class WorkloadTexts {
 public:
  // Names one text counted in one way.
  struct Ticket {
    std::size_t text = 0;
    std::size_t way = 0;
  };

  explicit WorkloadTexts(const TextAccess& access) : access_(access) {}

  // Notes that this is to be counted. `source` has a text and outlives this object.
  Ticket Want(const TokenSource& source, const CountingWay& way);
  // Reads and counts all that is wanted and was not counted yet.
  void Run();
  // What was counted.
  const CountedText& Of(Ticket ticket) const { return texts_[ticket.text].counts[ticket.way]; }

 private:
  struct Text {
    const TokenSource* source = nullptr;
    std::vector<CountingWay> ways;
    std::vector<CountedText> counts;     // of the first ways
    std::optional<std::string> content;  // of a file, once it was read: it may be a pipe
  };

  // Counts what is missing. False if the text is so large that it should be counted alone.
  bool Count(Text& text, bool alone) const;
  bool CountPlain(Text& text, bool alone) const;
  void CountRequest(Text& text) const;
  absl::Status Load(Text& text) const;
  std::string NameOf(const Text& text) const;
  static void Fail(Text& text, std::string_view why, absl::StatusCode code);

  const TextAccess& access_;
  std::vector<Text> texts_;
  // Texts by their content, files and requests by their path.
  std::map<TokenSource::Kind, std::unordered_map<std::string_view, std::size_t>> known_;
};

}  // namespace toktally::forecast

#endif  // TOKTALLY_FORECAST_TEXTS_H_
