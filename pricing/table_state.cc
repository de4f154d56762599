#include "pricing/table_state.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/absl_text.h"
#include "base/json.h"
#include "base/text.h"
#include "pricing/rate_table_rules.h"

namespace toktally::pricing {
namespace {

std::string_view LastComponent(std::string_view id) { return id.substr(id.rfind('/') + 1); }

// Reads the part of `text` that `slice` marks as an array of rules.
using RulesReader = absl::Status (*)(const JsonValue&, TableRules*);
void ReadRulesPart(std::string_view text, const PriceIndex::Slice& slice,
                   std::string_view file_name, RulesReader read, TableRules* rules) {
  if (slice.size == 0) return;
  const auto document = JsonDocument::ParseInPlace(text.substr(slice.begin, slice.size), file_name,
                                                   {.first_line = slice.line});
  // The tool that made the index has read all of it.
  const absl::Status status = document.ok() ? read(document->root(), rules) : document.status();
  assert(status.ok());
  static_cast<void>(status);
}

}  // namespace

absl::Status ModelNames::Add(const std::vector<PricedModel>& models, std::size_t model,
                             std::string_view file_name) {
  using Origin = NameEntry::Origin;
  const PricedModel& mine = models[model];
  const std::string_view id = mine.hosted ? LastComponent(mine.id) : std::string_view(mine.id);
  const std::string full_name = mine.FullName();
  std::vector<std::pair<std::string_view, Origin>> names = {{full_name, Origin::kFullName},
                                                            {id, Origin::kId}};
  for (const std::string& name : mine.snapshots) names.emplace_back(name, Origin::kSnapshot);
  for (const std::string& name : mine.aliases) names.emplace_back(name, Origin::kAlias);
  for (const auto& [name, origin] : names) {
    for (const NameEntry& entry : Find(LowerCase(name))) {
      const PricedModel& other = models[entry.model];
      const bool full = origin == Origin::kFullName || entry.origin == Origin::kFullName;
      if ((mine.hosted || other.hosted) && !full) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(ToAbsl(file_name), ":", mine.line, ": \"", ToAbsl(name), "\" names both ",
                       other.FullName(), " (line ", other.line, ") and ", full_name));
    }
  }
  for (const auto& [name, origin] : names) {
    std::vector<NameEntry>& entries = names_[LowerCase(name)];
    // Of several origins the first counts.
    const bool known = std::any_of(entries.begin(), entries.end(),
                                   [model](const NameEntry& e) { return e.model == model; });
    if (!known) entries.push_back({static_cast<std::uint32_t>(model), origin, mine.hosted});
  }
  return absl::OkStatus();
}

std::span<const NameEntry> ModelNames::Find(std::string_view name) const {
  const auto found = names_.find(std::string(name));
  if (found == names_.end()) return {};
  return found->second;
}

ModelStore::ModelStore(std::vector<PricedModel> models, std::map<std::string, RateSource> sources,
                       TableRules rules, ModelNames names)
    : names_(std::move(names)),
      models_(std::move(models)),
      sources_(std::move(sources)),
      rules_(std::move(rules)) {}

ModelStore::ModelStore(std::string_view text, const PriceIndex& index, std::string_view file_name)
    : index_(&index),
      text_(text),
      file_name_(file_name),
      read_(std::make_unique<MadeOnce<PricedModel>[]>(index.models.size())) {}

const PricedModel& ModelStore::At(std::size_t model) const {
  if (index_ == nullptr) return models_[model];
  return read_[model].Get([this, model] {
    const PriceIndex::Slice& slice = index_->models[model];
    auto read = ReadModelText(text_.substr(slice.begin, slice.size), file_name_, slice.line);
    assert(read.ok());  // compile_prices has read it
    ApplyRules(rules(), &*read);
    return *std::move(read);
  });
}

const std::vector<PricedModel>& ModelStore::All() const {
  if (index_ == nullptr) return models_;
  return all_read_.Get([this] {
    std::vector<PricedModel> all;
    all.reserve(index_->models.size());
    for (std::size_t i = 0; i < index_->models.size(); ++i) all.push_back(At(i));
    return all;
  });
}

const std::map<std::string, RateSource>& ModelStore::sources() const {
  if (index_ == nullptr) return sources_;
  return sources_read_.Get([this] {
    const PriceIndex::Slice& slice = index_->sources;
    auto read = ReadSourcesText(text_.substr(slice.begin, slice.size), file_name_);
    assert(read.ok());
    return *std::move(read);
  });
}

const TableRules& ModelStore::rules() const {
  if (index_ == nullptr) return rules_;
  return rules_read_.Get([this] {
    TableRules rules;
    ReadRulesPart(text_, index_->factors, file_name_, &ReadFactors, &rules);
    ReadRulesPart(text_, index_->fees, file_name_, &ReadFees, &rules);
    ReadRulesPart(text_, index_->exchange, file_name_, &ReadExchange, &rules);
    return rules;
  });
}

std::span<const NameEntry> ModelStore::Find(std::string_view name) const {
  if (index_ == nullptr) return names_.Find(name);
  const auto names = index_->names;
  const auto found = std::lower_bound(
      names.begin(), names.end(), name,
      [](const PriceIndex::Name& known, std::string_view wanted) { return known.name < wanted; });
  if (found == names.end() || found->name != name) return {};
  return found->entries;
}

std::vector<std::string_view> ModelStore::ShortNames() const {
  std::vector<std::string_view> names;
  const auto add = [&names](std::string_view name, std::span<const NameEntry> entries) {
    if (entries.front().origin != NameEntry::Origin::kFullName) names.push_back(name);
  };
  if (index_ != nullptr) {
    for (const PriceIndex::Name& name : index_->names) add(name.name, name.entries);
  } else {
    for (const auto& [name, entries] : names_.all()) add(name, entries);
  }
  std::sort(names.begin(), names.end());
  return names;
}

BilledModels::~BilledModels() {
  for (const Node* node = first_.load(); node != nullptr;) {
    const std::unique_ptr<const Node> last(node);
    node = node->next;
  }
}

const PricedModel* BilledModels::Find(std::string_view key) const {
  const Node* node = first_.load(std::memory_order_acquire);
  while (node != nullptr && node->key != key) node = node->next;
  return node == nullptr ? nullptr : &node->model;
}

const PricedModel* BilledModels::Keep(std::string key, PricedModel model) const {
  auto node = std::make_unique<Node>(Node{std::move(key), std::move(model), first_.load()});
  while (!first_.compare_exchange_weak(node->next, node.get(), std::memory_order_acq_rel)) {
  }
  return &node.release()->model;
}

}  // namespace toktally::pricing
