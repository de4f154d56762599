#include "bindings/sql/functions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static toktally_status Refuse(const char* why, toktally_error* error) {
  if (error != NULL) snprintf(error->message, sizeof error->message, "%s", why);
  return TOKTALLY_INVALID_ARGUMENT;
}

/* Says behind what is wrong what can be asked for instead; and all of it in one line, whatever the
 * name that it repeats has in it. */
static void SayWhatThereIs(toktally_error* error) {
  for (char* at = error->message; *at != '\0'; ++at) {
    if ((unsigned char)*at < ' ' || *at == 0x7f) *at = '?';
  }
  const char* separator = "; give a model of OpenAI's or one of ";
  const char* name = NULL;
  for (size_t i = 0; (name = toktally_encoding_name_at(i)) != NULL; ++i) {
    const size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof error->message - used, "%s%s", separator, name);
    separator = ", ";
  }
}

toktally_status toktally_sql_encoding(const char* name, size_t size,
                                      const toktally_encoding** encoding, toktally_error* error) {
  if (toktally_find_encoding(name, size, encoding, NULL) == TOKTALLY_OK) return TOKTALLY_OK;
  const toktally_status status = toktally_encoding_for_model(name, size, encoding, error);
  if (status == TOKTALLY_NOT_FOUND && error != NULL) SayWhatThereIs(error);
  return status;
}

/* Copies the text of the first member "cost" of the answer; "" if that is null or there is none. */
static void TakeCost(const char* json, char cost[TOKTALLY_SQL_COST_SIZE]) {
  static const char kKey[] = "\"cost\":\"";
  const char* begin = strstr(json, kKey);
  const char* end = begin == NULL ? NULL : strchr(begin + strlen(kKey), '"');
  cost[0] = '\0';
  if (end == NULL) return;
  begin += strlen(kKey);
  const size_t size = (size_t)(end - begin);
  /* The first member of this name is the total's; the models' follow it. */
  const char* null = strstr(json, "\"cost\":null");
  if (size >= TOKTALLY_SQL_COST_SIZE || (null != NULL && null < begin)) return;
  memcpy(cost, begin, size);
  cost[size] = '\0';
}

toktally_status toktally_sql_cost(const toktally_sql_call* call, char cost[TOKTALLY_SQL_COST_SIZE],
                                  toktally_error* error) {
  if (call->input < 0 || call->output < 0 || call->cached < 0) {
    return Refuse("a number of tokens is negative", error);
  }
  if (call->cached > call->input) {
    return Refuse("more tokens are from the cache than there are in the input", error);
  }
  char today[16];
  const char* date = call->date;
  size_t date_size = call->date_size;
  if (date == NULL) {
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    date_size = strftime(today, sizeof today, "%Y-%m-%d", &utc);
    date = today;
  }
  char day[16];
  if (date_size >= sizeof day) return Refuse("the date is not YYYY-MM-DD", error);
  memcpy(day, date, date_size);
  day[date_size] = '\0';
  char usage[256];
  const int usage_size = snprintf(usage, sizeof usage,
                                  "{\"prompt_tokens\":%" PRId64 ",\"completion_tokens\":%" PRId64
                                  ",\"prompt_tokens_details\":{\"cached_tokens\":%" PRId64 "}}",
                                  call->input, call->output, call->cached);
  char answer[8192];
  char* json = answer;
  size_t size = 0;
  toktally_status status =
      toktally_price_usage(usage, (size_t)usage_size, call->model, call->model_size, day, json,
                           sizeof answer - 1, &size, error);
  char* larger = NULL;
  if (status == TOKTALLY_TOO_SMALL) {
    larger = malloc(size + 1);
    if (larger == NULL) {
      Refuse("out of memory", error);
      return TOKTALLY_NO_MEMORY;
    }
    json = larger;
    status = toktally_price_usage(usage, (size_t)usage_size, call->model, call->model_size, day,
                                  json, size, &size, error);
  }
  if (status == TOKTALLY_OK) {
    json[size] = '\0';
    TakeCost(json, cost);
  }
  free(larger);
  return status;
}
