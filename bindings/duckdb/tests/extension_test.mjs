// The DuckDB extension in the engine that npm @duckdb/node-api carries:
//   node extension_test.mjs EXTENSION PROGRAM TREE NODE_MODULES [ROWS]
// Exit code 77: it is not there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const [extension, program, tree, modules, rows = '300000'] = process.argv.slice(2);
let DuckDBInstance;
try {
  ({ DuckDBInstance } = createRequire(path.join(modules, 'x.js'))('@duckdb/node-api'));
} catch (error) {
  console.log(`skipped: no @duckdb/node-api; scripts/engines installs it (${error.code ?? error.message})`);
  process.exit(77);
}
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'toktally_duckdb_'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
const instance = await DuckDBInstance.create(':memory:', { allow_unsigned_extensions: 'true', threads: '1' });
const connection = await instance.connect();
const ask = async (sql) => (await connection.runAndReadAll(sql)).getRowsJS();
const one = async (sql) => (await ask(sql))[0];
const fails = async (part, sql) => assert.rejects(() => ask(sql), (error) => error.message.includes(part), sql);
const count = (text, ...options) => Number(execFileSync(program, ['count', ...options], { input: text, encoding: 'utf8' }));
await ask(`LOAD '${extension}'`);

assert.deepEqual(await one("SELECT toktally_count('hello world'), toktally_count('hello world', 'gpt-4'), toktally_count(''), toktally_count(NULL)"),
  [2n, 2n, 0n, null]);
assert.deepEqual(await one("SELECT toktally_encode('hello world'), toktally_encode(''), toktally_encode(NULL)"), [[24912, 2375], [], null]);
assert.deepEqual(await one("SELECT toktally_truncate('hello world', 1), toktally_truncate('hello world', 0), toktally_truncate('hello world and much more', 99)"),
  ['hello', '', 'hello world and much more']);
assert.deepEqual(await one("SELECT toktally_cost('gpt-4o', 1000, 100, 0, '2026-11-22')::VARCHAR, toktally_cost('nobody', 1, 1, 0, '2026-11-22'), toktally_cost('gpt-4.1', 1000, 1) > 0"),
  ['0.003500000000000000', null, true]);
assert.deepEqual(await one("SELECT decode(toktally_decode(toktally_encode('héllo'))), toktally_decode([])::VARCHAR, toktally_decode(NULL), toktally_decode([24912, 2375]::UINTEGER[], 'gpt-4o')::VARCHAR"),
  ['héllo', '', null, 'hello world']);
// Every row its own ids, and NULL among them.
assert.deepEqual(await ask("SELECT toktally_decode(toktally_encode(t))::VARCHAR FROM (VALUES ('a'), (NULL), ('several words'), ('')) v(t)"),
  [['a'], [null], ['several words'], ['']]);
