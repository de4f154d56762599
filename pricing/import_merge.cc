// Foreign models into our table, and our models onto disk.

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "base/absl_text.h"
#include "base/json.h"
#include "base/text.h"
#include "pricing/import.h"
#include "pricing/table_state.h"

namespace toktally::pricing {
namespace {

std::string RowName(const RateRow& row) {
  return absl::StrCat(ToAbsl(TierName(row.tier)), row.above ? " " : "",
                      row.above ? row.above->ToString() : "");
}

class Merger {
 public:
  Merger(PricedModel model, ImportReport* report) : model_(std::move(model)), report_(report) {}

  // All of theirs.
  void TakeAll(const PricedModel& theirs) {
    for (const RateRow& row : theirs.rows) {
      checked_ = row.checked.value_or(Date{});
      Take(row);
    }
    EndBandsWithout(theirs);
  }

  bool changed() const { return changed_; }
  PricedModel&& model() && { return std::move(model_); }

 private:
  void Take(const RateRow& theirs) {
    RateRow* ours = FindRowAt(theirs);
    if (ours == nullptr) {
      if (OverlapsOurs(theirs)) return Note(&report_->kept, theirs, "overlaps a row of ours");
      model_.rows.push_back(theirs);
      Note(&report_->changed, theirs, "new row");
      changed_ = true;
      return;
    }
    RateRow merged = *ours;
    const std::string difference = Overlay(theirs, &merged);
    if (difference.empty()) return;
    if (ours->checked && checked_ < *ours->checked) {
      return Note(&report_->kept, *ours,
                  absl::StrCat("checked ", ToString(*ours->checked), ", which is newer"));
    }
    Note(&report_->changed, theirs, difference);
    changed_ = true;
    merged.checked = checked_;
    merged.sources = theirs.sources;
    merged.derived.clear();
    merged.derived_kinds.clear();
    const bool closes = (!ours->from || *ours->from < checked_) && !theirs.from;
    if (!closes) {
      *ours = std::move(merged);
      return;
    }
    // The day on which the rate was seen; it may have changed somewhat earlier.
    merged.from = checked_;
    merged.note = "first seen on this day";
    ours->to = checked_;
    model_.rows.push_back(std::move(merged));
  }

  // A dated set of theirs is a whole one: our open rows of bands that it does not have end with it.
  void EndBandsWithout(const PricedModel& theirs) {
    std::optional<Date> newest;
    for (const RateRow& row : theirs.rows) {
      if (row.tier == Tier::kStandard && row.from && !row.to) newest = row.from;
    }
    if (!newest) return;
    for (RateRow& row : model_.rows) {
      const bool known =
          std::any_of(theirs.rows.begin(), theirs.rows.end(),
                      [&](const RateRow& other) { return SameBand(row, other) && !other.to; });
      const bool open = row.tier == Tier::kStandard && row.above && !known && !row.to &&
                        (!row.from || *row.from < *newest);
      if (!open || (row.checked && checked_ < *row.checked)) continue;
      row.to = newest;
      changed_ = true;
      Note(&report_->changed, row, absl::StrCat("ends on ", ToString(*newest)));
    }
  }

  // Our row of the same tier and band that holds on the first day of theirs, or today.
  RateRow* FindRowAt(const RateRow& theirs) {
    if (theirs.to && *theirs.to <= checked_ && !theirs.from) return FindOpenBefore(theirs);
    const Date day = theirs.from.value_or(checked_);
    for (RateRow& row : model_.rows) {
      if (SameBand(row, theirs) && row.Covers(day)) return &row;
    }
    return nullptr;
  }

  RateRow* FindOpenBefore(const RateRow& theirs) {
    for (RateRow& row : model_.rows) {
      if (SameBand(row, theirs) && !row.from) return &row;
    }
    return nullptr;
  }

  static bool SameBand(const RateRow& a, const RateRow& b) {
    if (a.tier != b.tier || a.above.has_value() != b.above.has_value()) return false;
    return !a.above || a.above->prompt_tokens == b.above->prompt_tokens;
  }

  bool OverlapsOurs(const RateRow& theirs) const {
    return std::any_of(model_.rows.begin(), model_.rows.end(), [&](const RateRow& row) {
      return SameBand(row, theirs) && (!row.to || !theirs.from || *theirs.from < *row.to) &&
             (!theirs.to || !row.from || *row.from < *theirs.to);
    });
  }

