// The C interface: each function checks, calls the library, and lets nothing out but a status.

#include "toktally/toktally.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bindings/c/documents.h"
#include "bpe/chunks.h"
#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/loader/tokenizer_file.h"
#include "bpe/special_tokens.h"
#include "bpe/stream_counter.h"
#include "bpe/truncate.h"

using toktally::Encoding;
using toktally::TokenId;

// The handle is the encoding itself.
static const Encoding& From(const toktally_encoding* encoding) {
  return *reinterpret_cast<const Encoding*>(encoding);
}
static const toktally_encoding* Handle(const Encoding* encoding) {
  return reinterpret_cast<const toktally_encoding*>(encoding);
}

struct toktally_stream {
  explicit toktally_stream(const Encoding& encoding) : counter(encoding) {}
  toktally::StreamCounter counter;
};

namespace {

toktally_status Fail(toktally_status status, std::string_view message, toktally_error* error) {
  if (error == nullptr) return status;
  const std::size_t size = std::min(message.size(), sizeof error->message - 1);
  std::memcpy(error->message, message.data(), size);
  error->message[size] = '\0';
  return status;
}

toktally_status Fail(const absl::Status& status, toktally_error* error) {
  const std::string message(status.message());
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return Fail(TOKTALLY_NOT_FOUND, message, error);
    case absl::StatusCode::kInternal:
      return Fail(TOKTALLY_INTERNAL, message, error);
    default:
      return Fail(TOKTALLY_INVALID_ARGUMENT, message, error);
  }
}

toktally_status Missing(std::string_view what, toktally_error* error) {
  return Fail(TOKTALLY_INVALID_ARGUMENT, std::string(what) + " is NULL", error);
}

// Runs `work`, which returns a status; what it throws becomes one.
template <typename Work>
toktally_status Guarded(toktally_error* error, const Work& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Fail(TOKTALLY_NO_MEMORY, "out of memory", error);
  } catch (const std::exception& thrown) {
    return Fail(TOKTALLY_INTERNAL, thrown.what(), error);
  } catch (...) {
    return Fail(TOKTALLY_INTERNAL, "unknown failure", error);
  }
}

std::string_view View(const char* data, std::size_t size) {
  return size == 0 ? std::string_view() : std::string_view(data, size);
}

// Whether `data` may be read: NULL is an empty text only.
bool Readable(const void* data, std::size_t size) { return data != nullptr || size == 0; }

// Copies what fits; says whether it is all.
template <typename Item>
toktally_status Fill(std::span<const Item> from, Item* to, std::size_t capacity, std::size_t* size,
                     toktally_error* error) {
  if (size != nullptr) *size = from.size();
  if (from.size() > capacity) {
    return Fail(TOKTALLY_TOO_SMALL, "the buffer holds less than is to be written", error);
  }
  std::copy(from.begin(), from.end(), to);
  return TOKTALLY_OK;
}

// What the options say, in the library's words.
struct TextOptions {
  toktally::SpecialSet allowed = toktally::SpecialSet::None();
  toktally::SpecialSet disallowed = toktally::SpecialSet::None();
  toktally::IllFormedUtf8 ill_formed = toktally::IllFormedUtf8::kReplace;
  bool plain = true;  // nothing is said of special tokens
};

toktally::SpecialSet SetOf(bool all, const toktally_names* names) {
  if (all) return toktally::SpecialSet::All();
  std::vector<std::string> list;
  for (std::size_t i = 0; names != nullptr && i < names->count; ++i) {
    list.emplace_back(names->names[i], names->sizes[i]);
  }
  return toktally::SpecialSet::Of(std::move(list));
}

