'use strict';
// Node's own runner: TOKTALLY_NODE_BINARY=… node --test
const assert = require('node:assert');
const test = require('node:test');
const toktally = require('..');

test('as npm tiktoken', () => {
  const encoding = toktally.get_encoding('o200k_base');
  assert.deepStrictEqual(encoding.encode('hello world'), Uint32Array.of(24912, 2375));
  assert.strictEqual(new TextDecoder().decode(encoding.decode(Uint32Array.of(24912, 2375))), 'hello world');
  assert.strictEqual(toktally.encoding_for_model('gpt-4').name, 'cl100k_base');
  assert.strictEqual(toktally.get_encoding_name_for_model('gpt-4o-mini'), 'o200k_base');
  assert.throws(() => encoding.encode('<|endoftext|>'), { code: 'ERR_FORBIDDEN_TOKEN' });
  assert.deepStrictEqual(encoding.encode('<|endoftext|>', 'all'), Uint32Array.of(199999));
  assert.deepStrictEqual(encoding.encode('<|endoftext|>', ['<|endoftext|>']), Uint32Array.of(199999));
  assert.strictEqual(encoding.encode('<|endoftext|>', [], []).length, 7);
  assert.strictEqual(encoding.encode_ordinary('<|endoftext|>').length, 7);
  assert.strictEqual(encoding.encode_single_token(' world'), 2375);
  assert.strictEqual(encoding.decode_single_token_bytes(2375).toString(), ' world');
  assert.strictEqual(encoding.n_vocab, 200019);
  encoding.free();
});

test('every encoding comes back', () => {
  const text = 'Hello, 세계! 中文 🙂‍↔️ \t\n  don\'t 12345\r\n'.repeat(300);
  for (const name of toktally.list_encoding_names()) {
    const encoding = toktally.get_encoding(name);
    const ids = encoding.encode(text);
    assert.strictEqual(encoding.decode_text(ids), text);
    assert.strictEqual(encoding.count(text), ids.length);
    assert.strictEqual(encoding.count(Buffer.from(text)), ids.length);
  }
});

// The buffer on the stack holds 512 bytes: around its end nothing may be cut.
test('texts of every length', () => {
  const encoding = toktally.get_encoding('cl100k_base');
  for (let length = 0; length < 1200; ++length) {
    const text = 'é'.repeat(length);
    assert.strictEqual(encoding.decode_text(encoding.encode(text)), text);
  }
});

test('surrogates without a partner are U+FFFD', () => {
  const encoding = toktally.get_encoding('o200k_base');
  assert.deepStrictEqual(encoding.encode('a\ud83db'), encoding.encode('a\ufffdb'));
  assert.deepStrictEqual(encoding.encode('\ud83d\udc4d'), encoding.encode('👍'));
});

test('as gpt-tokenizer', () => {
  assert.deepStrictEqual(toktally.encode('hello world'), [24912, 2375]);
  assert.strictEqual(toktally.decode([24912, 2375]), 'hello world');
  assert.strictEqual(toktally.countTokens('hello world'), 2);
  assert.strictEqual(toktally.isWithinTokenLimit('hello world', 2), 2);
  assert.strictEqual(toktally.isWithinTokenLimit('hello world', 1), false);
  assert.deepStrictEqual(toktally.cl100k_base.encode('hello world'), [15339, 1917]);
  assert.throws(() => toktally.countTokens('<|endoftext|>'), { code: 'ERR_FORBIDDEN_TOKEN' });
});

test('errors', () => {
  assert.throws(() => toktally.get_encoding('no_such'), { code: 'ERR_NOT_FOUND' });
  assert.throws(() => toktally.encoding_for_model('no-such-model'), { code: 'ERR_NOT_FOUND' });
  const encoding = toktally.get_encoding('o200k_base');
  for (const wrong of [undefined, null, 7, {}, [], new Uint16Array(2)]) {
    assert.throws(() => encoding.encode(wrong), TypeError);
    assert.throws(() => encoding.count(wrong), TypeError);
  }
  assert.throws(() => encoding.decode(Uint32Array.of(1e8)), { code: 'ERR_NOT_FOUND' });
  assert.throws(() => encoding.decode_single_token_bytes(1e8), RangeError);
  assert.throws(() => encoding.encode_single_token('hello world'), RangeError);
});

test('requests and money', () => {
  const request = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };
  const { prompt_tokens, certainty } = toktally.predict(request);
  assert.deepStrictEqual({ prompt_tokens, certainty }, { prompt_tokens: 8, certainty: 'exact' });
  assert.throws(() => toktally.predict('{'), { code: 'ERR_INVALID_ARG_VALUE' });
  const usage = { model: 'gpt-4o', usage: { prompt_tokens: 29, completion_tokens: 2, total_tokens: 31 } };
  assert.strictEqual(toktally.price(usage, { date: '2026-11-22' }).cost, '0.0000925');
  usage.model = 'nobody-knows-this';
  assert.strictEqual(toktally.price(usage, { date: '2026-11-22' }).cost, null);
  assert.throws(() => toktally.price({}), { code: 'ERR_INVALID_ARG_VALUE' });
});

test('nothing is kept', { skip: typeof gc !== 'function' && 'wants --expose-gc' }, () => {
  const encoding = toktally.get_encoding('o200k_base');
  const text = 'hello world '.repeat(50);
  for (let i = 0; i < 2e4; ++i) encoding.encode(text);
  gc();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 2e5; ++i) encoding.encode(text);
  gc();
  assert.ok(process.memoryUsage().rss - before < 64e6);
});