await fails('an id is NULL', 'SELECT toktally_decode([1, NULL])');
await fails('-1 is no id', 'SELECT toktally_decode([-1])');
await fails('5000000000 is no id', 'SELECT toktally_decode([5000000000])');
await fails('2000000000', 'SELECT toktally_decode([2000000000])');
await fails("give a model of OpenAI's or one of", "SELECT toktally_count('x', 'none-such')");
// NULL must not reach what throws: the engine takes an internal error for its own end.
assert.deepEqual(await ask('SELECT * FROM toktally_split(NULL, 10)'), []);
assert.deepEqual(await ask("SELECT * FROM toktally_split('', 10)"), []);
await fails('no NULL', "SELECT * FROM toktally_split('x', NULL)");
await fails('no NULL', "SELECT * FROM toktally_split('x', 1, overlap := NULL)");
await fails('encoding is NULL', "SELECT * FROM toktally_split('x', 1, encoding := NULL)");
// What README.md shows, as it shows it.
const shown = fs.readFileSync(path.join(tree, 'bindings/duckdb/README.md'), 'utf8').match(/^D SELECT [^\n]*;\n(?:(?!D |```).*\n)+/gm);
assert.equal(shown?.length, 2);
for (const example of shown) {
  const [prompt, ...printed] = example.trimEnd().split('\n');
  const cell = (value) => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));
  assert.deepEqual((await ask(prompt.slice(2))).map((row) => row.map(cell).join('|')), printed, prompt);
}
await fails('none-such', "SELECT toktally_count('x', 'none-such')");
await fails('0 or more', "SELECT toktally_truncate('x', -1)");
await fails('cache', "SELECT toktally_cost('gpt-4o', 1, 1, 2)");
await fails('0 or more', "SELECT * FROM toktally_split('x', -1)");

// Real text, by a Parquet and a JSONL file that DuckDB writes and reads; NULLs among the rows, a row of 100 MB.
const lines = (fs.readFileSync(path.join(tree, 'README.md'), 'utf8') + fs.readFileSync(path.join(tree, 'docs/ko.md'), 'utf8')).split('\n');
fs.writeFileSync(path.join(folder, 'lines.jsonl'), lines.map((text, i) => JSON.stringify({ text: i % 7 ? text : null }) + '\n').join(''));
const expected = count(lines.filter((_, i) => i % 7).join('\n'), '--lines', '-');
await ask(`CREATE TABLE lines AS SELECT text FROM read_json('${folder}/lines.jsonl')`);
await ask(`COPY lines TO '${folder}/lines.parquet'`);
for (const from of ['lines', `'${folder}/lines.parquet'`, `read_json('${folder}/lines.jsonl')`]) {
  assert.deepEqual(await one(`SELECT sum(toktally_count(text))::BIGINT, count(*) FILTER (toktally_count(text) IS NULL) FROM ${from}`),
    [BigInt(expected), BigInt(Math.ceil(lines.length / 7))], from);
}
assert.deepEqual(await one(`SELECT sum(len(toktally_encode(text)))::BIGINT, count(*) FILTER (len(toktally_encode(text)) <> toktally_count(text)) FROM lines`),
  [BigInt(expected), 0n]);
// An encoding of its own for each row, from a dictionary.
assert.deepEqual(await one(`SELECT sum(toktally_count(text, CASE WHEN rowid % 2 = 0 THEN 'cl100k_base' ELSE 'o200k_base' END))::BIGINT FROM lines`),
  await one(`SELECT (SELECT sum(toktally_count(text, 'cl100k_base')) FROM lines WHERE rowid % 2 = 0)::BIGINT + (SELECT sum(toktally_count(text)) FROM lines WHERE rowid % 2 = 1)::BIGINT`));
assert.deepEqual(await one("SELECT toktally_count(repeat('hello ', 16700000))"), [BigInt(count('hello '.repeat(16700000)))]);

// Texts of every kind, where they are: each line a row of a Parquet file. What is not UTF-8 DuckDB does not take.
const corpora = path.join(tree, '../shared/corpora');
for (const name of fs.existsSync(corpora) ? fs.readdirSync(corpora).filter((file) => file.endsWith('.txt')) : []) {
  const rows = fs.readFileSync(path.join(corpora, name), 'utf8').replaceAll('\r', '').split('\n').filter((row) => row !== '');
  fs.writeFileSync(path.join(folder, 'rows.jsonl'), rows.map((text) => JSON.stringify({ text }) + '\n').join(''));
  await ask(`COPY (SELECT text FROM read_json('${folder}/rows.jsonl', columns = {text: 'VARCHAR'}, format = 'newline_delimited')) TO '${folder}/rows.parquet'`);
  const sum = count(rows.join('\n'), '--lines', '-');
  assert.ok(sum > 100000, name);
  for (const threads of [1, 2]) {
    await ask(`SET threads = ${threads}`);
    assert.deepEqual(await one(`SELECT sum(toktally_count(text))::BIGINT, count(*) FROM '${folder}/rows.parquet'`), [BigInt(sum), BigInt(rows.length)], name);
  }
  await ask('SET threads = 1');
  // Lone parts of a character are what a token may end in, so bytes are compared.
  assert.deepEqual(await one(`SELECT count(*) FILTER (toktally_decode(toktally_encode(text)) <> encode(text)) FROM '${folder}/rows.parquet'`), [0n], name);
}

// Chunks as split gives them.
const text = fs.readFileSync(path.join(tree, 'README.md'), 'utf8');
const chunks = execFileSync(program, ['split', '--tokens', '100', '--overlap', '10'], { input: text, encoding: 'utf8' })
  .trim().split('\n').map((line) => JSON.parse(line));
const split = (await ask(`SELECT index, text, tokens, "begin", "end", first_line, last_line FROM toktally_split('${text.replace(/'/g, "''")}', 100, overlap := 10) ORDER BY index`));
assert.deepEqual(split.map((row) => row.map((cell) => typeof cell === 'bigint' ? Number(cell) : cell)),
  chunks.map((chunk) => [chunk.index, chunk.text, chunk.tokens, chunk.begin, chunk.end, chunk.first_line, chunk.last_line]));
// A constant is folded: one call for a million rows.
assert.match(JSON.stringify(await ask("EXPLAIN SELECT toktally_count('hello world') FROM range(1000000)")), /2/);

const time = async (sql) => {
  const begin = performance.now();
  await ask(sql);
  return performance.now() - begin;
};
await ask(`CREATE TABLE many AS SELECT 'row ' || i || ' of a table with some words in it' AS text FROM range(${rows}) r(i)`);
// The best of five each, in turns, since other work on the machine only ever adds time.
const best = { ours: Infinity, both: Infinity, length: Infinity };
for (let i = 0; i < 5; ++i) {
  await ask('SET threads = 1');
  best.ours = Math.min(best.ours, await time('SELECT sum(toktally_count(text)) FROM many'));
  best.length = Math.min(best.length, await time('SELECT sum(length(text)) FROM many'));
  await ask('SET threads = 2');
  best.both = Math.min(best.both, await time('SELECT sum(toktally_count(text)) FROM many'));
}
const rate = (ms) => (Number(rows) / ms / 1000).toFixed(2);
console.log(`${rows} rows: toktally_count ${rate(best.ours)} M rows/s, by two threads ${rate(best.both)}, length ${rate(best.length)}, ratio ${(best.length / best.ours).toFixed(3)}`);
// Nothing leaks: the same over and over in the memory of the first time.
await ask('SELECT sum(toktally_count(text) + len(toktally_encode(text))) FROM many');
const before = process.memoryUsage.rss();
for (let i = 0; i < 10; ++i) await ask('SELECT sum(toktally_count(text) + len(toktally_encode(text))) FROM many');
assert.ok(process.memoryUsage.rss() - before < 64 * 1024 * 1024, 'memory grows');
process.exit(0);