// A caller of another version may know fewer members, or more.
toktally_status Read(const toktally_text_options* options, TextOptions& read,
                     toktally_error* error) {
  if (options == nullptr) return TOKTALLY_OK;
  toktally_text_options known{};
  if (options->size < offsetof(toktally_text_options, allowed)) {
    return Fail(TOKTALLY_INVALID_ARGUMENT, "options.size is not that of the struct", error);
  }
  std::memcpy(&known, options, std::min(options->size, sizeof known));
  constexpr std::uint32_t kKnown = TOKTALLY_LOSSLESS | TOKTALLY_ALLOW_ALL | TOKTALLY_DISALLOW_ALL;
  if ((known.flags & ~kKnown) != 0) {
    return Fail(TOKTALLY_INVALID_ARGUMENT, "options.flags holds a flag that there is not", error);
  }
  if ((known.flags & TOKTALLY_LOSSLESS) != 0) read.ill_formed = toktally::IllFormedUtf8::kLossless;
  read.plain = known.allowed == nullptr && known.disallowed == nullptr &&
               (known.flags & (TOKTALLY_ALLOW_ALL | TOKTALLY_DISALLOW_ALL)) == 0;
  if (read.plain) return TOKTALLY_OK;
  read.allowed = SetOf((known.flags & TOKTALLY_ALLOW_ALL) != 0, known.allowed);
  read.disallowed = SetOf((known.flags & TOKTALLY_DISALLOW_ALL) != 0, known.disallowed);
  return TOKTALLY_OK;
}

toktally_status Forbidden(const absl::Status& status, toktally_error* error) {
  return Fail(TOKTALLY_FORBIDDEN, std::string(status.message()), error);
}

toktally_status Count(const Encoding& encoding, std::string_view text, const TextOptions& options,
                      std::uint64_t* tokens, toktally_error* error) {
  if (options.plain) {
    *tokens = encoding.Count(text, options.ill_formed);
    return TOKTALLY_OK;
  }
  const auto count =
      encoding.Count(text, options.allowed, options.disallowed, options.ill_formed);
  if (!count.ok()) return Forbidden(count.status(), error);
  *tokens = *count;
  return TOKTALLY_OK;
}

// A document as text into the caller's buffer.
toktally_status Hand(const absl::StatusOr<std::string>& document, char* json, std::size_t capacity,
                     std::size_t* size, toktally_error* error) {
  if (!document.ok()) return Fail(document.status(), error);
  return Fill(std::span<const char>(*document), json, capacity, size, error);
}

}  // namespace

