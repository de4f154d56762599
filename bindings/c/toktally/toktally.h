/* toktally for C, and for every language that can call C.
 *
 *   const toktally_encoding* o200k = NULL;
 *   if (toktally_find_encoding("o200k_base", 10, &o200k, NULL) != TOKTALLY_OK) return 1;
 *   uint64_t tokens = 0;
 *   toktally_count(o200k, text, size, NULL, &tokens, NULL);
 *
 * Rules that hold for every function:
 *   - Texts are bytes with a length; no terminating NUL is read. They should be UTF-8; what is not
 *     is read as U+FFFD, as an API reads it, or taken as it is (TOKTALLY_LOSSLESS).
 *   - Results go into the caller's memory. A function that fills a buffer takes its capacity and
 *     stores the size that is needed; if that is more it returns TOKTALLY_TOO_SMALL, and what was
 *     written is of no use. A buffer of NULL with capacity 0 asks for the size.
 *   - `error` may be NULL; otherwise its message says in one line what is wrong.
 *   - Options are structs that begin with their own size, so that later versions can add members;
 *     set every other member to 0 for the default. NULL is all defaults.
 *   - Nothing throws, prints, reads files, asks the environment or keeps state that is not the
 *     thread's own. Every function may be called from any thread at the same time, with the same
 *     encoding; objects that are made by _new functions are used by one thread at a time.
 */
#ifndef TOKTALLY_TOKTALLY_H_
#define TOKTALLY_TOKTALLY_H_

#include <stddef.h>
#include <stdint.h>

#if defined(TOKTALLY_SHARED) && defined(__GNUC__)
#define TOKTALLY_API __attribute__((visibility("default")))
#else
#define TOKTALLY_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Goes up when a program that was built against an older header would break. */
#define TOKTALLY_ABI_VERSION 1
TOKTALLY_API int toktally_abi_version(void);
/* "0.1.0". */
TOKTALLY_API const char* toktally_version(void);

typedef enum toktally_status {
  TOKTALLY_OK = 0,
  TOKTALLY_INVALID_ARGUMENT = 1, /* what was given cannot be read or makes no sense */
  TOKTALLY_NOT_FOUND = 2,        /* no such encoding, model, token or rate */
  TOKTALLY_TOO_SMALL = 3,        /* the buffer; the needed size is stored */
  TOKTALLY_FORBIDDEN = 4,        /* a special token stands in the text that may not */
  TOKTALLY_NO_MEMORY = 5,
  TOKTALLY_INTERNAL = 6
} toktally_status;

typedef struct toktally_error {
  char message[1024]; /* ends with a NUL; cut off where it is longer */
} toktally_error;

/* ---- encodings -------------------------------------------------------------------------------- */

/* Built in: nothing to free. Loaded: toktally_free_encoding. */
typedef struct toktally_encoding toktally_encoding;

/* "o200k_base", "o200k_harmony", "cl100k_base", "p50k_base", "p50k_edit", "r50k_base", "gpt2". */
TOKTALLY_API toktally_status toktally_find_encoding(const char* name, size_t name_size,
                                                    const toktally_encoding** encoding,
                                                    toktally_error* error);
/* The names of the built-in encodings: NULL behind the last. */
TOKTALLY_API const char* toktally_encoding_name_at(size_t index);
/* By a model's name as tiktoken knows it, with vendors' prefixes and dates too: "gpt-4o",
 * "openai/gpt-4o-2024-08-06". NOT_FOUND for models whose tokenizer is not public. */
TOKTALLY_API toktally_status toktally_encoding_for_model(const char* model, size_t model_size,
                                                         const toktally_encoding** encoding,
                                                         toktally_error* error);
/* From the contents of a tokenizer.json (Hugging Face, byte-level BPE) or a tekken.json (Mistral).
 * INVALID_ARGUMENT names what of it is not supported, NFC among it. `name` is for messages. */
TOKTALLY_API toktally_status toktally_load_encoding(const char* file, size_t file_size,
                                                    const char* name, size_t name_size,
                                                    toktally_encoding** encoding,
                                                    toktally_error* error);
/* Of toktally_load_encoding only; NULL is fine. */
TOKTALLY_API void toktally_free_encoding(toktally_encoding* encoding);

