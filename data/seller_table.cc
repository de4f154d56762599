#include "data/seller_table.h"

#include <algorithm>

#include "data/table_text.h"
#include "seller_table_text.inc"

namespace toktally {
namespace {

constexpr SellerKind KindOf(std::string_view text) {
  if (text == "maker") return SellerKind::kMaker;
  if (text == "platform") return SellerKind::kPlatform;
  if (text == "gateway") return SellerKind::kGateway;
  if (text == "host") return SellerKind::kHost;
  if (text == "local") return SellerKind::kLocal;
  if (text == "proxy") return SellerKind::kProxy;
  throw "no kind of seller";  // at compile time only
}

constexpr SellerRow ReadRow(std::string_view line) {
  SellerRow row;
  row.word = TakeUntil('\t', &line);
  row.seller = TakeUntil('\t', &line);
  row.kind = KindOf(TakeUntil('\t', &line));
  row.name = TakeUntil('\t', &line);
  return row;
}

constexpr auto kRows = ReadTable<CountTableRows(kSellerTableText)>(kSellerTableText, ReadRow);
static_assert(std::all_of(kRows.begin(), kRows.end(), [](const SellerRow& row) {
  return !row.word.empty() && !row.seller.empty() && !row.name.empty();
}));

// Equal but for _ and -.
bool SameWord(std::string_view known, std::string_view word) {
  return known.size() == word.size() &&
         std::equal(known.begin(), known.end(), word.begin(),
                    [](char a, char b) { return a == b || (a == '-' && b == '_'); });
}

}  // namespace

std::span<const SellerRow> SellerRows() { return kRows; }

const SellerRow* FindSeller(std::string_view word) {
  const auto* row = std::find_if(kRows.begin(), kRows.end(), [word](const SellerRow& each) {
    return SameWord(each.word, word);
  });
  return row == kRows.end() ? nullptr : row;
}

std::string_view SellerName(std::string_view seller) {
  const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                 [seller](const SellerRow& each) { return each.seller == seller; });
  return row == kRows.end() ? seller : row->name;
}

}  // namespace toktally
