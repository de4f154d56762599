'use strict';
// Counts LLM tokens exactly and says what they cost. The main calls of npm `tiktoken` and `gpt-tokenizer` are
// here under their names; see README.md.
const fs = require('node:fs');
const path = require('node:path');

// From the package, or from the build tree that this file lies beside.
function loadNative() {
  const places = [
    process.env.TOKTALLY_NODE_BINARY,
    path.join(__dirname, 'prebuilds', `${process.platform}-${process.arch}`, 'toktally.node'),
    path.join(__dirname, 'toktally.node'),
  ];
  const found = places.find((place) => place && fs.existsSync(place));
  if (!found) throw new Error(`toktally: no binary for ${process.platform}-${process.arch}`);
  return require(found);
}

const native = loadNative();
const LOSSLESS = 1;
const ALLOW_ALL = 2;
const DISALLOW_ALL = 4;
const NAMES = ['cl100k_base', 'o200k_base', 'o200k_harmony', 'p50k_base', 'p50k_edit', 'r50k_base', 'gpt2'];

const list = (names) => (names == null || names === 'all' ? undefined : Array.from(names));

// tiktoken's policy: what is in `disallowed` may not stand in the text.
function policy(allowed, disallowed) {
  const flags = (allowed === 'all' ? ALLOW_ALL : 0) | (disallowed === 'all' ? DISALLOW_ALL : 0);
  return [flags, list(allowed), list(disallowed)];
}

class Tiktoken {
  #native;

  constructor(handle) {
    this.#native = handle;
    const { name, limit, specials } = native.describe(handle);
    this.name = name;
    this.n_vocab = limit;
    this.special_tokens = specials;
  }

  // The ids of a text; a special token's name in it is an error unless it is allowed, or `disallowed` is [].
  encode(text, allowed_special = [], disallowed_special = 'all') {
    return native.encode(this.#native, text, ...policy(allowed_special, disallowed_special));
  }

  encode_ordinary(text) {
    return native.encode(this.#native, text);
  }

  // Bytes that need not be UTF-8, taken as they are.
  encode_bytes(bytes) {
    return native.encode(this.#native, bytes, LOSSLESS);
  }

  // How many tokens; makes none. Names of special tokens are ordinary text unless allowed.
  count(text, allowed_special, disallowed_special) {
    if (allowed_special === undefined && disallowed_special === undefined) return native.count(this.#native, text);
    return native.count(this.#native, text, ...policy(allowed_special, disallowed_special));
  }

  // The bytes of the tokens.
  decode(ids) {
    return native.decode(this.#native, ids instanceof Uint32Array ? ids : Uint32Array.from(ids));
  }

  decode_text(ids) {
    return this.decode(ids).toString('utf8');
  }

  decode_single_token_bytes(id) {
    const bytes = native.tokenBytes(this.#native, id);
    if (bytes === undefined) throw new RangeError(`${id} is no token of ${this.name}`);
    return bytes;
  }

  encode_single_token(text) {
    const id = native.tokenId(this.#native, text);
    if (id === undefined) throw new RangeError(`the text is no single token of ${this.name}`);
    return id;
  }

  token_byte_values() {
    const values = [];
    const specials = new Set(Object.values(this.special_tokens));
    for (let id = 0; id < this.n_vocab; ++id) {
      const bytes = specials.has(id) ? undefined : native.tokenBytes(this.#native, id);
      if (bytes !== undefined) values.push(bytes);
    }
    return values;
  }

  // Nothing needs to be freed; npm `tiktoken` asks for it.
  free() {}
}

const encodings = new Map();

function get_encoding(name) {
  let encoding = encodings.get(name);
  if (encoding === undefined) {
    encoding = new Tiktoken(native.find(name));
    encodings.set(name, encoding);
  }
  return encoding;
}

function encoding_for_model(model) {
  const { name } = native.describe(native.forModel(model));
  return get_encoding(name);
}

function get_encoding_name_for_model(model) {
  return native.describe(native.forModel(model)).name;
}

// The tokenizer of an open model: a tokenizer.json (byte-level BPE) or a tekken.json.
function load_encoding(file) {
  return new Tiktoken(native.load(fs.readFileSync(file), path.basename(file)));
}

// ---- as gpt-tokenizer: one encoding, plain functions ------------------------------------------------------

function functionsOf(name) {
  const encoding = () => get_encoding(name);
  const sets = ({ allowedSpecial = [], disallowedSpecial = 'all' } = {}) => [allowedSpecial, disallowedSpecial];
  const encode = (text, options) => Array.from(encoding().encode(text, ...sets(options)));
  const countTokens = (text, options) => encoding().count(text, ...sets(options));
  return {
    encode,
    countTokens,
    decode: (ids) => encoding().decode_text(ids),
    // The count if it is at most `limit`, else false.
    isWithinTokenLimit: (text, limit, options) => {
      const count = countTokens(text, options);
      return count <= limit && count;
    },
  };
}

// ---- requests and money -----------------------------------------------------------------------------------

const asJson = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

// What a request will be billed: {prompt_tokens, certainty, bound, parts …}.
function predict(request, model = '') {
  return JSON.parse(native.document(asJson(request), model));
}

// What recorded responses, usage objects or log lines cost: {cost, at_least, models …}. `cost` is a decimal
// string of USD, null where anything is not known.
function price(usage, { model = '', date = new Date().toISOString().slice(0, 10) } = {}) {
  return JSON.parse(native.document(asJson(usage), model, date));
}

module.exports = {
  Tiktoken,
  get_encoding,
  encoding_for_model,
  get_encoding_name_for_model,
  load_encoding,
  list_encoding_names: () => [...NAMES],
  predict,
  price,
  ...functionsOf('o200k_base'),
  cl100k_base: functionsOf('cl100k_base'),
  o200k_base: functionsOf('o200k_base'),
};
