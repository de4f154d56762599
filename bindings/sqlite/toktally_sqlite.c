/* toktally as functions of SQLite: .load ./toktally_sqlite. README.md lists them. */
#include <sqlite3ext.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/sql/functions.h"
#include "toktally/toktally.h"
SQLITE_EXTENSION_INIT1

/* Texts and blobs are bytes with a length; numbers are their text, as everywhere in SQLite. NULL
 * after an error was given: a text that could not be had must not be counted as an empty one. */
static const char* Bytes(sqlite3_context* context, sqlite3_value* value, size_t* size) {
  const int is_blob = sqlite3_value_type(value) == SQLITE_BLOB;
  const char* bytes = is_blob ? sqlite3_value_blob(value) : (const char*)sqlite3_value_text(value);
  *size = (size_t)sqlite3_value_bytes(value);
  if (bytes == NULL && is_blob && *size == 0) return "";
  if (bytes == NULL) sqlite3_result_error_nomem(context);
  return bytes;
}

static int AnyNull(int count, sqlite3_value** values) {
  for (int i = 0; i < count; ++i) {
    if (sqlite3_value_type(values[i]) == SQLITE_NULL) return 1;
  }
  return 0;
}

static void Fail(sqlite3_context* context, toktally_status status, const toktally_error* error) {
  if (status == TOKTALLY_NO_MEMORY) {
    sqlite3_result_error_nomem(context);
  } else {
    sqlite3_result_error(context, error->message, -1);
  }
}

/* The encoding of the argument at `index`, or o200k_base. What a constant names is looked up once a
 * statement. NULL after an error was given. */
static const toktally_encoding* EncodingOf(sqlite3_context* context, int count,
                                           sqlite3_value** values, int index) {
  const toktally_encoding* encoding = sqlite3_get_auxdata(context, index);
  if (encoding != NULL) return encoding;
  const char* name = "o200k_base";
  size_t size = strlen(name);
  if (index < count) name = Bytes(context, values[index], &size);
  if (name == NULL) return NULL;
  toktally_error error;
  const toktally_status status = toktally_sql_encoding(name, size, &encoding, &error);
  if (status != TOKTALLY_OK) {
    Fail(context, status, &error);
    return NULL;
  }
  if (index < count) sqlite3_set_auxdata(context, index, (void*)encoding, NULL);
  return encoding;
}

static void Count(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyNull(count, values)) return;
  const toktally_encoding* encoding = EncodingOf(context, count, values, 1);
  if (encoding == NULL) return;
  size_t size = 0;
  const char* text = Bytes(context, values[0], &size);
  if (text == NULL) return;
  uint64_t tokens = 0;
  toktally_error error;
  const toktally_status status = toktally_count(encoding, text, size, NULL, &tokens, &error);
  if (status != TOKTALLY_OK) {
    Fail(context, status, &error);
  } else {
    sqlite3_result_int64(context, (sqlite3_int64)tokens);
  }
}

/* The ids as a JSON array, which json_each reads. */
static void Encode(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyNull(count, values)) return;
  const toktally_encoding* encoding = EncodingOf(context, count, values, 1);
  if (encoding == NULL) return;
  size_t size = 0;
  const char* text = Bytes(context, values[0], &size);
  if (text == NULL) return;
  size_t tokens = 0;
  toktally_error error;
  uint32_t* ids = sqlite3_malloc64(toktally_most_tokens(size) * sizeof *ids + 1);
  toktally_status status = ids == NULL ? TOKTALLY_NO_MEMORY : TOKTALLY_OK;
  if (status == TOKTALLY_OK) {
    status = toktally_encode(encoding, text, size, NULL, ids, toktally_most_tokens(size), &tokens,
                             &error);
  }
  if (status != TOKTALLY_OK) {
    Fail(context, status, &error);
  } else {
    sqlite3_str* json = sqlite3_str_new(sqlite3_context_db_handle(context));
    sqlite3_str_appendchar(json, 1, '[');
    for (size_t i = 0; i < tokens; ++i) sqlite3_str_appendf(json, i == 0 ? "%u" : ",%u", ids[i]);
    sqlite3_str_appendchar(json, 1, ']');
    char* finished = sqlite3_str_finish(json);
    if (finished == NULL) {
      sqlite3_result_error_nomem(context);
    } else {
      sqlite3_result_text(context, finished, -1, sqlite3_free);
    }
  }
  sqlite3_free(ids);
}

static const char* SkipBlanks(const char* at, const char* end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) ++at;
  return at;
}

/* Reads a JSON array of ids; 0 if it is none. `ids` has room for one in two bytes. */
static int ReadIds(const char* json, size_t size, uint32_t* ids, size_t* count) {
  const char* const end = json + size;
  const char* at = SkipBlanks(json, end);
  *count = 0;
  if (at == end || *at != '[') return 0;
  at = SkipBlanks(at + 1, end);
  if (at < end && *at == ']') return SkipBlanks(at + 1, end) == end;
  for (;;) {
    const char* const first = at;
    uint64_t id = 0;
    for (; at < end && *at >= '0' && *at <= '9' && id <= UINT32_MAX; ++at) {
      id = id * 10 + (uint64_t)(*at - '0');
    }
    if (at == first || id > UINT32_MAX || (*first == '0' && at - first > 1)) return 0;
    ids[(*count)++] = (uint32_t)id;
    at = SkipBlanks(at, end);
    if (at == end) return 0;
    if (*at == ']') return SkipBlanks(at + 1, end) == end;
    if (*at != ',') return 0;
    at = SkipBlanks(at + 1, end);
  }
}

