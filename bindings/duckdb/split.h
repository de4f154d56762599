/* The table function of the DuckDB extension. */
#ifndef TOKTALLY_BINDINGS_DUCKDB_SPLIT_H_
#define TOKTALLY_BINDINGS_DUCKDB_SPLIT_H_

#include "duckdb_extension.h"

/* 0 if DuckDB did not take it. */
int toktally_duckdb_register_split(duckdb_connection connection);

#endif /* TOKTALLY_BINDINGS_DUCKDB_SPLIT_H_ */
