#include "usage/bill.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "usage/log.h"
#include "usage/reader.h"

namespace toktally::usage {
namespace {

// Adds up what a log's records cost.
class Bill : public RecordSink {
 public:
  explicit Bill(Pricer& pricer) : pricer_(pricer), sums_({GroupBy::kModel}, {}) {}

  void Add(const Record& record) override { sums_.Add(record, pricer_.Price(record)); }
  void TakeBack(const Record& record) override { sums_.TakeBack(record, pricer_.Price(record)); }
  Sums&& Take() { return std::move(sums_); }

 private:
  Pricer& pricer_;
  Sums sums_;
};

}  // namespace

absl::StatusOr<Sums> PriceText(std::string_view text, std::string_view name, chat::Counter& counter,
                               Pricer& pricer) {
  Bill bill(pricer);
  Log log(counter, bill);
  absl::Status failed;
  LogReaderOptions reading;
  reading.fail = [&failed](const absl::Status& status) {
    if (failed.ok()) failed = status;
  };
  LogReader reader(log, std::move(reading));
  reader.BeginFile(std::string(name));
  reader.Add(text);
  reader.EndFile();
  if (!failed.ok()) return failed;
  Sums sums = bill.Take();
  if (sums.empty()) {
    return absl::InvalidArgumentError(std::string(name) + ": nothing in it says what was used");
  }
  return sums;
}

}  // namespace toktally::usage
