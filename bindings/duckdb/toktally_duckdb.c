/* toktally as functions of DuckDB, over its C interface for extensions (v1.2.0, stable). Vectors arrive
 * flat: DuckDB flattens constants and dictionaries before it calls, and makes the result of a call with
 * constants alone a constant again. */
#include <stdlib.h>
#include <string.h>

#include "bindings/sql/functions.h"
#include "duckdb_extension.h"
#include "toktally/toktally.h"

DUCKDB_EXTENSION_EXTERN

enum { kShort = 12 }; /* a string of so many bytes lies in the vector itself */

typedef struct Text {
  const char* bytes;
  size_t size;
} Text;

/* One argument of a chunk. */
typedef struct Column {
  const void* data;
  uint64_t* validity; /* NULL: no row is NULL */
} Column;

static Column ColumnOf(duckdb_data_chunk input, idx_t index) {
  const duckdb_vector vector = duckdb_data_chunk_get_vector(input, index);
  const Column column = {duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector)};
  return column;
}

static int IsNull(const Column* column, idx_t row) {
  return column->validity != NULL && (column->validity[row / 64] >> (row % 64) & 1) == 0;
}

static Text TextAt(const Column* column, idx_t row) {
  const duckdb_string_t* string = (const duckdb_string_t*)column->data + row;
  const uint32_t size = string->value.inlined.length;
  const Text text = {size <= kShort ? string->value.inlined.inlined : string->value.pointer.ptr,
                     size};
  return text;
}

static void SetNull(duckdb_vector output, idx_t row) {
  duckdb_vector_ensure_validity_writable(output);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), row);
}

/* The encodings that a column names, or the default where there is none. */
typedef struct Encodings {
  Column names;
  int named;
  Text last;
  const toktally_encoding* encoding;
} Encodings;

static int BeginEncodings(duckdb_data_chunk input, idx_t index, Encodings* encodings,
                          toktally_error* error) {
  memset(encodings, 0, sizeof *encodings);
  encodings->named = duckdb_data_chunk_get_column_count(input) > index;
  if (encodings->named) {
    encodings->names = ColumnOf(input, index);
    return 1;
  }
  return toktally_find_encoding("o200k_base", 10, &encodings->encoding, error) == TOKTALLY_OK;
}

static int EncodingAt(Encodings* encodings, idx_t row, toktally_error* error) {
  if (!encodings->named) return 1;
  const Text name = TextAt(&encodings->names, row);
  if (encodings->encoding != NULL && name.size == encodings->last.size &&
      memcmp(name.bytes, encodings->last.bytes, name.size) == 0) {
    return 1;
  }
  encodings->last = name;
  return toktally_sql_encoding(name.bytes, name.size, &encodings->encoding, error) == TOKTALLY_OK;
}

static int AnyNull(const Column* columns, idx_t count, const Encodings* encodings, idx_t row) {
  for (idx_t i = 0; i < count; ++i) {
    if (IsNull(&columns[i], row)) return 1;
  }
  return encodings != NULL && encodings->named && IsNull(&encodings->names, row);
}

static void Count(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const Column text = ColumnOf(input, 0);
  uint64_t* tokens = duckdb_vector_get_data(output);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  Encodings encodings;
  toktally_error error;
  int ok = BeginEncodings(input, 1, &encodings, &error);
  for (idx_t row = 0; ok && row < rows; ++row) {
    if (AnyNull(&text, 1, &encodings, row)) {
      SetNull(output, row);
      continue;
    }
    const Text value = TextAt(&text, row);
    ok = EncodingAt(&encodings, row, &error) &&
         toktally_count(encodings.encoding, value.bytes, value.size, NULL, &tokens[row], &error) ==
             TOKTALLY_OK;
  }
  if (!ok) duckdb_scalar_function_set_error(info, error.message);
}

/* Lists lie end to end in one child vector. */
static int EncodeRow(const Encodings* encodings, Text text, duckdb_vector output,
                     duckdb_list_entry* entry, idx_t* used, toktally_error* error) {
  uint64_t tokens = 0;
  size_t written = 0;
  if (toktally_count(encodings->encoding, text.bytes, text.size, NULL, &tokens, error) !=
      TOKTALLY_OK) {
    return 0;
  }
  entry->offset = *used;
  entry->length = tokens;
  if (duckdb_list_vector_reserve(output, *used + tokens) != DuckDBSuccess) return 0;
  uint32_t* ids = duckdb_vector_get_data(duckdb_list_vector_get_child(output));
  const toktally_status status = toktally_encode(encodings->encoding, text.bytes, text.size, NULL,
                                                 ids + *used, tokens, &written, error);
  *used += tokens;
  return status == TOKTALLY_OK;
}