/* A blob, since the bytes of some tokens need not be UTF-8. */
static void Decode(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyNull(count, values)) return;
  const toktally_encoding* encoding = EncodingOf(context, count, values, 1);
  if (encoding == NULL) return;
  size_t json_size = 0;
  const char* json = Bytes(context, values[0], &json_size);
  if (json == NULL) return;
  uint32_t* ids = sqlite3_malloc64((json_size / 2 + 1) * sizeof *ids);
  if (ids == NULL) return sqlite3_result_error_nomem(context);
  size_t tokens = 0;
  size_t size = 0;
  toktally_error error = {"toktally_decode: the ids must be a JSON array of whole numbers"};
  toktally_status status = TOKTALLY_INVALID_ARGUMENT;
  char* bytes = NULL;
  if (ReadIds(json, json_size, ids, &tokens)) {
    status = toktally_decode(encoding, ids, tokens, NULL, 0, &size, &error);
  }
  if (status == TOKTALLY_OK || status == TOKTALLY_TOO_SMALL) {
    bytes = sqlite3_malloc64(size + 1); /* never NULL for no bytes, which would be SQL's NULL */
    status = bytes == NULL ? TOKTALLY_NO_MEMORY
                           : toktally_decode(encoding, ids, tokens, bytes, size, &size, &error);
  }
  sqlite3_free(ids);
  if (status == TOKTALLY_OK) {
    sqlite3_result_blob64(context, bytes, size, sqlite3_free);
  } else {
    sqlite3_free(bytes);
    Fail(context, status, &error);
  }
}

static void Truncate(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyNull(count, values)) return;
  const toktally_encoding* encoding = EncodingOf(context, count, values, 2);
  if (encoding == NULL) return;
  const sqlite3_int64 limit = sqlite3_value_int64(values[1]);
  if (sqlite3_value_numeric_type(values[1]) != SQLITE_INTEGER || limit < 0) {
    sqlite3_result_error(context, "toktally_truncate: the number of tokens must be 0 or more", -1);
    return;
  }
  size_t size = 0;
  const char* text = Bytes(context, values[0], &size);
  if (text == NULL) return;
  toktally_truncated kept;
  toktally_error error;
  const toktally_status status = toktally_truncate(encoding, text, size, (uint64_t)limit,
                                                   TOKTALLY_KEEP_START, NULL, 0, &kept, &error);
  if (status != TOKTALLY_OK) {
    Fail(context, status, &error);
  } else if (sqlite3_value_type(values[0]) == SQLITE_BLOB) {
    sqlite3_result_blob64(context, text, kept.whole ? size : kept.head, SQLITE_TRANSIENT);
  } else {
    sqlite3_result_text64(context, text, kept.whole ? size : kept.head, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  }
}

/* toktally_cost(model, input, output [, cached [, date]]). */
static void Cost(sqlite3_context* context, int count, sqlite3_value** values) {
  if (AnyNull(count, values)) return;
  toktally_sql_call call = {0};
  call.model = Bytes(context, values[0], &call.model_size);
  if (call.model == NULL) return;
  int64_t* const numbers[] = {&call.input, &call.output, &call.cached};
  for (int i = 1; i < count && i < 4; ++i) {
    if (sqlite3_value_numeric_type(values[i]) != SQLITE_INTEGER) {
      sqlite3_result_error(context, "toktally_cost: tokens are whole numbers", -1);
      return;
    }
    *numbers[i - 1] = sqlite3_value_int64(values[i]);
  }
  if (count > 4 && (call.date = Bytes(context, values[4], &call.date_size)) == NULL) return;
  char cost[TOKTALLY_SQL_COST_SIZE];
  toktally_error error;
  const toktally_status status = toktally_sql_cost(&call, cost, &error);
  if (status != TOKTALLY_OK) {
    Fail(context, status, &error);
  } else if (cost[0] != '\0') {
    sqlite3_result_text(context, cost, -1, SQLITE_TRANSIENT);
  }
}

/* Named after the file that SQLite loads: toktally_sqlite.so. */
__attribute__((visibility("default"))) int sqlite3_toktallysqlite_init(
    sqlite3* database, char** message, const sqlite3_api_routines* api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)message;
  static const struct {
    const char* name;
    int arguments;
    int fixed; /* the same for the same arguments, whenever it is asked */
    void (*function)(sqlite3_context*, int, sqlite3_value**);
  } kFunctions[] = {
      {"toktally_count", 1, 1, Count},       {"toktally_count", 2, 1, Count},
      {"toktally_encode", 1, 1, Encode},     {"toktally_encode", 2, 1, Encode},
      {"toktally_decode", 1, 1, Decode},     {"toktally_decode", 2, 1, Decode},
      {"toktally_truncate", 2, 1, Truncate}, {"toktally_truncate", 3, 1, Truncate},
      {"toktally_cost", 3, 0, Cost},         {"toktally_cost", 4, 0, Cost},
      {"toktally_cost", 5, 1, Cost},
  };
  for (size_t i = 0; i < sizeof kFunctions / sizeof *kFunctions; ++i) {
    const int flags =
        SQLITE_UTF8 | SQLITE_INNOCUOUS | (kFunctions[i].fixed ? SQLITE_DETERMINISTIC : 0);
    const int code =
        sqlite3_create_function_v2(database, kFunctions[i].name, kFunctions[i].arguments, flags,
                                   NULL, kFunctions[i].function, NULL, NULL, NULL);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}