/* Good as long as the encoding; ends with a NUL. */
TOKTALLY_API const char* toktally_encoding_name(const toktally_encoding* encoding);
/* The split pattern as tiktoken spells it. */
TOKTALLY_API const char* toktally_split_pattern(const toktally_encoding* encoding);
/* One more than the highest id, special tokens included. */
TOKTALLY_API uint32_t toktally_id_limit(const toktally_encoding* encoding);
/* The special token number `index`; NOT_FOUND behind the last. The name is good as long as the
 * encoding and has no NUL. */
TOKTALLY_API toktally_status toktally_special_token(const toktally_encoding* encoding, size_t index,
                                                    const char** name, size_t* name_size,
                                                    uint32_t* id);
/* The bytes of a token, special or not; good as long as the encoding, without a NUL. */
TOKTALLY_API toktally_status toktally_token_bytes(const toktally_encoding* encoding, uint32_t id,
                                                  const char** bytes, size_t* size);
/* The id of the token that is exactly these bytes. */
TOKTALLY_API toktally_status toktally_token_id(const toktally_encoding* encoding, const char* bytes,
                                               size_t size, uint32_t* id);

/* ---- texts ------------------------------------------------------------------------------------ */

/* Names of special tokens. */
typedef struct toktally_names {
  const char* const* names;
  const size_t* sizes;
  size_t count;
} toktally_names;

/* Flags of toktally_text_options. */
#define TOKTALLY_LOSSLESS 1u     /* bytes that are not UTF-8 as they are (tiktoken's _encode_bytes) */
#define TOKTALLY_ALLOW_ALL 2u    /* every special token's name in the text is the token */
#define TOKTALLY_DISALLOW_ALL 4u /* every one that is not allowed is FORBIDDEN */

/* Without options the names of special tokens are ordinary text. */
typedef struct toktally_text_options {
  size_t size; /* sizeof(toktally_text_options) */
  uint32_t flags;
  const toktally_names* allowed;    /* these names are their tokens; may be NULL */
  const toktally_names* disallowed; /* these are FORBIDDEN; may be NULL */
} toktally_text_options;

TOKTALLY_API toktally_status toktally_count(const toktally_encoding* encoding, const char* text,
                                            size_t size, const toktally_text_options* options,
                                            uint64_t* tokens, toktally_error* error);
/* The count if it is at most `limit`, else limit + 1; stops as soon as it is passed. */
TOKTALLY_API toktally_status toktally_count_up_to(const toktally_encoding* encoding,
                                                  const char* text, size_t size, uint64_t limit,
                                                  uint64_t* tokens, toktally_error* error);
/* For a text that arrives in parts and is thrown away as it goes: what the pieces at its beginning
 * count that no following text can change, and how many bytes they are. Keep the rest, append what
 * comes, call again; count what is left in the end with toktally_count. `bytes` may be 0 (one long
 * piece that has not ended): then offer at least twice as much. `text` may end inside a UTF-8
 * sequence. */
TOKTALLY_API toktally_status toktally_count_prefix(const toktally_encoding* encoding,
                                                   const char* text, size_t size, uint64_t* tokens,
                                                   size_t* bytes, toktally_error* error);
/* `capacity` ids are never too few if it is toktally_most_tokens(size). */
TOKTALLY_API toktally_status toktally_encode(const toktally_encoding* encoding, const char* text,
                                             size_t size, const toktally_text_options* options,
                                             uint32_t* ids, size_t capacity, size_t* count,
                                             toktally_error* error);
/* A token of each byte, and three of one that is not UTF-8. */
TOKTALLY_API size_t toktally_most_tokens(size_t size);

/* A token and the bytes [begin, end) of the text that it came from. */
typedef struct toktally_span {
  uint32_t id;
  size_t begin;
  size_t end;
} toktally_span;
TOKTALLY_API toktally_status toktally_encode_spans(const toktally_encoding* encoding,
                                                   const char* text, size_t size,
                                                   const toktally_text_options* options,
                                                   toktally_span* spans, size_t capacity,
                                                   size_t* count, toktally_error* error);
