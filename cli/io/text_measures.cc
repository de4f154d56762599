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

absl::StatusOr<MeasuredText> TextMeter::Count(ByteSource& source, unsigned threads,
                                              bool skip_binary, std::string_view path) const {
  TextReaders readers;
  std::vector<std::size_t> reader_of(measures_.size());
  std::deque<PiecesCounter> with_pieces;
  std::deque<NfcCounter> with_nfc;
  std::optional<claude::FeatureReader> features;
  for (std::size_t i = 0; i < measures_.size(); ++i) {
    const Measure& measure = measures_[i];
    if (measure.certainty == Measure::Certainty::kEstimate) features.emplace();
    if (measure.certainty == Measure::Certainty::kReconstructed) {
      reader_of[i] = with_pieces.size();
      with_pieces.emplace_back(measure, options_.chomp);
      continue;
    }
    if (measure.nfc) {
      reader_of[i] = with_nfc.size();
      with_nfc.emplace_back(measure, StreamOptionsOf(options_));
      continue;
    }
    const auto same =
        std::find(readers.encodings.begin(), readers.encodings.end(), measure.encoding);
    reader_of[i] = static_cast<std::size_t>(same - readers.encodings.begin());
    if (same == readers.encodings.end()) readers.encodings.push_back(measure.encoding);
  }
  // Somebody has to read, look for what is binary and say where a text is ill-formed.
  if (readers.encodings.empty()) readers.encodings.push_back(FindEncoding("o200k_base"));
  if (features || !with_pieces.empty() || !with_nfc.empty()) {
    readers.see = [&](std::string_view part) {
      if (features) features->Append(part);
      for (PiecesCounter& counter : with_pieces) counter.See(part);
      for (NfcCounter& counter : with_nfc) counter.See(part);
    };
  }
  auto count = TextCounter(std::move(readers), options_, bytes_read_)
                   .Count(source, threads, skip_binary, path);
  if (!count.ok()) return count.status();
  MeasuredText measured;
  measured.count = *std::move(count);
  measured.ranges.resize(measures_.size());
  if (measured.count.binary && skip_binary) return measured;
  for (std::size_t i = 0; i < measures_.size(); ++i) {
    const Measure& measure = measures_[i];
    TokenRange& range = measured.ranges[i];
    if (measure.certainty == Measure::Certainty::kReconstructed) {
      range.tokens = with_pieces[reader_of[i]].Finish();
    } else if (measure.nfc) {
      const StreamCount normal = with_nfc[reader_of[i]].Finish();
      if (normal.error) return normal.error->status;
      range.tokens = normal.tokens;
    } else {
      range.tokens = measured.count.tokens[reader_of[i]];
    }
    range.low = range.high = range.tokens;
    if (measure.certainty != Measure::Certainty::kEstimate) continue;
    claude::TextFeatures text = features->features();
    text.o200k = range.tokens;
    const claude::Estimate estimate = claude::EstimateTokens(measure.family, text);
    range = {estimate.tokens, estimate.low, estimate.high};
    measured.sort = estimate.sort;
  }
  return measured;
}

}  // namespace toktally::cli
