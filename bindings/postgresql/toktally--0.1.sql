\echo Use "CREATE EXTENSION toktally" to load this file. \quit

-- The encoding is the name of one or of a model. What is wrong is an error (README.md lists the codes).
CREATE FUNCTION toktally_count(content text, encoding text DEFAULT 'o200k_base') RETURNS bigint
  AS 'MODULE_PATHNAME', 'sql_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
-- The count if it is at most the limit, else limit + 1; reads no more of a large text than that takes.
CREATE FUNCTION toktally_count_up_to(content text, most bigint, encoding text DEFAULT 'o200k_base') RETURNS bigint
  AS 'MODULE_PATHNAME', 'sql_count_up_to' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
CREATE FUNCTION toktally_encode(content text, encoding text DEFAULT 'o200k_base') RETURNS integer[]
  AS 'MODULE_PATHNAME', 'sql_encode' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
-- The bytes of the tokens, which need not be UTF-8: convert_from(toktally_decode(ids), 'UTF8').
CREATE FUNCTION toktally_decode(ids integer[], encoding text DEFAULT 'o200k_base') RETURNS bytea
  AS 'MODULE_PATHNAME', 'sql_decode' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
CREATE FUNCTION toktally_truncate(content text, tokens bigint, encoding text DEFAULT 'o200k_base') RETURNS text
  AS 'MODULE_PATHNAME', 'sql_truncate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
-- What a call costs in USD at the rates of the day, NULL where it is not known. Cached tokens are among the input.
CREATE FUNCTION toktally_cost(model text, input bigint, output bigint, cached bigint, at date) RETURNS numeric
  AS 'MODULE_PATHNAME', 'sql_cost' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
CREATE FUNCTION toktally_cost(model text, input bigint, output bigint, cached bigint DEFAULT 0) RETURNS numeric
  LANGUAGE SQL STABLE STRICT PARALLEL SAFE
  RETURN toktally_cost(model, input, output, cached, (now() AT TIME ZONE 'UTC')::date);