extern "C" {

int toktally_abi_version(void) { return TOKTALLY_ABI_VERSION; }

const char* toktally_version(void) { return TOKTALLY_VERSION; }

toktally_status toktally_find_encoding(const char* name, size_t name_size,
                                       const toktally_encoding** encoding, toktally_error* error) {
  if (!Readable(name, name_size)) return Missing("name", error);
  if (encoding == nullptr) return Missing("encoding", error);
  return Guarded(error, [&] {
    const Encoding* const found = toktally::FindEncoding(View(name, name_size));
    if (found == nullptr) {
      std::string message("unknown encoding '");
      message.append(View(name, name_size)).append("'");
      return Fail(TOKTALLY_NOT_FOUND, message, error);
    }
    *encoding = Handle(found);
    return TOKTALLY_OK;
  });
}

const char* toktally_encoding_name_at(size_t index) {
  const auto names = toktally::EncodingNames();
  return index < names.size() ? names[index].data() : nullptr;
}

toktally_status toktally_encoding_for_model(const char* model, size_t model_size,
                                            const toktally_encoding** encoding,
                                            toktally_error* error) {
  if (!Readable(model, model_size)) return Missing("model", error);
  if (encoding == nullptr) return Missing("encoding", error);
  return Guarded(error, [&] {
    const auto found = toktally::EncodingForModel(View(model, model_size));
    if (!found.ok()) return Fail(TOKTALLY_NOT_FOUND, std::string(found.status().message()), error);
    *encoding = Handle(found->encoding);
    return TOKTALLY_OK;
  });
}

toktally_status toktally_load_encoding(const char* file, size_t file_size, const char* name,
                                       size_t name_size, toktally_encoding** encoding,
                                       toktally_error* error) {
  if (!Readable(file, file_size)) return Missing("file", error);
  if (!Readable(name, name_size)) return Missing("name", error);
  if (encoding == nullptr) return Missing("encoding", error);
  return Guarded(error, [&] {
    const auto read =
        toktally::ReadTokenizerFile(View(file, file_size), View(name, name_size));
    if (!read.ok()) return Fail(read.status(), error);
    if (read->nfc) {
      return Fail(TOKTALLY_INVALID_ARGUMENT,
                  "the tokenizer brings texts to NFC first, which this function does not", error);
    }
    auto made = read->MakeEncoding(View(name, name_size));
    if (!made.ok()) return Fail(made.status(), error);
    *encoding = const_cast<toktally_encoding*>(Handle((*std::move(made)).release()));
    return TOKTALLY_OK;
  });
}

void toktally_free_encoding(toktally_encoding* encoding) {
  delete reinterpret_cast<const Encoding*>(encoding);
}

const char* toktally_encoding_name(const toktally_encoding* encoding) {
  return From(encoding).name().data();
}

const char* toktally_split_pattern(const toktally_encoding* encoding) {
  return From(encoding).split_pattern().data();
}

uint32_t toktally_id_limit(const toktally_encoding* encoding) { return From(encoding).id_limit(); }

toktally_status toktally_special_token(const toktally_encoding* encoding, size_t index,
                                       const char** name, size_t* name_size, uint32_t* id) {
  const auto tokens = From(encoding).special_tokens();
  if (index >= tokens.size()) return TOKTALLY_NOT_FOUND;
  *name = tokens[index].name.data();
  *name_size = tokens[index].name.size();
  *id = tokens[index].id;
  return TOKTALLY_OK;
}

toktally_status toktally_token_bytes(const toktally_encoding* encoding, uint32_t id,
                                     const char** bytes, size_t* size) {
  const auto found = From(encoding).FindBytes(id);
  if (!found) return TOKTALLY_NOT_FOUND;
  *bytes = found->data();
  *size = found->size();
  return TOKTALLY_OK;
}

toktally_status toktally_token_id(const toktally_encoding* encoding, const char* bytes, size_t size,
                                  uint32_t* id) {
  if (!Readable(bytes, size)) return TOKTALLY_INVALID_ARGUMENT;
  const auto found = From(encoding).FindToken(View(bytes, size));
  if (!found) return TOKTALLY_NOT_FOUND;
  *id = *found;
  return TOKTALLY_OK;
}

toktally_status toktally_count(const toktally_encoding* encoding, const char* text, size_t size,
                               const toktally_text_options* options, uint64_t* tokens,
                               toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(text, size)) return Missing("text", error);
  if (tokens == nullptr) return Missing("tokens", error);
  return Guarded(error, [&] {
    TextOptions read;
    if (const auto status = Read(options, read, error); status != TOKTALLY_OK) return status;
    return Count(From(encoding), View(text, size), read, tokens, error);
  });
}

toktally_status toktally_count_up_to(const toktally_encoding* encoding, const char* text,
                                     size_t size, uint64_t limit, uint64_t* tokens,
                                     toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(text, size)) return Missing("text", error);
  if (tokens == nullptr) return Missing("tokens", error);
  return Guarded(error, [&] {
    const auto count = From(encoding).CountUpTo(View(text, size), limit);
    *tokens = count ? *count : limit == UINT64_MAX ? limit : limit + 1;
    return TOKTALLY_OK;
  });
}

toktally_status toktally_count_prefix(const toktally_encoding* encoding, const char* text,
                                      size_t size, uint64_t* tokens, size_t* bytes,
                                      toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(text, size)) return Missing("text", error);
  if (tokens == nullptr || bytes == nullptr) return Missing("tokens and bytes", error);
  return Guarded(error, [&] {
    const auto prefix = From(encoding).CountPrefix(View(text, size));
    *tokens = prefix.tokens;
    *bytes = prefix.bytes;
    return TOKTALLY_OK;
  });
}

size_t toktally_most_tokens(size_t size) { return size > SIZE_MAX / 3 ? SIZE_MAX : size * 3; }

