/* toktally as functions of PostgreSQL; toktally--0.1.sql declares them. Nothing of toktally's
 * throws through a function of PostgreSQL's, and nothing is held across an ereport, which jumps. */
/* The server's headers want postgres.h before them, whatever the alphabet says. */
/* clang-format off */
#include "postgres.h"

#include "fmgr.h"
/* clang-format on */

#include "access/detoast.h"
#include "bindings/sql/functions.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "toktally/toktally.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(sql_count);
PG_FUNCTION_INFO_V1(sql_count_up_to);
PG_FUNCTION_INFO_V1(sql_encode);
PG_FUNCTION_INFO_V1(sql_decode);
PG_FUNCTION_INFO_V1(sql_truncate);
PG_FUNCTION_INFO_V1(sql_cost);

/* How much of a large text is fetched at a time, at first. */
enum { kSlice = 64 * 1024 };

static pg_attribute_noreturn() void Raise(toktally_status status, const toktally_error* error) {
  int code = ERRCODE_INTERNAL_ERROR;
  if (status == TOKTALLY_NOT_FOUND) code = ERRCODE_UNDEFINED_OBJECT;
  if (status == TOKTALLY_INVALID_ARGUMENT) code = ERRCODE_INVALID_PARAMETER_VALUE;
  if (status == TOKTALLY_NO_MEMORY) code = ERRCODE_OUT_OF_MEMORY;
  ereport(ERROR,
          (errcode(code), errmsg("toktally: %s",
                                 status == TOKTALLY_NO_MEMORY ? "out of memory" : error->message)));
  pg_unreachable();
}

/* Of the argument; the last one that was asked for is kept with the call's place in the query. */
typedef struct LastEncoding {
  const toktally_encoding* encoding;
  size_t size;
  char name[64];
} LastEncoding;

static const toktally_encoding* EncodingOf(FunctionCallInfo fcinfo, int argument) {
  text* name = PG_GETARG_TEXT_PP(argument);
  const size_t size = VARSIZE_ANY_EXHDR(name);
  LastEncoding* last = fcinfo->flinfo->fn_extra;
  const toktally_encoding* encoding = NULL;
  toktally_error error;
  toktally_status status;
  if (GetDatabaseEncoding() != PG_UTF8) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("toktally: texts must be UTF-8, and this database is %s",
                           GetDatabaseEncodingName())));
  }
  if (last != NULL && last->size == size && memcmp(last->name, VARDATA_ANY(name), size) == 0) {
    return last->encoding;
  }
  status = toktally_sql_encoding(VARDATA_ANY(name), size, &encoding, &error);
  if (status != TOKTALLY_OK) Raise(status, &error);
  if (size <= sizeof last->name) {
    if (last == NULL) last = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof *last);
    last->encoding = encoding;
    last->size = size;
    memcpy(last->name, VARDATA_ANY(name), size);
    fcinfo->flinfo->fn_extra = last;
  }
  return encoding;
}

Datum sql_count(PG_FUNCTION_ARGS) {
  const toktally_encoding* encoding = EncodingOf(fcinfo, 1);
  text* content = PG_GETARG_TEXT_PP(0);
  uint64_t tokens = 0;
  toktally_error error;
  const toktally_status status = toktally_count(encoding, VARDATA_ANY(content),
                                                VARSIZE_ANY_EXHDR(content), NULL, &tokens, &error);
  if (status != TOKTALLY_OK) Raise(status, &error);
  PG_FREE_IF_COPY(content, 0);
  PG_RETURN_INT64((int64)tokens);
}

/* The count so far of a text that is fetched slice by slice. What is left of a slice, pieces that
 * the next one may change, is fetched again with it. */
Datum sql_count_up_to(PG_FUNCTION_ARGS) {
  const toktally_encoding* encoding = EncodingOf(fcinfo, 2);
  const int64 most = PG_GETARG_INT64(1);
  const int64 size = (int64)toast_raw_datum_size(PG_GETARG_DATUM(0)) - VARHDRSZ;
  int64 slice = kSlice;
  int64 done = 0;
  uint64_t tokens = 0;
  toktally_error error;
  if (most < 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("toktally: the limit must be 0 or more")));
  }
  while (done < size && tokens <= (uint64_t)most) {
    const int64 wanted = Min(slice, size - done);
    text* part = (text*)PG_DETOAST_DATUM_SLICE(PG_GETARG_DATUM(0), (int32)done, (int32)wanted);
    const char* bytes = VARDATA_ANY(part);
    uint64_t counted = 0;
    size_t taken = (size_t)wanted;
    toktally_status status;
    CHECK_FOR_INTERRUPTS();
    status = done + wanted == size
                 ? toktally_count_up_to(encoding, bytes, taken, (uint64_t)most - tokens, &counted,
                                        &error)
                 : toktally_count_prefix(encoding, bytes, taken, &counted, &taken, &error);
    pfree(part);
    if (status != TOKTALLY_OK) Raise(status, &error);
    tokens += counted;
    done += (int64)taken;
    /* Up to what a text can have, so that one piece of all of it comes to an end. */
    slice = Min(slice * 2, (int64)MaxAllocSize);
  }
  PG_RETURN_INT64((int64)Min(tokens, (uint64_t)most + 1));
}

