#!/usr/bin/env node
// Says how much of each text is shared with other texts: the share of the bytes in lines of at least
// 60 bytes that also stand, as whole lines, in one of the others.
//
//   bench/overlap.js TEXT... --against TEXT...
'use strict';
const fs = require('fs');
const MIN_LINE_BYTES = 60;

function longLines(file) {
  return fs.readFileSync(file, 'utf8').split('\n').map((line) => line.trim())
    .filter((line) => Buffer.byteLength(line) >= MIN_LINE_BYTES);
}

const divider = process.argv.indexOf('--against');
if (divider < 3 || divider + 1 >= process.argv.length) {
  console.error('usage: bench/overlap.js TEXT... --against TEXT...');
  process.exit(2);
}
const known = new Map();
for (const file of process.argv.slice(divider + 1)) {
  for (const line of longLines(file)) if (!known.has(line)) known.set(line, file);
}
for (const file of process.argv.slice(2, divider)) {
  const sharedBytes = new Map();
  const examples = [];
  let shared = 0;
  for (const line of longLines(file)) {
    const other = known.get(line);
    if (other === undefined) continue;
    const bytes = Buffer.byteLength(line);
    shared += bytes;
    sharedBytes.set(other, (sharedBytes.get(other) ?? 0) + bytes);
    if (examples.length < 3) examples.push(line.slice(0, 100));
  }
  const percent = (100 * shared / fs.statSync(file).size).toFixed(2);
  const where = [...sharedBytes].map(([other, bytes]) => `${other.split('/').pop()} ${bytes}`);
  console.log(`${file}: ${percent} % of the bytes (${where.join(', ') || 'none'})`);
  for (const example of examples) console.log(`    ${example}`);
}
