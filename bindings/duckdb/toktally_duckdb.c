/* toktally as functions of DuckDB, over its C interface for extensions (v1.2.0, stable). Vectors
 * arrive flat: DuckDB flattens constants and dictionaries before it calls, and makes the result of
 * a call with constants alone a constant again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/duckdb/split.h"
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

/* The ids of a row as the engine has them, in `ids`; 0 and why if one cannot be an id. */
static int TakeIds(const int64_t* values, const uint64_t* validity, duckdb_list_entry entry,
                   uint32_t* ids, toktally_error* error) {
  for (idx_t i = 0; i < entry.length; ++i) {
    const idx_t at = entry.offset + i;
    if (validity != NULL && (validity[at / 64] >> (at % 64) & 1) == 0) {
      snprintf(error->message, sizeof error->message, "toktally_decode: an id is NULL");
      return 0;
    }
    if (values[at] < 0 || values[at] > UINT32_MAX) {
      snprintf(error->message, sizeof error->message, "toktally_decode: %lld is no id",
               (long long)values[at]);
      return 0;
    }
    ids[i] = (uint32_t)values[at];
  }
  return 1;
}

/* The bytes of ids, and where they lie; both grow to the longest row of a chunk. */
typedef struct Decoded {
  uint32_t* ids;
  size_t ids_capacity;
  char* bytes;
  size_t bytes_capacity;
} Decoded;

static int Grow(void** memory, size_t* capacity, size_t count, size_t each) {
  if (count <= *capacity && *memory != NULL) return 1;
  void* larger = realloc(*memory, (count + 1) * each);
  if (larger == NULL) return 0;
  *memory = larger;
  *capacity = count;
  return 1;
}

static int DecodeRow(const toktally_encoding* encoding, Decoded* decoded, size_t count,
                     size_t* size, toktally_error* error) {
  toktally_status status = toktally_decode(encoding, decoded->ids, count, NULL, 0, size, error);
  if (status != TOKTALLY_OK && status != TOKTALLY_TOO_SMALL) return 0;
  if (!Grow((void**)&decoded->bytes, &decoded->bytes_capacity, *size, 1)) {
    snprintf(error->message, sizeof error->message, "toktally_decode: out of memory");
    return 0;
  }
  return toktally_decode(encoding, decoded->ids, count, decoded->bytes, *size, size, error) ==
         TOKTALLY_OK;
}

/* Blobs, since the bytes of some tokens need not be UTF-8. */
static void Decode(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const duckdb_vector lists = duckdb_data_chunk_get_vector(input, 0);
  const duckdb_vector child = duckdb_list_vector_get_child(lists);
  const int64_t* values = duckdb_vector_get_data(child);
  const uint64_t* validity = duckdb_vector_get_validity(child);
  const Column column = ColumnOf(input, 0);
  const idx_t rows = duckdb_data_chunk_get_size(input);
  Decoded decoded = {NULL, 0, NULL, 0};
  Encodings encodings;
  toktally_error error = {"toktally_decode: out of memory"};
  int ok = BeginEncodings(input, 1, &encodings, &error);
  for (idx_t row = 0; ok && row < rows; ++row) {
    if (AnyNull(&column, 1, &encodings, row)) {
      SetNull(output, row);
      continue;
    }
    const duckdb_list_entry entry = ((const duckdb_list_entry*)column.data)[row];
    size_t size = 0;
    ok = Grow((void**)&decoded.ids, &decoded.ids_capacity, entry.length, sizeof *decoded.ids) &&
         EncodingAt(&encodings, row, &error) &&
         TakeIds(values, validity, entry, decoded.ids, &error) &&
         DecodeRow(encodings.encoding, &decoded, entry.length, &size, &error);
    if (ok) duckdb_vector_assign_string_element_len(output, row, decoded.bytes, size);
  }
  free(decoded.ids);
  free(decoded.bytes);
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
      duckdb_scalar_function_set_error(info,
                                       "toktally_truncate: the number of tokens must be 0 or more");
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

/* "12.5" in units of 10^-18. 0 if it is not a whole number of them, or more than the type holds. */
static int UnitsOf(const char* decimal, duckdb_hugeint* value) {
  const unsigned __int128 most = (unsigned __int128)1000000000000000000u * 10000000000000000000u;
  unsigned __int128 units = 0;
  int decimals = -1;
  for (const char* at = decimal; *at != '\0'; ++at) {
    if (*at == '.') {
      decimals = 0;
      continue;
    }
    if (*at < '0' || *at > '9' || units >= most) return 0;
    units = units * 10 + (unsigned)(*at - '0');
    if (decimals >= 0) ++decimals;
  }
  if (decimals > 18) return 0;
  for (int i = decimals < 0 ? 0 : decimals; i < 18; ++i) {
    if (units >= most) return 0;
    units *= 10;
  }
  value->lower = (uint64_t)units;
  value->upper = (int64_t)(units >> 64);
  return 1;
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
    } else if (!UnitsOf(cost, &costs[row])) {
      duckdb_scalar_function_set_error(info, "toktally_cost: more than a DECIMAL(38, 18) holds");
      return;
    }
  }
}

/* ---- the entry
 * ----------------------------------------------------------------------------------- */

typedef enum Result { kTokens, kIds, kText, kBytes, kUsd } Result;

static duckdb_logical_type ListOf(duckdb_type type) {
  duckdb_logical_type id = duckdb_create_logical_type(type);
  duckdb_logical_type list = duckdb_create_list_type(id);
  duckdb_destroy_logical_type(&id);
  return list;
}

static duckdb_logical_type TypeOf(Result result) {
  if (result == kTokens) return duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT);
  if (result == kText) return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  if (result == kBytes) return duckdb_create_logical_type(DUCKDB_TYPE_BLOB);
  if (result == kUsd) return duckdb_create_decimal_type(38, 18);
  return ListOf(DUCKDB_TYPE_UINTEGER);
}

/* Ids are read as BIGINT[], into which DuckDB turns lists of every smaller kind of whole number. */
static duckdb_logical_type ArgumentType(char argument) {
  if (argument == 'i') return ListOf(DUCKDB_TYPE_BIGINT);
  return duckdb_create_logical_type(argument == 't' ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_BIGINT);
}

/* `arguments`: t a text, n a number, i ids. The first `least` of them make the smallest overload.
 */
static int RegisterScalar(duckdb_connection connection, const char* name, const char* arguments,
                          size_t least, Result result, duckdb_scalar_function_t call,
                          size_t fixed_from) {
  duckdb_scalar_function_set set = duckdb_create_scalar_function_set(name);
  for (size_t count = least; count <= strlen(arguments); ++count) {
    duckdb_scalar_function function = duckdb_create_scalar_function();
    duckdb_scalar_function_set_name(function, name);
    for (size_t i = 0; i < count; ++i) {
      duckdb_logical_type type = ArgumentType(arguments[i]);
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
      RegisterScalar(connection, "toktally_decode", "it", 1, kBytes, Decode, 0) &&
      RegisterScalar(connection, "toktally_truncate", "tnt", 2, kText, Truncate, 0) &&
      RegisterScalar(connection, "toktally_cost", "tnnnt", 3, kUsd, Cost, 5) &&
      toktally_duckdb_register_split(connection)) {
    return true;
  }
  access->set_error(info, "toktally: a function could not be registered");
  return false;
}
