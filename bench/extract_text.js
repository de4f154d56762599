#!/usr/bin/env node
// Turns installed or unpacked documents into plain UTF-8 text on standard output: HTML, DocBook and
// Mallard pages, manual pages, gettext catalogues and Mozilla language packs; any other file as it is.
//
//   bench/extract_text.js [--max-bytes N] [--lines-with SCRIPT] [--distinct-lines] [--ext .c,.h]
//                         PATH...
//
// Folders are walked; files are taken in the order of a hash of their paths below the given PATH, so
// that a beginning of N bytes is a mix of the whole and the same everywhere. Files that are not
// UTF-8 are passed over. --lines-with Hangul keeps the lines that have a character of that Unicode
// script; --distinct-lines keeps the first of equal lines.
'use strict';
const childProcess = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');

const NAMED_ENTITIES = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '\u00a9', reg: '\u00ae',
  mdash: '\u2014', ndash: '\u2013', hellip: '\u2026', laquo: '\u00ab', raquo: '\u00bb',
  lsquo: '\u2018', rsquo: '\u2019', ldquo: '\u201c', rdquo: '\u201d', times: '\u00d7', rarr: '\u2192',
};
const ROFF_CHARACTERS = {
  '\\-': '-', '\\(em': '\u2014', '\\(en': '\u2013', '\\(aq': "'", '\\(dq': '"', '\\(lq': '\u201c',
  '\\(rq': '\u201d', '\\(bu': '\u2022', '\\(co': '\u00a9', '\\(ti': '~', '\\(ha': '^', '\\e': '\\',
  '\\&': '', '\\~': ' ', '\\ ': ' ', '\\|': '', '\\^': '', '\\(rs': '\\', '\\%': '', "\\'": "'",
};

function decodeEntity(whole, name) {
  if (name[0] !== '#') return NAMED_ENTITIES[name] ?? whole;
  const value = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return value > 0 && value < 0x110000 && (value < 0xd800 || value > 0xdfff)
    ? String.fromCodePoint(value) : whole;
}

function fromMarkup(source) {
  return source
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(script|style|head|nav)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<(?:br|\/?(?:p|div|li|tr|h[1-6]|pre|dt|dd|title|para|section|table|ul|ol|dl))\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&([a-z]+|#x[0-9a-f]+|#[0-9]+);/gi, decodeEntity);
}

function fromManualPage(source) {
  const lines = [];
  for (const line of source.split('\n')) {
    if (/^['.]\s*\\"/.test(line) || line === '.' || line === "'") continue;
    const text = line
      .replace(/^\.\s*[A-Za-z]{1,2}\b ?/, '')
      .replace(/\\f(?:\[[^\]]*\]|\(..|.)/g, '')
      .replace(/\\s[-+]?\d/g, '')
      .replace(/\\\*(?:\(..|\[[^\]]*\]|.)/g, '')
      .replace(/\\\[u([0-9A-F]{4,5})\]/g, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
      .replace(/\\(?:\(..|.)/g, (escape) => ROFF_CHARACTERS[escape] ?? '');
    lines.push(text);
  }
  return lines.join('\n');
}

function fromCatalogue(bytes) {
  if (bytes.length < 28 || bytes.readUInt32LE(0) !== 0x950412de) return '';
  const count = bytes.readUInt32LE(8);
  const table = bytes.readUInt32LE(16);
  const lines = [];
  for (let i = 1; i < count; ++i) {
    const length = bytes.readUInt32LE(table + 8 * i);
    const offset = bytes.readUInt32LE(table + 8 * i + 4);
    lines.push(bytes.toString('utf8', offset, offset + length).replace(/\0/g, '\n'));
  }
  return lines.join('\n');
}

function fromLanguagePack(file) {
  const listed = childProcess.spawnSync('unzip', ['-p', file, '*.ftl', '*.properties', '*.dtd'],
    { maxBuffer: 1 << 28, encoding: 'utf8' });
  return (listed.stdout ?? '')
    .replace(/^#.*$/gm, '')
    .replace(/^<!ENTITY\s+\S+\s+"([^"]*)">\s*$/gm, '$1')
    .replace(/^[-\w.[\] *]+\s*=\s*/gm, '');
}

function textOf(file) {
  if (file.endsWith('.xpi')) return fromLanguagePack(file);
  let bytes = fs.readFileSync(file);
  if (file.endsWith('.mo')) return fromCatalogue(bytes);
  let name = file;
  if (file.endsWith('.gz')) {
    bytes = zlib.gunzipSync(bytes);
    name = file.slice(0, -3);
  }
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') || text.includes('\0')) return '';
  if (/\.(?:x?html?|xml|page|docbook)$/.test(name)) return fromMarkup(text);
  if (/\.[1-9][a-z]*$/.test(name)) return fromManualPage(text);
  return text;
}

function filesBelow(root) {
  if (!fs.statSync(root).isDirectory()) return [{ file: root, key: path.basename(root) }];
  const found = [];
  for (const entry of fs.readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.path, entry.name);
    found.push({ file, key: path.relative(root, file) });
  }
  return found;
}

function parseOptions(argv) {
  const options = { maxBytes: Infinity, script: null, distinct: false, extensions: null, paths: [] };
  for (let i = 0; i < argv.length; ++i) {
    if (argv[i] === '--max-bytes') options.maxBytes = Number(argv[++i]);
    else if (argv[i] === '--lines-with') options.script = new RegExp(`\\p{Script=${argv[++i]}}`, 'u');
    else if (argv[i] === '--distinct-lines') options.distinct = true;
    else if (argv[i] === '--ext') options.extensions = argv[++i].split(',');
    else options.paths.push(argv[i]);
  }
  return options;
}

function main() {
  const options = parseOptions(process.argv.slice(2));
  const hashed = [];
  for (const root of options.paths) {
    for (const { file, key } of filesBelow(root)) {
      if (options.extensions && !options.extensions.some((end) => file.endsWith(end))) continue;
      hashed.push({ file, hash: crypto.createHash('sha256').update(key).digest('hex') });
    }
  }
  hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : a.file < b.file ? -1 : 1));
  const seen = new Set();
  let written = 0;
  for (const { file } of hashed) {
    let text = textOf(file).replace(/[ \t\r\u00a0]+$/gm, '').replace(/\n{3,}/g, '\n\n');
    if (options.script || options.distinct) {
      text = text.split('\n').filter((line) => {
        if (options.script && !options.script.test(line)) return false;
        if (!options.distinct || line.length < 4) return true;
        if (seen.has(line)) return false;
        seen.add(line);
        return true;
      }).join('\n');
    }
    if (text.trim() === '') continue;
    const bytes = Buffer.from(text.endsWith('\n') ? text : text + '\n');
    if (written + bytes.length > options.maxBytes) {
      if (bytes.length > options.maxBytes / 8) continue;
      break;
    }
    for (let done = 0; done < bytes.length;) done += fs.writeSync(1, bytes, done);
    written += bytes.length;
  }
}

main();
