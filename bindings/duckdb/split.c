/* toktally_split(text, tokens [, overlap := …] [, encoding := …]), a table. */
#include "bindings/duckdb/split.h"

#include <stdlib.h>
#include <string.h>

#include "bindings/sql/functions.h"
#include "toktally/toktally.h"

DUCKDB_EXTENSION_EXTERN

/* ---- toktally_split(text, tokens [, overlap := …] [, encoding := …]) ----------------------------
 */

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

/* Of a parameter that was given; -1 for NULL, of which DuckDB would throw through this C. */
static int64_t NumberOf(duckdb_value value, int64_t otherwise) {
  if (value == NULL) return otherwise;
  const int64_t number = duckdb_is_null_value(value) ? -1 : duckdb_get_int64(value);
  duckdb_destroy_value(&value);
  return number;
}

/* To be freed by duckdb_free; NULL for what was not given or is NULL. */
static char* TextOf(duckdb_value value) {
  if (value == NULL) return NULL;
  char* text = duckdb_is_null_value(value) ? NULL : duckdb_get_varchar(value);
  duckdb_destroy_value(&value);
  return text;
}

static void AddColumns(duckdb_bind_info info) {
  static const struct {
    const char* name;
    duckdb_type type;
  } kColumns[] = {{"index", DUCKDB_TYPE_UBIGINT},    {"text", DUCKDB_TYPE_VARCHAR},
                  {"tokens", DUCKDB_TYPE_UBIGINT},   {"begin", DUCKDB_TYPE_UBIGINT},
                  {"end", DUCKDB_TYPE_UBIGINT},      {"first_line", DUCKDB_TYPE_UBIGINT},
                  {"last_line", DUCKDB_TYPE_UBIGINT}};
  for (size_t i = 0; i < sizeof kColumns / sizeof *kColumns; ++i) {
    duckdb_logical_type type = duckdb_create_logical_type(kColumns[i].type);
    duckdb_bind_add_result_column(info, kColumns[i].name, type);
    duckdb_destroy_logical_type(&type);
  }
}

static void BindSplit(duckdb_bind_info info) {
  AddColumns(info);
  Chunks* chunks = calloc(1, sizeof *chunks);
  if (chunks == NULL) return duckdb_bind_set_error(info, "out of memory");
  duckdb_bind_set_bind_data(info, chunks, FreeChunks);
  chunks->text = TextOf(duckdb_bind_get_parameter(info, 0));
  const int64_t tokens = NumberOf(duckdb_bind_get_parameter(info, 1), 0);
  const int64_t overlap = NumberOf(duckdb_bind_get_named_parameter(info, "overlap"), 0);
  duckdb_value named = duckdb_bind_get_named_parameter(info, "encoding");
  const int is_named = named != NULL;
  char* name = TextOf(named);
  const char* chosen = is_named ? name : "o200k_base";
  const toktally_encoding* encoding = NULL;
  toktally_error error = {"toktally_split: numbers of tokens must be 0 or more, and no NULL"};
  toktally_status status = TOKTALLY_INVALID_ARGUMENT;
  if (chosen == NULL) {
    strcpy(error.message, "toktally_split: the encoding is NULL");
  } else if (tokens >= 0 && overlap >= 0) {
    status = toktally_sql_encoding(chosen, strlen(chosen), &encoding, &error);
  }
  if (name != NULL) duckdb_free(name);
  /* A text that is NULL has no chunks. */
  if (status == TOKTALLY_OK && chunks->text != NULL) {
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

int toktally_duckdb_register_split(duckdb_connection connection) {
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