toktally_status toktally_encode(const toktally_encoding* encoding, const char* text, size_t size,
                                const toktally_text_options* options, uint32_t* ids,
                                size_t capacity, size_t* count, toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(text, size)) return Missing("text", error);
  if (!Readable(ids, capacity)) return Missing("ids", error);
  return Guarded(error, [&] {
    TextOptions read;
    if (const auto status = Read(options, read, error); status != TOKTALLY_OK) return status;
    if (read.plain) {
      const auto made = From(encoding).EncodeOrdinary(View(text, size), read.ill_formed);
      return Fill(std::span<const TokenId>(made), ids, capacity, count, error);
    }
    const auto made =
        From(encoding).Encode(View(text, size), read.allowed, read.disallowed, read.ill_formed);
    if (!made.ok()) return Forbidden(made.status(), error);
    return Fill(std::span<const TokenId>(*made), ids, capacity, count, error);
  });
}

toktally_status toktally_encode_spans(const toktally_encoding* encoding, const char* text,
                                      size_t size, const toktally_text_options* options,
                                      toktally_span* spans, size_t capacity, size_t* count,
                                      toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(text, size)) return Missing("text", error);
  if (!Readable(spans, capacity)) return Missing("spans", error);
  return Guarded(error, [&] {
    TextOptions read;
    if (const auto status = Read(options, read, error); status != TOKTALLY_OK) return status;
    const auto made = From(encoding).EncodeWithOffsets(View(text, size), read.allowed,
                                                       read.disallowed, read.ill_formed);
    if (!made.ok()) return Forbidden(made.status(), error);
    std::vector<toktally_span> list;
    list.reserve(made->size());
    for (const toktally::TokenSpan& span : *made) list.push_back({span.id, span.begin, span.end});
    return Fill(std::span<const toktally_span>(list), spans, capacity, count, error);
  });
}

toktally_status toktally_decode(const toktally_encoding* encoding, const uint32_t* ids,
                                size_t count, char* bytes, size_t capacity, size_t* size,
                                toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(ids, count)) return Missing("ids", error);
  if (!Readable(bytes, capacity)) return Missing("bytes", error);
  return Guarded(error, [&] {
    const auto text = From(encoding).Decode(std::span(ids, count));
    if (!text.ok()) return Fail(TOKTALLY_NOT_FOUND, std::string(text.status().message()), error);
    return Fill(std::span<const char>(*text), bytes, capacity, size, error);
  });
}

toktally_status toktally_count_batch(const toktally_encoding* encoding, const char* const* texts,
                                     const size_t* sizes, size_t count,
                                     const toktally_text_options* options, uint64_t* tokens,
                                     toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(texts, count)) return Missing("texts", error);
  if (!Readable(sizes, count)) return Missing("sizes", error);
  if (!Readable(tokens, count)) return Missing("tokens", error);
  return Guarded(error, [&] {
    TextOptions read;
    if (const auto status = Read(options, read, error); status != TOKTALLY_OK) return status;
    for (std::size_t i = 0; i < count; ++i) {
      if (!Readable(texts[i], sizes[i])) return Missing("a text", error);
      const auto status =
          Count(From(encoding), View(texts[i], sizes[i]), read, tokens + i, error);
      if (status != TOKTALLY_OK) return status;
    }
    return TOKTALLY_OK;
  });
}

toktally_status toktally_truncate(const toktally_encoding* encoding, const char* text, size_t size,
                                  uint64_t tokens, toktally_keep keep, const char* mark,
                                  size_t mark_size, toktally_truncated* kept,
                                  toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(text, size)) return Missing("text", error);
  if (!Readable(mark, mark_size)) return Missing("mark", error);
  if (kept == nullptr) return Missing("kept", error);
  if (keep < TOKTALLY_KEEP_START || keep > TOKTALLY_KEEP_BOTH_ENDS) {
    return Fail(TOKTALLY_INVALID_ARGUMENT, "keep is none of toktally_keep", error);
  }
  return Guarded(error, [&] {
    const toktally::TruncateOptions options{tokens, static_cast<toktally::Keep>(keep),
                                            View(mark, mark_size)};
    const auto truncated = toktally::Truncate(From(encoding), View(text, size), options);
    if (!truncated.ok()) return Fail(truncated.status(), error);
    *kept = {truncated->head, truncated->tail, truncated->whole ? 1 : 0, truncated->tokens};
    return TOKTALLY_OK;
  });
}