Datum sql_encode(PG_FUNCTION_ARGS) {
  const toktally_encoding* encoding = EncodingOf(fcinfo, 1);
  text* content = PG_GETARG_TEXT_PP(0);
  const size_t size = VARSIZE_ANY_EXHDR(content);
  /* The ids are written where the array has them. */
  const size_t header = ARR_OVERHEAD_NONULLS(1);
  uint64_t tokens = 0;
  size_t written = 0;
  ArrayType* array;
  toktally_error error;
  toktally_status status =
      toktally_count(encoding, VARDATA_ANY(content), size, NULL, &tokens, &error);
  if (status != TOKTALLY_OK) Raise(status, &error);
  if (tokens == 0) PG_RETURN_ARRAYTYPE_P(construct_empty_array(INT4OID));
  if (tokens > (MaxAllocSize - header) / sizeof(int32)) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("toktally: %llu tokens are more than an array holds",
                           (unsigned long long)tokens)));
  }
  array = palloc0(header + tokens * sizeof(int32));
  SET_VARSIZE(array, header + tokens * sizeof(int32));
  array->ndim = 1;
  array->dataoffset = 0;
  array->elemtype = INT4OID;
  ARR_DIMS(array)[0] = (int)tokens;
  ARR_LBOUND(array)[0] = 1;
  status = toktally_encode(encoding, VARDATA_ANY(content), size, NULL,
                           (uint32_t*)ARR_DATA_PTR(array), tokens, &written, &error);
  if (status != TOKTALLY_OK) Raise(status, &error);
  PG_FREE_IF_COPY(content, 0);
  PG_RETURN_ARRAYTYPE_P(array);
}

Datum sql_decode(PG_FUNCTION_ARGS) {
  const toktally_encoding* encoding = EncodingOf(fcinfo, 1);
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(0);
  const size_t count = (size_t)ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  const uint32_t* ids = (const uint32_t*)ARR_DATA_PTR(array);
  size_t size = 0;
  bytea* bytes;
  toktally_error error;
  toktally_status status;
  if (array_contains_nulls(array)) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("toktally: an id is NULL")));
  }
  status = toktally_decode(encoding, ids, count, NULL, 0, &size, &error);
  if (status != TOKTALLY_OK && status != TOKTALLY_TOO_SMALL) Raise(status, &error);
  bytes = palloc(VARHDRSZ + size);
  SET_VARSIZE(bytes, VARHDRSZ + size);
  status = toktally_decode(encoding, ids, count, VARDATA(bytes), size, &size, &error);
  if (status != TOKTALLY_OK) Raise(status, &error);
  PG_RETURN_BYTEA_P(bytes);
}

Datum sql_truncate(PG_FUNCTION_ARGS) {
  const toktally_encoding* encoding = EncodingOf(fcinfo, 2);
  text* content = PG_GETARG_TEXT_PP(0);
  const int64 tokens = PG_GETARG_INT64(1);
  toktally_truncated kept;
  toktally_error error;
  toktally_status status;
  if (tokens < 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("toktally: the number of tokens must be 0 or more")));
  }
  status = toktally_truncate(encoding, VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content),
                             (uint64_t)tokens, TOKTALLY_KEEP_START, NULL, 0, &kept, &error);
  if (status != TOKTALLY_OK) Raise(status, &error);
  if (kept.whole) PG_RETURN_TEXT_P(content);
  PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(content), (int)kept.head));
}

Datum sql_cost(PG_FUNCTION_ARGS) {
  text* model = PG_GETARG_TEXT_PP(0);
  const DateADT at = PG_GETARG_DATEADT(4);
  toktally_sql_call call = {0};
  char cost[TOKTALLY_SQL_COST_SIZE];
  char* date;
  toktally_error error;
  toktally_status status;
  int year, month, day;
  if (DATE_NOT_FINITE(at)) {
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("toktally: no rate is known for an infinite date")));
  }
  j2date(at + POSTGRES_EPOCH_JDATE, &year, &month, &day);
  date = psprintf("%04d-%02d-%02d", year, month, day);
  call.model = VARDATA_ANY(model);
  call.model_size = VARSIZE_ANY_EXHDR(model);
  call.input = PG_GETARG_INT64(1);
  call.output = PG_GETARG_INT64(2);
  call.cached = PG_GETARG_INT64(3);
  call.date = date;
  call.date_size = strlen(date);
  status = toktally_sql_cost(&call, cost, &error);
  if (status != TOKTALLY_OK) Raise(status, &error);
  if (cost[0] == '\0') PG_RETURN_NULL();
  PG_RETURN_DATUM(DirectFunctionCall3(numeric_in, CStringGetDatum(cost),
                                      ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}
