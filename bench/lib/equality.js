// Equality before speed: whether our ids are npm tiktoken's, and where a peer's are not.
'use strict';
const fs = require('fs');
const path = require('path');

const readIds = (file) => {
  const bytes = fs.readFileSync(file);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
};

// Null if equal, else what differs first.
function difference(expected, actual) {
  const length = Math.min(expected.length, actual.length);
  let at = 0;
  while (at < length && expected[at] === actual[at]) ++at;
  if (at === expected.length && at === actual.length) return null;
  return `token ${at} is ${actual[at] ?? 'missing'}, tiktoken's is ${expected[at] ?? 'none'} `
    + `(${actual.length} and ${expected.length} tokens)`;
}

async function idsOf(context, worker, encoding, text) {
  const file = path.join(context.scratch, 'ids');
  await worker.ask('ids', encoding, text.name, file);
  return readIds(file);
}

// Checks one text under one encoding. Throws where ours differ; returns npm tiktoken's token count
// and whether gpt-tokenizer agrees. Each answer is worked out once. Of text that is not UTF-8
// (`illFormed`) only the ids are compared, since Decode gives what replaced it.
async function check(context, encoding, text) {
  const key = `${encoding}\t${text.path}`;
  if (context.checked.has(key)) return context.checked.get(key);
  const expected = await idsOf(context, context.tiktoken, encoding, text);
  const wrong = difference(expected, await idsOf(context, context.ours, encoding, text));
  if (wrong !== null) throw new Error(`${encoding}, ${text.name}: ${wrong}`);
  if (!text.illFormed) await context.ours.ask('check', encoding, text.name);
  const peerWrong =
    difference(expected, await idsOf(context, context.gptTokenizer, encoding, text));
  if (peerWrong !== null) {
    context.remarks.push(`gpt-tokenizer differs on ${text.name}, ${encoding}: ${peerWrong}`);
  }
  const answer = { tokens: expected.length, peerAgrees: peerWrong === null };
  context.checked.set(key, answer);
  return answer;
}

// All encodings that npm tiktoken has, and o200k_harmony, whose ordinary ids are o200k_base's.
async function verify(context) {
  const encodings = ['gpt2', 'r50k_base', 'p50k_base', 'p50k_edit', 'cl100k_base', 'o200k_base'];
  const rows = [];
  for (const text of context.texts) {
    const row = [text.name];
    for (const encoding of encodings) {
      context.progress(`${text.name} ${encoding}`);
      const { tokens, peerAgrees } = await check(context, encoding, text);
      row.push(`${tokens}${peerAgrees ? '' : ' ✗'}`);
    }
    const base = await idsOf(context, context.ours, 'o200k_base', text);
    const harmony = await idsOf(context, context.ours, 'o200k_harmony', text);
    const wrong = difference(base, harmony);
    if (wrong !== null) throw new Error(`o200k_harmony, ${text.name}: ${wrong}`);
    await context.ours.ask('check', 'o200k_harmony', text.name);
    row.push(String(harmony.length));
    for (const encoding of ['r50k_base', 'cl100k_base', 'o200k_base']) {
      context.progress(`${text.name} ${encoding} pieces`);
      row.push((await context.ours.ask('pieces', encoding, text.name))[0]);
    }
    rows.push(row);
  }
  return [{
    title: 'Equality',
    note: 'Tokens of each text: ids equal npm tiktoken\'s, Decode(Encode(x)) = x, Count is their '
      + 'number, CountUpTo and the counts of two parts agree, by every path of this machine; pieces '
      + 'equal RE2\'s one by one. ✗: gpt-tokenizer\'s ids differ.',
    columns: ['text', ...encodings, 'o200k_harmony', 'pieces r50k', 'pieces cl100k', 'pieces o200k'],
    rows,
  }];
}

module.exports = { check, verify };
