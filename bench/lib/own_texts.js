// Texts for a machine that has none: bench/corpus as it is, the project's documents and sources, and
// generated logs.
'use strict';
const fs = require('fs');
const path = require('path');
const { randomNumbers } = require('./random');

const SOURCE_FOLDERS = ['bpe', 'chat', 'pricing', 'cli', 'tests', 'bench'];
const LOG_BYTES = 400000;

function filesBelow(folder, endings) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file, endings);
    return endings.some((ending) => entry.name.endsWith(ending)) ? [file] : [];
  }).sort();
}

const join = (files) => files.map((file) => fs.readFileSync(file, 'utf8')).join('\n');

// Server logs, half of them JSON, the same on every machine.
function logLines() {
  const next = randomNumbers(41);
  const one = (...choices) => choices[next() % choices.length];
  const lines = [];
  for (let size = 0, at = Date.UTC(2026, 0, 5, 6, 0, 0); size < LOG_BYTES; at += next() % 4000) {
    const time = new Date(at).toISOString();
    const address = `10.${next() % 256}.${next() % 256}.${next() % 256}`;
    const id = next().toString(16).padStart(8, '0') + next().toString(16).padStart(8, '0');
    const line = one(
      `${address} - - [${time}] "${one('GET', 'POST', 'PUT')} /api/v${1 + next() % 3}/`
        + `${one('users', 'orders', 'invoices', 'search')}/${next() % 100000} HTTP/1.1" `
        + `${one(200, 200, 200, 304, 404, 500)} ${next() % 90000} "-" "client/${next() % 9}.0"`,
      `${time} ${one('INFO', 'INFO', 'DEBUG', 'WARN', 'ERROR')} [worker-${next() % 16}] `
        + `${one('request finished', 'cache miss', 'retrying after timeout', 'connection closed')} `
        + `request_id=${id} duration_ms=${next() % 3000} attempt=${next() % 5}`,
      JSON.stringify({ timestamp: time, level: one('info', 'warn', 'error'), request_id: id,
        client: address, usage: { prompt_tokens: next() % 9000, completion_tokens: next() % 900 },
        message: one('completed', 'rate limited', 'stream aborted by client'), ok: one(true, false) }),
    );
    lines.push(line);
    size += line.length + 1;
  }
  return lines.join('\n') + '\n';
}

// Writes the texts into `scratch` and returns their paths.
function ownTexts(root, scratch) {
  const corpus = path.join(root, 'bench', 'corpus');
  const made = {
    english: join([path.join(root, 'README.md'), ...filesBelow(path.join(root, 'docs'), ['.md']),
      ...filesBelow(path.join(root, 'data'), ['.md'])].filter((file) => fs.existsSync(file))),
    code: join(SOURCE_FOLDERS.flatMap((folder) =>
      filesBelow(path.join(root, folder), ['.h', '.cc', '.js', '.cmake', '.txt', '.py']
        .filter((ending) => folder !== 'bench' || ending !== '.txt')))),
    jsonlog: logLines(),
  };
  const files = filesBelow(corpus, ['.txt']);
  for (const [name, text] of Object.entries(made)) {
    files.push(path.join(scratch, `${name}.txt`));
    fs.writeFileSync(files.at(-1), text);
  }
  return files;
}

module.exports = { ownTexts };
