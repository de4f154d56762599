#include "pricing/table_state.h"

// data/prices.json as it lies in the tree, put into the read-only data by the assembler: nothing is
// parsed or relocated until a command asks for a rate.
__asm__(
    ".section .rodata\n"
    ".global toktally_prices_json_begin\n"
    ".global toktally_prices_json_end\n"
    "toktally_prices_json_begin:\n"
    ".incbin \"" TOKTALLY_PRICES_JSON
    "\"\n"
    "toktally_prices_json_end:\n"
    ".byte 0\n"
    ".previous\n");
extern "C" {
extern const char toktally_prices_json_begin[];
extern const char toktally_prices_json_end[];
}

namespace toktally::pricing {

const PriceIndex& BuiltInIndex() {
  using Origin = NameEntry::Origin;
#include "price_index.inc"  // made by compile_prices from data/prices.json
  return kIndex;
}

std::string_view RateTable::BuiltInText() {
  return {toktally_prices_json_begin,
          static_cast<std::size_t>(toktally_prices_json_end - toktally_prices_json_begin)};
}

const absl::StatusOr<RateTable>& RateTable::BuiltIn() {
  // Never destroyed: matches point into it until the process ends.
  static const auto* const table = [] {
    auto state = std::make_shared<State>();
    state->store = std::make_shared<ModelStore>(BuiltInText(), BuiltInIndex(), "prices.json");
    state->as_of = BuiltInIndex().as_of;
    state->file_name = "prices.json";
    return new absl::StatusOr<RateTable>(RateTable(std::move(state)));
  }();
  return *table;
}

}  // namespace toktally::pricing