  // Puts their rates over ours; says what differs.
  static std::string Overlay(const RateRow& theirs, RateRow* merged) {
    std::string difference;
    for (std::size_t i = 0; i < kRateKinds; ++i) {
      if (!theirs.rates[i] || merged->rates[i] == theirs.rates[i]) continue;
      absl::StrAppend(&difference, difference.empty() ? "" : ", ",
                      ToAbsl(RateKindName(static_cast<RateKind>(i))), " ",
                      merged->rates[i] ? merged->rates[i]->ToString() : "none", " -> ",
                      theirs.rates[i]->ToString());
      merged->rates[i] = theirs.rates[i];
    }
    return difference;
  }

  void Note(std::vector<std::string>* list, const RateRow& row, std::string_view what) const {
    list->push_back(absl::StrCat(model_.id, ": ", RowName(row), ": ", ToAbsl(what)));
  }

  PricedModel model_;
  Date checked_;
  ImportReport* report_;
  bool changed_ = false;
};

class Writer {
 public:
  std::string Write(const std::vector<PricedModel>& models,
                    const std::map<std::string, RateSource>& sources, const Date& as_of) {
    absl::StrAppend(&out_, "{\n\"schema\": 2,\n\"as_of\": \"", ToString(as_of),
                    "\",\n\"sources\": {");
    std::string_view separator = "\n";
    for (const auto& [name, source] : sources) {
      absl::StrAppend(&out_, ToAbsl(separator), "  ", JsonQuote(name),
                      ": {\"what\": ", JsonQuote(source.what));
      Member("where", source.where);
      Member("date", source.date);
      out_ += "}";
      separator = ",\n";
    }
    out_ += "\n},\n\"models\": [";
    separator = "\n";
    for (const PricedModel& model : models) {
      out_ += separator;
      WriteModel(model);
      separator = ",\n";
    }
    out_ += "\n]\n}\n";
    return std::move(out_);
  }

 private:
  void Member(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    absl::StrAppend(&out_, ", \"", ToAbsl(key), "\": ", JsonQuote(value));
  }

  void Names(std::string_view key, const std::vector<std::string>& names) {
    absl::StrAppend(&out_, "\"", ToAbsl(key), "\": [");
    for (std::size_t i = 0; i < names.size(); ++i) {
      absl::StrAppend(&out_, i == 0 ? "" : ", ", JsonQuote(names[i]));
    }
    out_ += "]";
  }

  void Limit(std::string_view key, const std::optional<std::int64_t>& limit, bool* any) {
    if (!limit) return;
    absl::StrAppend(&out_, *any ? ", " : "", "\"", ToAbsl(key), "\": ", *limit);
    *any = true;
  }

  void WriteModel(const PricedModel& model) {
    absl::StrAppend(&out_, "  {\n    \"provider\": ", JsonQuote(model.provider),
                    ", \"id\": ", JsonQuote(model.id), model.hosted ? ", \"hosted\": true" : "",
                    ", \"kind\": ", JsonQuote(model.kind), ",\n    ");
    Names("aliases", model.aliases);
    out_ += ", ";
    Names("snapshots", model.snapshots);
    absl::StrAppend(&out_, ",\n    \"status\": ", JsonQuote(model.status));
    Member("status_note", model.status_note);
    Member("released", model.released);
    if (model.shutdown) {
      absl::StrAppend(&out_, ", \"shutdown\": {\"date\": \"", ToString(*model.shutdown), "\", ");
      Names("sources", model.shutdown_sources);
      out_ += "}";
    }
    out_ += ",\n    \"limits\": {";
    bool any = false;
    Limit("context_window", model.limits.context_window, &any);
    Limit("max_input", model.limits.max_input, &any);
    Limit("max_output", model.limits.max_output, &any);
    Limit("min_cacheable", model.limits.min_cacheable, &any);
    out_ += "}";
    if (model.successor) {
      absl::StrAppend(&out_, ",\n    \"successor\": {\"id\": ", JsonQuote(model.successor->id),
                      ", \"from\": \"", ToString(model.successor->from), "\", ");
      Names("sources", model.successor->sources);
      out_ += "}";
    }
    if (model.data_residency) {
      absl::StrAppend(&out_, ", \"data_residency\": {\"multiplier\": \"",
                      model.data_residency->multiplier.ToString(12), "\", ");
      Names("sources", model.data_residency->sources);
      out_ += "}";
    }
    out_ += ",\n    \"rows\": [";
    std::string_view separator = "\n";
    for (const RateRow& row : model.rows) {
      out_ += separator;
      WriteRow(row);
      separator = ",\n";
    }
    out_ += "\n    ]";
    WriteDisagreements(model);
    if (!model.notes.empty()) {
      out_ += ",\n    ";
      Names("notes", model.notes);
    }
    out_ += "\n  }";
  }

