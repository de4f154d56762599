// docs/scale/toktally_function.xml on the ClickHouse that npm chdb carries:
//   node clickhouse_test.mjs PROGRAM TREE NODE_MODULES [ROWS]
// Exit code 77: it is not there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const [program, tree, modules, rows = '200000'] = process.argv.slice(2);
let Session;
try {
  ({ Session } = createRequire(path.join(modules, 'x.js'))('chdb'));
} catch (error) {
  console.log(`skipped: no chdb; scripts/engines installs it (${error.code ?? error.message})`);
  process.exit(77);
}
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'toktally_clickhouse_'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
fs.symlinkSync(program, path.join(folder, 'toktally'));

// The shipped file, with every format beside it.
const shipped = fs.readFileSync(path.join(tree, 'docs/scale/toktally_function.xml'), 'utf8');
const more = [['tsv', 'TabSeparated'], ['jsoneachrow', 'JSONEachRow']].map(([format, name]) => `
  <function><type>executable_pool</type><name>toktally_count_${format}</name>
    <argument><type>String</type><name>text</name></argument><return_type>UInt64</return_type>
    <format>${name}</format><command>toktally udf count --format ${format} --chunk-header</command>
    <send_chunk_header>1</send_chunk_header><pool_size>2</pool_size></function>`).join('');
// A program that dies in the middle must end the query.
fs.writeFileSync(path.join(folder, 'dies'), `#!/usr/bin/env python3
import os, subprocess, sys, threading
child = subprocess.Popen(['${program}', 'udf', 'count', '--format', 'rowbinary', '--chunk-header'], stdin=subprocess.PIPE)
sent = 0
while True:
    block = os.read(0, 65536)
    if not block: break
    child.stdin.write(block); child.stdin.flush(); sent += len(block)
    if sent > 100000: child.kill(); os.kill(os.getpid(), 9)
`, { mode: 0o755 });
const dying = `<function><type>executable</type><name>dies</name>
    <argument><type>String</type><name>text</name></argument><return_type>UInt64</return_type>
    <format>RowBinary</format><command>dies</command><send_chunk_header>1</send_chunk_header></function>`;
const config = path.join(folder, 'test_function.xml');
fs.writeFileSync(config, shipped.replace('</functions>', more + dying + '</functions>'));

const session = new Session(path.join(folder, 'data'), {
  connectionArgs: [`--user_scripts_path=${folder}`, `--user_defined_executable_functions_config=${config}`],
});
const ask = (sql) => session.query(sql, 'TabSeparated').replace(/\n$/, '');
const count = (text) => Number(execFileSync(program, ['count'], { input: text, encoding: 'utf8' }));

// Text of every kind, with what TSV and JSON must escape.
const text = fs.readFileSync(path.join(tree, 'README.md'), 'utf8') + fs.readFileSync(path.join(tree, 'docs/ko.md'), 'utf8');
const lines = text.split('\n').concat(['', 'a\tb', 'back\\slash', '\\N', "quote ' and \"", 'null\0byte', '\r', 'x\ny']);
const quoted = (s) => `'${s.replace(/[\\']/g, '\\$&').replace(/\0/g, '\\0').replace(/\n/g, '\\n')}'`;
ask('CREATE TABLE lines (text String) ENGINE = Memory');
ask(`INSERT INTO lines VALUES ${lines.map((line) => `(${quoted(line)})`).join(',')}`);
const expected = lines.reduce((sum, line) => sum + count(line), 0);
for (const name of ['toktally_count', 'toktally_count_tsv', 'toktally_count_jsoneachrow']) {
  assert.equal(Number(ask(`SELECT sum(${name}(text)) FROM lines`)), expected, name);
}
assert.equal(ask("SELECT toktally_count_as('hello world', 'gpt-4'), toktally_encode('hello world')"), '2\t[24912,2375]');
assert.equal(ask("SELECT toktally_truncate('hello world', 1)"), 'hello');
assert.equal(ask("SELECT toktally_count_or_null(NULL), toktally_count_or_null('hello')"), '\\N\t1');
assert.equal(ask(`SELECT toktally_cost('gpt-4o', '{"prompt_tokens":1000,"completion_tokens":100}', '2026-11-22'),
  toktally_cost('nobody', '{"prompt_tokens":1,"completion_tokens":1}', '2026-11-22')`), '0.0035\t\\N');
// Bytes that are no UTF-8 are counted as U+FFFD, as count does it.
assert.equal(Number(ask("SELECT toktally_count(unhex('FF41'))")),
  Number(execFileSync(program, ['count', '-q'], { input: Buffer.from([0xff, 0x41]), encoding: 'utf8' })));
// A row of 100 MB.
assert.equal(Number(ask(`SELECT toktally_count(arrayStringConcat(arrayMap(x -> repeat('hello ', 100000), range(167))))`)),
  count('hello '.repeat(16700000)));
// What is wrong is an error of the query, and so is a program that dies.
assert.throws(() => ask("SELECT toktally_count_as('x', 'no such model')"));
assert.throws(() => ask("SELECT sum(dies(toString(number))) FROM numbers(300000)"));
assert.equal(Number(ask("SELECT toktally_count('hello')")), 1);

const time = (sql) => {
  const begin = performance.now();
  const result = ask(sql);
  return [result, performance.now() - begin];
};
const from = `FROM (SELECT concat('row ', toString(number), ' of a table with some words in it') AS text FROM numbers(${rows}))`;
const [tokens, ours] = time(`SELECT sum(toktally_count(text)) ${from}`);
const [, length] = time(`SELECT sum(lengthUTF8(text)) ${from}`);
const [, tsv] = time(`SELECT sum(toktally_count_tsv(text)) ${from}`);
console.log(`${rows} rows, ${tokens} tokens: RowBinary ${(Number(rows) / ours / 1000).toFixed(2)} M rows/s,`,
  `TabSeparated ${(Number(rows) / tsv / 1000).toFixed(2)}, lengthUTF8 ${(Number(rows) / length / 1000).toFixed(2)}`);
session.cleanup?.();
process.exit(0);
