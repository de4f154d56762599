#include "bpe/loader/nfc.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "base/utf8.h"

namespace toktally {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
};

}  // namespace

std::string ToNfc(std::string_view text) {
  const std::string repaired = ReplaceIllFormed(text);
  utf8proc_uint8_t* normal = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(repaired.data()),
                   static_cast<utf8proc_ssize_t>(repaired.size()), &normal,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(normal);
  if (size < 0) throw std::bad_alloc();  // nothing else fails on well-formed text
  return std::string(reinterpret_cast<const char*>(normal), static_cast<std::size_t>(size));
}

}  // namespace toktally
