#!/usr/bin/env node
// The peers, npm tiktoken (WASM) and gpt-tokenizer, behind the same protocol as measure.cc:
//
//   bench/peers.js serve PEER                   load, encode, count, ids on standard input
//   bench/peers.js once PEER ENCODING PATH      counts a file, as a whole process would
'use strict';
const fs = require('fs');
const readline = require('readline');

const ORDINARY = { allowedSpecial: new Set(), disallowedSpecial: new Set() };

// Each gives { encode(text), count(text) } for an encoding; tiktoken can only count by encoding.
const PEERS = {
  tiktoken(encodingName) {
    const encoding = require('tiktoken').get_encoding(encodingName);
    const encode = (text) => encoding.encode_ordinary(text);
    return { encode, count: (text) => encode(text).length };
  },
  'gpt-tokenizer'(encodingName) {
    const encoding = require(`gpt-tokenizer/encoding/${encodingName}`);
    return {
      encode: (text) => encoding.encode(text, ORDINARY),
      count: (text) => encoding.countTokens(text, ORDINARY),
    };
  },
};

// Ill-formed UTF-8 becomes U+FFFD, as everywhere in JavaScript; a byte order mark stays.
const readText = (path) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(fs.readFileSync(path));

function serve(makeEncoding) {
  const texts = new Map();
  const encodings = new Map();

  function answer([command, ...fields]) {
    if (command === 'load') {
      texts.set(fields[0], readText(fields[1]));
      return [texts.get(fields[0]).length];
    }
    const [encodingName, textName, argument] = fields;
    if (!encodings.has(encodingName)) encodings.set(encodingName, makeEncoding(encodingName));
    const encoding = encodings.get(encodingName);
    const text = texts.get(textName);
    if (text === undefined) throw new Error(`unknown text ${textName}`);
    if (command === 'ids') {
      const ids = Uint32Array.from(encoding.encode(text));
      fs.writeFileSync(argument, ids);
      return [ids.length];
    }
    if (command !== 'encode' && command !== 'count') throw new Error(`unknown command ${command}`);
    const operation = command === 'count' ? encoding.count : (input) => encoding.encode(input).length;
    const times = [];
    let tokens = 0;
    for (let i = 0; i < Number(argument); ++i) {
      const start = process.hrtime.bigint();
      tokens = operation(text);
      times.push(process.hrtime.bigint() - start);
    }
    return [tokens, ...times];
  }

  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    let reply;
    try {
      reply = ['ok', ...answer(line.split('\t'))];
    } catch (error) {
      reply = ['error', String(error.message).replace(/\s+/g, ' ')];
    }
    process.stdout.write(reply.join('\t') + '\n');
  });
}

const [mode, peer, encodingName, path] = process.argv.slice(2);
if (mode === 'serve' && peer in PEERS) {
  serve(PEERS[peer]);
} else if (mode === 'once' && peer in PEERS && path) {
  console.log(PEERS[peer](encodingName).count(readText(path)));
} else {
  console.error('usage: bench/peers.js serve PEER | once PEER ENCODING PATH');
  process.exitCode = 2;
}