static void Encode(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const Column text = ColumnOf(input, 0);
  duckdb_list_entry* entries = duckdb_vector_get_data(output);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  idx_t used = 0;
  Encodings encodings;
  toktally_error error = {"out of memory"};
  int ok = BeginEncodings(input, 1, &encodings, &error);
  for (idx_t row = 0; ok && row < rows; ++row) {
    entries[row].offset = used;
    entries[row].length = 0;
    if (AnyNull(&text, 1, &encodings, row)) {
      SetNull(output, row);
      continue;
    }
    ok = EncodingAt(&encodings, row, &error) &&
         EncodeRow(&encodings, TextAt(&text, row), output, &entries[row], &used, &error);
  }
  duckdb_list_vector_set_size(output, used);
  if (!ok) duckdb_scalar_function_set_error(info, error.message);
}

static void Truncate(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const Column columns[] = {ColumnOf(input, 0), ColumnOf(input, 1)};
  const idx_t rows = duckdb_data_chunk_get_size(input);
  Encodings encodings;
  toktally_error error;
  int ok = BeginEncodings(input, 2, &encodings, &error);
  for (idx_t row = 0; ok && row < rows; ++row) {
    if (AnyNull(columns, 2, &encodings, row)) {
      SetNull(output, row);
      continue;
    }
    const Text text = TextAt(&columns[0], row);
    const int64_t tokens = ((const int64_t*)columns[1].data)[row];
    toktally_truncated kept;
    if (tokens < 0) {
      duckdb_scalar_function_set_error(
          info, "toktally_truncate: the number of tokens must be 0 or more");
      return;
    }
    ok = EncodingAt(&encodings, row, &error) &&
         toktally_truncate(encodings.encoding, text.bytes, text.size, (uint64_t)tokens,
                           TOKTALLY_KEEP_START, NULL, 0, &kept, &error) == TOKTALLY_OK;
    if (!ok) break;
    duckdb_vector_assign_string_element_len(output, row, text.bytes,
                                            kept.whole ? text.size : kept.head);
  }
  if (!ok) duckdb_scalar_function_set_error(info, error.message);
}

/* "12.5" in units of 10^-18. */
static duckdb_hugeint UnitsOf(const char* decimal) {
  unsigned __int128 units = 0;
  int decimals = -1;
  for (const char* at = decimal; *at != '\0'; ++at) {
    if (*at == '.') {
      decimals = 0;
    } else {
      units = units * 10 + (unsigned)(*at - '0');
      if (decimals >= 0) ++decimals;
    }
  }
  for (int i = decimals < 0 ? 0 : decimals; i < 18; ++i) units *= 10;
  const duckdb_hugeint value = {(uint64_t)units, (int64_t)(units >> 64)};
  return value;
}

static void Cost(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  Column columns[5];
  const idx_t count = duckdb_data_chunk_get_column_count(input);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  duckdb_hugeint* costs = duckdb_vector_get_data(output);
  for (idx_t i = 0; i < count; ++i) columns[i] = ColumnOf(input, i);
  for (idx_t row = 0; row < rows; ++row) {
    if (AnyNull(columns, count, NULL, row)) {
      SetNull(output, row);
      continue;
    }
    const Text model = TextAt(&columns[0], row);
    toktally_sql_call call = {0};
    call.model = model.bytes;
    call.model_size = model.size;
    call.input = ((const int64_t*)columns[1].data)[row];
    call.output = ((const int64_t*)columns[2].data)[row];
    if (count > 3) call.cached = ((const int64_t*)columns[3].data)[row];
    if (count > 4) {
      const Text date = TextAt(&columns[4], row);
      call.date = date.bytes;
      call.date_size = date.size;
    }
    char cost[TOKTALLY_SQL_COST_SIZE];
    toktally_error error;
    if (toktally_sql_cost(&call, cost, &error) != TOKTALLY_OK) {
      duckdb_scalar_function_set_error(info, error.message);
      return;
    }
    if (cost[0] == '\0') {
      SetNull(output, row);
    } else {
      costs[row] = UnitsOf(cost);
    }
  }
}

/* ---- toktally_split(text, tokens [, overlap := …] [, encoding := …]) ---------------------------- */

