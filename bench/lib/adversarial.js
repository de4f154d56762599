// The inputs that have made tokenizers slow, each made to any length.
'use strict';
const fs = require('fs');
const { randomNumbers } = require('./random');

function randomBytes(length) {
  const next = randomNumbers(2026);
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; ++i) bytes[i] = next() & 0xff;
  return bytes;
}

function repeated(unit, length) {
  const bytes = Buffer.alloc(length, unit);
  // A cut character at the end would be ill-formed: blanks take its place.
  let end = length;
  while (end > 0 && (bytes[end - 1] & 0xc0) === 0x80) --end;
  if (end > 0 && bytes[end - 1] >= 0xc0) bytes.fill(' ', end - 1);
  return bytes;
}

// The characters of the texts that `wanted` matches, run together.
function charactersOf(texts, wanted) {
  const found = texts.flatMap((text) => fs.readFileSync(text.path, 'utf8').match(wanted) ?? []);
  return found.join('');
}

// [name, make(length) -> Buffer]...; the runs of one script are the letters of the given texts.
function adversarialInputs(texts) {
  const named = (...names) => texts.filter((text) => names.some((name) => text.name.startsWith(name)));
  const english = charactersOf(named('english'), /[A-Za-z]+/g) || 'abcdefghijklmnopqrstuvwxyz';
  const han = charactersOf(named('cjk'), /\p{Script=Han}+/gu) || '漢字';
  const hangul = charactersOf(named('korean'), /\p{Script=Hangul}+/gu) || '한글';
  return [
    ['one letter', (length) => repeated('a', length)],
    ['spaces', (length) => repeated(' ', length)],
    ['newlines', (length) => repeated('\n', length)],
    ['space-newline pairs', (length) => repeated(' \n', length)],
    ['!? pairs', (length) => repeated('!?', length)],
    ['letters-only English', (length) => repeated(english, length)],
    ['Han run', (length) => repeated(han, length)],
    ['Hangul run', (length) => repeated(hangul, length)],
    ['base64', (length) => {
      const text = randomBytes(Math.ceil(length * 3 / 4)).toString('base64');
      return Buffer.from(text.slice(0, length));
    }],
    ['random bytes', randomBytes],
    ['A中 pairs', (length) => repeated('A中', length)],
  ];
}

module.exports = { adversarialInputs };