  void WriteRow(const RateRow& row) {
    absl::StrAppend(&out_, "      {\"tier\": \"", ToAbsl(TierName(row.tier)), "\"");
    if (row.from) Member("from", ToString(*row.from));
    if (row.to) Member("to", ToString(*row.to));
    if (row.above) {
      absl::StrAppend(&out_, ", \"above\": {\"operator\": \"", row.above->inclusive ? ">=" : ">",
                      "\", \"prompt_tokens\": ", row.above->prompt_tokens, "}");
    }
    if (row.hours) WriteHours(*row.hours);
    Member("currency", row.currency);
    out_ += ", \"rates\": {";
    bool any = false;
    for (std::size_t i = 0; i < kRateKinds; ++i) {
      if (!row.rates[i]) continue;
      absl::StrAppend(&out_, any ? ", " : "", "\"", ToAbsl(RateKindName(static_cast<RateKind>(i))),
                      "\": \"", row.rates[i]->ToString(), "\"");
      any = true;
    }
    out_ += "}";
    if (!row.derived.empty()) {
      absl::StrAppend(&out_, ", \"derived\": {\"how\": ", JsonQuote(row.derived));
      std::vector<std::string> kinds;
      for (const RateKind kind : row.derived_kinds) kinds.emplace_back(RateKindName(kind));
      if (!kinds.empty()) {
        out_ += ", ";
        Names("kinds", kinds);
      }
      out_ += "}";
    }
    out_ += ", ";
    Names("sources", row.sources);
    if (row.checked) Member("checked", ToString(*row.checked));
    Member("note", row.note);
    Member("caution", row.caution);
    out_ += "}";
  }

  void WriteHours(const DayHours& hours) {
    std::vector<std::string> spans;
    for (const DayHours::Span& span : hours.spans) {
      spans.push_back(ToString(span));
    }
    out_ += ", \"hours\": {";
    Names("utc", spans);
    absl::StrAppend(&out_, hours.weekdays ? ", \"weekdays\": true}" : "}");
  }

  void WriteDisagreements(const PricedModel& model) {
    if (model.disagreements.empty()) return;
    out_ += ",\n    \"disagreements\": [";
    std::string_view separator = "\n";
    for (const Disagreement& other : model.disagreements) {
      absl::StrAppend(
          &out_, ToAbsl(separator), "      {\"field\": ", JsonQuote(other.field),
          ", \"source\": ", JsonQuote(other.source), ", \"value\": ", JsonQuote(other.value),
          ", \"kept\": ", JsonQuote(other.kept), ", \"why\": ", JsonQuote(other.why), "}");
      separator = ",\n";
    }
    out_ += "\n    ]";
  }

  std::string out_;
};

}  // namespace

std::vector<PricedModel> MergeImport(const RateTable& table, const ForeignPrices& foreign,
                                     ImportReport* report) {
  std::vector<PricedModel> merged;
  std::map<std::size_t, std::size_t> places;      // two of their names may be one model of ours
  std::vector<PricedModel> all = table.models();  // and what is added
  ModelNames names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    static_cast<void>(names.Add(all, i, table.file_name()));  // a table's names do not clash
  }
  const std::size_t own_models = all.size();
  // Ours for a model of theirs: by full name, else by a name of the same provider's.
  const auto find_own = [&](const PricedModel& theirs) -> std::optional<std::size_t> {
    for (const std::string& name : {LowerCase(theirs.FullName()), LowerCase(theirs.id)}) {
      for (const NameEntry& entry : names.Find(name)) {
        if (entry.model < own_models && all[entry.model].provider == theirs.provider) {
          return entry.model;
        }
      }
    }
    return std::nullopt;
  };
  for (const PricedModel& theirs : foreign.models) {
    const auto own = find_own(theirs);
    if (!own) {
      all.push_back(theirs);
      if (names.Add(all, all.size() - 1, "").ok()) {
        report->added.push_back(theirs.FullName());
        merged.push_back(theirs);
      } else {
        report->clashing.push_back(theirs.FullName());
        all.pop_back();
      }
      continue;
    }
    if (theirs.id != all[*own].id) continue;  // a snapshot or alias that our row stands for
    Merger merger(all[*own], report);
    merger.TakeAll(theirs);
    if (!merger.changed()) {
      report->unchanged.push_back(all[*own].id);
    } else if (places.emplace(*own, merged.size()).second) {
      merged.push_back(std::move(merger).model());
    }
  }
  return merged;
}

std::string WritePrices(const std::vector<PricedModel>& models,
                        const std::map<std::string, RateSource>& sources, const Date& as_of) {
  return Writer().Write(models, sources, as_of);
}

}  // namespace toktally::pricing