typedef struct Chunks {
  toktally_chunk* chunks; /* their texts are offsets into `text` */
  size_t count;
  size_t capacity;
  char* text;
} Chunks;

static void FreeChunks(void* data) {
  Chunks* chunks = data;
  free(chunks->chunks);
  if (chunks->text != NULL) duckdb_free(chunks->text);
  free(chunks);
}

static void KeepChunk(void* context, const toktally_chunk* chunk) {
  Chunks* chunks = context;
  if (chunks->count == chunks->capacity) {
    const size_t capacity = chunks->capacity == 0 ? 64 : chunks->capacity * 2;
    toktally_chunk* larger = realloc(chunks->chunks, capacity * sizeof *larger);
    if (larger == NULL) {
      chunks->count = SIZE_MAX; /* seen when all are there */
      return;
    }
    chunks->chunks = larger;
    chunks->capacity = capacity;
  }
  if (chunks->count != SIZE_MAX) chunks->chunks[chunks->count++] = *chunk;
}

static int64_t NumberOf(duckdb_value value, int64_t otherwise) {
  const int64_t number = value == NULL ? otherwise : duckdb_get_int64(value);
  if (value != NULL) duckdb_destroy_value(&value);
  return number;
}

static void BindSplit(duckdb_bind_info info) {
  static const struct {
    const char* name;
    duckdb_type type;
  } kColumns[] = {{"index", DUCKDB_TYPE_UBIGINT},      {"text", DUCKDB_TYPE_VARCHAR},
                  {"tokens", DUCKDB_TYPE_UBIGINT},     {"begin", DUCKDB_TYPE_UBIGINT},
                  {"end", DUCKDB_TYPE_UBIGINT},        {"first_line", DUCKDB_TYPE_UBIGINT},
                  {"last_line", DUCKDB_TYPE_UBIGINT}};
  for (size_t i = 0; i < sizeof kColumns / sizeof *kColumns; ++i) {
    duckdb_logical_type type = duckdb_create_logical_type(kColumns[i].type);
    duckdb_bind_add_result_column(info, kColumns[i].name, type);
    duckdb_destroy_logical_type(&type);
  }
  Chunks* chunks = calloc(1, sizeof *chunks);
  if (chunks == NULL) return duckdb_bind_set_error(info, "out of memory");
  duckdb_bind_set_bind_data(info, chunks, FreeChunks);
  duckdb_value text = duckdb_bind_get_parameter(info, 0);
  chunks->text = duckdb_get_varchar(text);
  duckdb_destroy_value(&text);
  const int64_t tokens = NumberOf(duckdb_bind_get_parameter(info, 1), 0);
  const int64_t overlap = NumberOf(duckdb_bind_get_named_parameter(info, "overlap"), 0);
  duckdb_value named = duckdb_bind_get_named_parameter(info, "encoding");
  char* name = named == NULL ? NULL : duckdb_get_varchar(named);
  if (named != NULL) duckdb_destroy_value(&named);
  const char* chosen = name == NULL ? "o200k_base" : name;
  const toktally_encoding* encoding = NULL;
  toktally_error error = {"toktally_split: the numbers of tokens must be 0 or more"};
  toktally_status status = tokens < 0 || overlap < 0 ? TOKTALLY_INVALID_ARGUMENT : TOKTALLY_OK;
  if (status == TOKTALLY_OK) {
    status = toktally_sql_encoding(chosen, strlen(chosen), &encoding, &error);
  }
  if (name != NULL) duckdb_free(name);
  if (status == TOKTALLY_OK) {
    status = toktally_chunks(encoding, chunks->text, strlen(chunks->text), (uint64_t)tokens,
                             (uint64_t)overlap, TOKTALLY_AT_TOKEN, KeepChunk, chunks, &error);
  }
  if (status != TOKTALLY_OK) return duckdb_bind_set_error(info, error.message);
  if (chunks->count == SIZE_MAX) duckdb_bind_set_error(info, "out of memory");
}

/* The rows are counted in the state that every scan has for itself. */
static void InitSplit(duckdb_init_info info) {
  size_t* next = calloc(1, sizeof *next);
  if (next == NULL) return duckdb_init_set_error(info, "out of memory");
  duckdb_init_set_init_data(info, next, free);
}

