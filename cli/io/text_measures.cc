#include "cli/io/text_measures.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "bpe/claude/counter.h"
#include "bpe/claude/estimate.h"
#include "bpe/encodings.h"
#include "bpe/loader/nfc.h"
#include "bpe/stream_counter.h"

namespace toktally::cli {
namespace {

// Counts with a Claude model's pieces what it sees, --chomp minded.
class PiecesCounter {
 public:
  PiecesCounter(const Measure& measure, bool chomp)
      : counter_(measure.pieces->pieces, measure.family), chomp_(chomp) {}

  void See(std::string_view part) {
    if (part.empty()) return;
    if (std::exchange(newline_waits_, false)) counter_.Append("\n");
    if (chomp_ && part.ends_with('\n')) {
      newline_waits_ = true;
      part.remove_suffix(1);
    }
    counter_.Append(part);
  }
  std::uint64_t Finish() { return counter_.Finish(); }

 private:
  claude::Counter counter_;
  const bool chomp_;
  bool newline_waits_ = false;
};

// Counts the NFC of what it sees. A newline never composes with its neighbours, so that line for
// line is exact.
class NfcCounter {
 public:
  NfcCounter(const Measure& measure, const StreamOptions& options)
      : counter_(*measure.encoding, options) {}

  void See(std::string_view part) {
    const std::size_t end = part.rfind('\n');
    if (end == std::string_view::npos) {
      line_ += part;
      return;
    }
    line_ += part.substr(0, end + 1);
    Add();
    line_ = part.substr(end + 1);
  }
  StreamCount Finish() {
    Add();
    return counter_.Finish();
  }

 private:
  void Add() {
    const bool ascii = std::all_of(line_.begin(), line_.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) {
      counter_.Add(line_);
    } else {
      counter_.Add(ToNfc(line_));
    }
    line_.clear();
  }

  StreamCounter counter_;
  std::string line_;
};

}  // namespace

std::string_view CertaintyWord(Measure::Certainty certainty) {
  switch (certainty) {
    case Measure::Certainty::kExact:
      return "exact";
    case Measure::Certainty::kReconstructed:
      return "reconstructed";
    case Measure::Certainty::kEstimate:
      return "estimate";
  }
  return "";
}

std::uint64_t TokenRange::BoundPercent() const {
  if (tokens == 0) return 0;
  const std::uint64_t side = std::max(tokens - low, high - tokens);
  return (side * 100 + tokens - 1) / tokens;
}

namespace {

// What all measures make of one text, as it passes.
class Readings {
 public:
  Readings(const std::vector<Measure>& measures, const TextOptions& options)
      : measures_(measures), reader_of_(measures.size()) {
    for (std::size_t i = 0; i < measures.size(); ++i) Add(i, options);
    // Somebody has to read, look for what is binary and say where a text is ill-formed.
    if (encodings_.empty()) encodings_.push_back(FindEncoding("o200k_base"));
  }
  Readings(const Readings&) = delete;
  Readings& operator=(const Readings&) = delete;

  TextReaders Readers() {
    TextReaders readers;
    readers.encodings = encodings_;
    if (!features_ && with_pieces_.empty() && with_nfc_.empty()) return readers;
    readers.see = [this](std::string_view part) {
      if (features_) features_->Append(part);
      for (PiecesCounter& counter : with_pieces_) counter.See(part);
      for (NfcCounter& counter : with_nfc_) counter.See(part);
    };
    return readers;
  }

  // When all of the text has passed; `count` is what the encodings made of it.
  absl::StatusOr<MeasuredText> Finish(TextCount count) {
    MeasuredText measured;
    for (std::size_t i = 0; i < measures_.size(); ++i) {
      const Measure& measure = measures_[i];
      TokenRange range;
      if (measure.pieces != nullptr) {
        range.tokens = with_pieces_[reader_of_[i]].Finish();
      } else if (measure.nfc) {
        const StreamCount normal = with_nfc_[reader_of_[i]].Finish();
        if (normal.error) return normal.error->status;
        range.tokens = normal.tokens;
      } else {
        range.tokens = count.tokens[reader_of_[i]];
      }
      range.low = range.high = range.tokens;
      if (measure.certainty == Measure::Certainty::kEstimate) {
        claude::TextFeatures text = features_->features();
        text.o200k = range.tokens;
        const claude::Estimate estimate = claude::EstimateTokens(measure.family, text);
        range = {estimate.tokens, estimate.low, estimate.high};
        measured.sort = estimate.sort;
      }
      measured.ranges.push_back(range);
    }
    measured.count = std::move(count);
    return measured;
  }

 private:
  void Add(std::size_t i, const TextOptions& options) {
    const Measure& measure = measures_[i];
    if (measure.certainty == Measure::Certainty::kEstimate) features_.emplace();
    if (measure.pieces != nullptr) {
      reader_of_[i] = with_pieces_.size();
      with_pieces_.emplace_back(measure, options.chomp);
    } else if (measure.nfc) {
      reader_of_[i] = with_nfc_.size();
      with_nfc_.emplace_back(measure, StreamOptionsOf(options));
    } else {
      const auto same = std::find(encodings_.begin(), encodings_.end(), measure.encoding);
      reader_of_[i] = static_cast<std::size_t>(same - encodings_.begin());
      if (same == encodings_.end()) encodings_.push_back(measure.encoding);
    }
  }

  const std::vector<Measure>& measures_;
  std::vector<std::size_t> reader_of_;  // which of its kind counts each
  std::vector<const Encoding*> encodings_;
  std::deque<PiecesCounter> with_pieces_;
  std::deque<NfcCounter> with_nfc_;
  std::optional<claude::FeatureReader> features_;
};

}  // namespace

absl::StatusOr<MeasuredText> TextMeter::Count(ByteSource& source, unsigned threads,
                                              bool skip_binary, std::string_view path) const {
  Readings readings(measures_, options_);
  const TextCounter counter(readings.Readers(), options_, bytes_read_);
  auto count = counter.Count(source, threads, skip_binary, path);
  if (!count.ok()) return count.status();
  if (!count->binary || !skip_binary) return readings.Finish(*std::move(count));
  MeasuredText skipped;
  skipped.count = *std::move(count);
  skipped.ranges.resize(measures_.size());
  return skipped;
}

}  // namespace toktally::cli
