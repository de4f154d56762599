// Who is meant by a word before a model's name: data/sellers.tsv, read when this is compiled.

#ifndef TOKTALLY_DATA_SELLER_TABLE_H_
#define TOKTALLY_DATA_SELLER_TABLE_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace toktally {

enum class SellerKind : std::uint8_t { kMaker, kPlatform, kGateway, kHost, kLocal, kProxy };

struct SellerRow {
  std::string_view word;  // lower case, with hyphens; ends in a dot for Bedrock's makers
  std::string_view seller;
  SellerKind kind = SellerKind::kMaker;
  std::string_view name;  // for people
};

// All rows, in the order of the file.
std::span<const SellerRow> SellerRows();

// The row of a word in lower case, in which _ is the same as -; nullptr for a word nobody knows.
const SellerRow* FindSeller(std::string_view word);

// The name for people of a seller's id; the id itself where the table does not have it.
std::string_view SellerName(std::string_view seller);

}  // namespace toktally

#endif  // TOKTALLY_DATA_SELLER_TABLE_H_