static void Split(duckdb_function_info info, duckdb_data_chunk output) {
  const Chunks* chunks = duckdb_function_get_bind_data(info);
  size_t* next = duckdb_function_get_init_data(info);
  const idx_t most = duckdb_vector_size();
  idx_t rows = 0;
  uint64_t* numbers[7];
  for (idx_t i = 0; i < 7; ++i) {
    numbers[i] = duckdb_vector_get_data(duckdb_data_chunk_get_vector(output, i));
  }
  const duckdb_vector texts = duckdb_data_chunk_get_vector(output, 1);
  for (; rows < most && *next < chunks->count; ++rows, ++*next) {
    const toktally_chunk* chunk = &chunks->chunks[*next];
    numbers[0][rows] = *next;
    duckdb_vector_assign_string_element_len(texts, rows, chunks->text + chunk->begin,
                                            chunk->end - chunk->begin);
    numbers[2][rows] = chunk->tokens;
    numbers[3][rows] = chunk->begin;
    numbers[4][rows] = chunk->end;
    numbers[5][rows] = chunk->first_line;
    numbers[6][rows] = chunk->last_line;
  }
  duckdb_data_chunk_set_size(output, rows);
}

static int RegisterSplit(duckdb_connection connection) {
  duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_logical_type number = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "toktally_split");
  duckdb_table_function_add_parameter(function, text);
  duckdb_table_function_add_parameter(function, number);
  duckdb_table_function_add_named_parameter(function, "overlap", number);
  duckdb_table_function_add_named_parameter(function, "encoding", text);
  duckdb_table_function_set_bind(function, BindSplit);
  duckdb_table_function_set_init(function, InitSplit);
  duckdb_table_function_set_function(function, Split);
  const duckdb_state state = duckdb_register_table_function(connection, function);
  duckdb_destroy_table_function(&function);
  duckdb_destroy_logical_type(&text);
  duckdb_destroy_logical_type(&number);
  return state == DuckDBSuccess;
}

/* ---- the entry ----------------------------------------------------------------------------------- */

typedef enum Result { kTokens, kIds, kText, kUsd } Result;

static duckdb_logical_type TypeOf(Result result) {
  if (result == kTokens) return duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT);
  if (result == kText) return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  if (result == kUsd) return duckdb_create_decimal_type(38, 18);
  duckdb_logical_type id = duckdb_create_logical_type(DUCKDB_TYPE_UINTEGER);
  duckdb_logical_type list = duckdb_create_list_type(id);
  duckdb_destroy_logical_type(&id);
  return list;
}

/* `arguments`: t a text, n a number. The first `least` of them make the smallest overload. */
static int RegisterScalar(duckdb_connection connection, const char* name, const char* arguments,
                          size_t least, Result result, duckdb_scalar_function_t call,
                          size_t fixed_from) {
  duckdb_scalar_function_set set = duckdb_create_scalar_function_set(name);
  for (size_t count = least; count <= strlen(arguments); ++count) {
    duckdb_scalar_function function = duckdb_create_scalar_function();
    duckdb_scalar_function_set_name(function, name);
    for (size_t i = 0; i < count; ++i) {
      duckdb_logical_type type = duckdb_create_logical_type(
          arguments[i] == 't' ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_BIGINT);
      duckdb_scalar_function_add_parameter(function, type);
      duckdb_destroy_logical_type(&type);
    }
    duckdb_logical_type type = TypeOf(result);
    duckdb_scalar_function_set_return_type(function, type);
    duckdb_destroy_logical_type(&type);
    duckdb_scalar_function_set_function(function, call);
    /* What depends on today is not worked out once for all rows and kept. */
    if (count < fixed_from) duckdb_scalar_function_set_volatile(function);
    duckdb_add_scalar_function_to_set(set, function);
    duckdb_destroy_scalar_function(&function);
  }
  const duckdb_state state = duckdb_register_scalar_function_set(connection, set);
  duckdb_destroy_scalar_function_set(&set);
  return state == DuckDBSuccess;
}

DUCKDB_EXTENSION_ENTRYPOINT(duckdb_connection connection, duckdb_extension_info info,
                            struct duckdb_extension_access* access) {
  if (RegisterScalar(connection, "toktally_count", "tt", 1, kTokens, Count, 0) &&
      RegisterScalar(connection, "toktally_encode", "tt", 1, kIds, Encode, 0) &&
      RegisterScalar(connection, "toktally_truncate", "tnt", 2, kText, Truncate, 0) &&
      RegisterScalar(connection, "toktally_cost", "tnnnt", 3, kUsd, Cost, 5) &&
      RegisterSplit(connection)) {
    return true;
  }
  access->set_error(info, "toktally: a function could not be registered");
  return false;
}