toktally_status toktally_chunks(const toktally_encoding* encoding, const char* text, size_t size,
                                uint64_t tokens, uint64_t overlap, toktally_boundary at,
                                void (*use)(void* context, const toktally_chunk*), void* context,
                                toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (!Readable(text, size)) return Missing("text", error);
  if (use == nullptr) return Missing("use", error);
  if (at < TOKTALLY_AT_TOKEN || at > TOKTALLY_AT_CODE) {
    return Fail(TOKTALLY_INVALID_ARGUMENT, "at is none of toktally_boundary", error);
  }
  return Guarded(error, [&] {
    const toktally::ChunkOptions options{tokens, overlap, static_cast<toktally::Boundary>(at)};
    if (const absl::Status status = toktally::Chunker::Check(options); !status.ok()) {
      return Fail(status, error);
    }
    toktally::Chunker chunker(From(encoding), options, [&](const toktally::Chunk& chunk) {
      const toktally_chunk handed{chunk.text.data(), chunk.text.size(), chunk.begin,
                                  chunk.end,         chunk.first_line,  chunk.last_line,
                                  chunk.tokens};
      use(context, &handed);
    });
    chunker.Add(View(text, size));
    chunker.Finish();
    return TOKTALLY_OK;
  });
}

toktally_status toktally_stream_new(const toktally_encoding* encoding, toktally_stream** stream,
                                    toktally_error* error) {
  if (encoding == nullptr) return Missing("encoding", error);
  if (stream == nullptr) return Missing("stream", error);
  return Guarded(error, [&] {
    *stream = new toktally_stream(From(encoding));
    return TOKTALLY_OK;
  });
}

toktally_status toktally_stream_add(toktally_stream* stream, const char* part, size_t size,
                                    toktally_error* error) {
  if (stream == nullptr) return Missing("stream", error);
  if (!Readable(part, size)) return Missing("part", error);
  return Guarded(error, [&] {
    stream->counter.Add(View(part, size));
    return TOKTALLY_OK;
  });
}

toktally_status toktally_stream_finish(toktally_stream* stream, uint64_t* tokens,
                                       toktally_error* error) {
  if (stream == nullptr) return Missing("stream", error);
  if (tokens == nullptr) return Missing("tokens", error);
  return Guarded(error, [&] {
    *tokens = stream->counter.Finish().tokens;
    return TOKTALLY_OK;
  });
}

void toktally_stream_free(toktally_stream* stream) { delete stream; }

toktally_status toktally_predict(const char* request, size_t size, const char* model,
                                 size_t model_size, char* json, size_t capacity, size_t* json_size,
                                 toktally_error* error) {
  if (!Readable(request, size)) return Missing("request", error);
  if (!Readable(model, model_size)) return Missing("model", error);
  if (!Readable(json, capacity)) return Missing("json", error);
  return Guarded(error, [&] {
    return Hand(toktally::c::PredictionDocument(View(request, size), View(model, model_size)), json,
                capacity, json_size, error);
  });
}

toktally_status toktally_price_usage(const char* usage, size_t size, const char* model,
                                     size_t model_size, const char* date, char* json,
                                     size_t capacity, size_t* json_size, toktally_error* error) {
  if (!Readable(usage, size)) return Missing("usage", error);
  if (!Readable(model, model_size)) return Missing("model", error);
  if (date == nullptr) return Missing("date", error);
  if (!Readable(json, capacity)) return Missing("json", error);
  return Guarded(error, [&] {
    return Hand(toktally::c::UsageCostDocument(View(usage, size), View(model, model_size), date),
                json, capacity, json_size, error);
  });
}

}  // extern "C"