/* The bytes of the tokens, which need not be UTF-8. */
TOKTALLY_API toktally_status toktally_decode(const toktally_encoding* encoding, const uint32_t* ids,
                                             size_t count, char* bytes, size_t capacity,
                                             size_t* size, toktally_error* error);
/* Counts many texts on the calling thread; for several threads, give each a part of them. */
TOKTALLY_API toktally_status toktally_count_batch(const toktally_encoding* encoding,
                                                  const char* const* texts, const size_t* sizes,
                                                  size_t count,
                                                  const toktally_text_options* options,
                                                  uint64_t* tokens, toktally_error* error);

typedef enum toktally_keep {
  TOKTALLY_KEEP_START = 0,
  TOKTALLY_KEEP_END = 1,
  TOKTALLY_KEEP_BOTH_ENDS = 2
} toktally_keep;

/* What is kept of a text: its bytes [0, head), the mark, its bytes [tail, size). */
typedef struct toktally_truncated {
  size_t head;
  size_t tail;
  int whole; /* all of it fits, and there is no mark */
  uint64_t tokens;
} toktally_truncated;
TOKTALLY_API toktally_status toktally_truncate(const toktally_encoding* encoding, const char* text,
                                               size_t size, uint64_t tokens, toktally_keep keep,
                                               const char* mark, size_t mark_size,
                                               toktally_truncated* kept, toktally_error* error);

typedef enum toktally_boundary {
  TOKTALLY_AT_TOKEN = 0,
  TOKTALLY_AT_SENTENCE = 1,
  TOKTALLY_AT_LINE = 2,
  TOKTALLY_AT_PARAGRAPH = 3,
  TOKTALLY_AT_MARKDOWN = 4,
  TOKTALLY_AT_CODE = 5
} toktally_boundary;

typedef struct toktally_chunk {
  const char* text; /* good during the call */
  size_t size;
  uint64_t begin; /* bytes of the whole text, [begin, end) */
  uint64_t end;
  uint64_t first_line; /* counted from 1 */
  uint64_t last_line;
  uint64_t tokens;
} toktally_chunk;
/* Calls `use` for each chunk in order; it must not throw or jump out. */
TOKTALLY_API toktally_status toktally_chunks(const toktally_encoding* encoding, const char* text,
                                             size_t size, uint64_t tokens, uint64_t overlap,
                                             toktally_boundary at,
                                             void (*use)(void* context, const toktally_chunk*),
                                             void* context, toktally_error* error);

/* Counts a text that arrives in parts, in flat memory. */
typedef struct toktally_stream toktally_stream;
TOKTALLY_API toktally_status toktally_stream_new(const toktally_encoding* encoding,
                                                 toktally_stream** stream, toktally_error* error);
TOKTALLY_API toktally_status toktally_stream_add(toktally_stream* stream, const char* part,
                                                 size_t size, toktally_error* error);
/* What the whole counts; the stream may only be freed afterwards. */
TOKTALLY_API toktally_status toktally_stream_finish(toktally_stream* stream, uint64_t* tokens,
                                                    toktally_error* error);
TOKTALLY_API void toktally_stream_free(toktally_stream* stream);

/* ---- requests and money ------------------------------------------------------------------------ */

/* What a request of OpenAI, Anthropic, Google or Amazon (its JSON, or a line of a recording) will
 * be billed: JSON with prompt_tokens, certainty, bound, parts, unknown, assumed, notes. `model` is
 * for requests that name none; it may be NULL. */
TOKTALLY_API toktally_status toktally_predict(const char* request, size_t size, const char* model,
                                              size_t model_size, char* json, size_t capacity,
                                              size_t* json_size, toktally_error* error);
/* What recorded responses, usage objects or log lines cost (a JSON value, or several, one a line):
 * JSON with calls, cost (a decimal string of USD; null where anything is not known), at_least and
 * records. `date` is "YYYY-MM-DD": the day whose rates are taken where a record has none. `model`
 * is for records that name none; it may be NULL. */
TOKTALLY_API toktally_status toktally_price_usage(const char* usage, size_t size, const char* model,
                                                  size_t model_size, const char* date, char* json,
                                                  size_t capacity, size_t* json_size,
                                                  toktally_error* error);

#ifdef __cplusplus
}
#endif

#endif /* TOKTALLY_TOKTALLY_H_ */
