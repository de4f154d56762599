/* What the extensions of databases have in common, over the C interface: which encoding a name
 * means, and what a call costs. Plain C, no memory of its own, thread-safe. */
#ifndef TOKTALLY_BINDINGS_SQL_FUNCTIONS_H_
#define TOKTALLY_BINDINGS_SQL_FUNCTIONS_H_

#include <stddef.h>
#include <stdint.h>

#include "toktally/toktally.h"

/* The encoding of this name, or of the model of this name. */
toktally_status toktally_sql_encoding(const char* name, size_t size,
                                      const toktally_encoding** encoding, toktally_error* error);

typedef struct toktally_sql_call {
  const char* model;
  size_t model_size;
  int64_t input; /* tokens, those from a cache among them */
  int64_t output;
  int64_t cached;
  const char* date; /* "YYYY-MM-DD"; NULL: today in UTC */
  size_t date_size;
} toktally_sql_call;

/* What a call costs in USD, as an exact decimal with a NUL behind it. "" where the model or a rate
 * is not known: a database's NULL, since unknown is never a number. */
enum { TOKTALLY_SQL_COST_SIZE = 64 };
toktally_status toktally_sql_cost(const toktally_sql_call* call, char cost[TOKTALLY_SQL_COST_SIZE],
                                  toktally_error* error);

#endif /* TOKTALLY_BINDINGS_SQL_FUNCTIONS_H_ */
