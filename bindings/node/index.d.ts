export type SpecialTokens = 'all' | Iterable<string>;

export class Tiktoken {
  private constructor();
  readonly name: string;
  readonly n_vocab: number;
  readonly special_tokens: Readonly<Record<string, number>>;
  encode(text: string | Uint8Array, allowed_special?: SpecialTokens, disallowed_special?: SpecialTokens): Uint32Array;
  encode_ordinary(text: string | Uint8Array): Uint32Array;
  encode_bytes(bytes: Uint8Array): Uint32Array;
  count(text: string | Uint8Array, allowed_special?: SpecialTokens, disallowed_special?: SpecialTokens): number;
  decode(ids: Uint32Array | Iterable<number>): Buffer;
  decode_text(ids: Uint32Array | Iterable<number>): string;
  decode_single_token_bytes(id: number): Buffer;
  encode_single_token(text: string | Uint8Array): number;
  token_byte_values(): Buffer[];
  free(): void;
}

export function get_encoding(name: string): Tiktoken;
export function encoding_for_model(model: string): Tiktoken;
export function get_encoding_name_for_model(model: string): string;
export function load_encoding(file: string): Tiktoken;
export function list_encoding_names(): string[];

export interface EncodeOptions {
  allowedSpecial?: SpecialTokens;
  disallowedSpecial?: SpecialTokens;
}
export interface EncodingFunctions {
  encode(text: string, options?: EncodeOptions): number[];
  decode(ids: Iterable<number>): string;
  countTokens(text: string, options?: EncodeOptions): number;
  isWithinTokenLimit(text: string, limit: number, options?: EncodeOptions): number | false;
}
export const encode: EncodingFunctions['encode'];
export const decode: EncodingFunctions['decode'];
export const countTokens: EncodingFunctions['countTokens'];
export const isWithinTokenLimit: EncodingFunctions['isWithinTokenLimit'];
export const cl100k_base: EncodingFunctions;
export const o200k_base: EncodingFunctions;

export type Certainty = 'exact' | 'reconstructed' | 'modelled' | 'estimate' | 'assumed' | 'unknown';
export interface Prediction {
  model: string;
  encoding: string;
  /** null where a part cannot be counted; then at_least is what can. */
  prompt_tokens: number | null;
  at_least: number;
  certainty: Certainty;
  bound: number | null;
  parts: Array<{ part: string; tokens: number; certainty: Certainty; bound: number | null }>;
  unknown: string[];
  assumed: string[];
  notes: string[];
}
export function predict(request: object | string, model?: string): Prediction;

export interface Price {
  calls: number;
  input_tokens: number;
  output_tokens: number;
  /** USD as an exact decimal; null where anything is not known. */
  cost: string | null;
  at_least: string;
  unpriced_calls: number;
  models: Array<{ model: string; calls: number; cost: string | null; at_least: string }>;
  why_unpriced: string[];
  not_billed: Array<{ path: string; quantity: number; calls: number; why: string }>;
  doubts: string[];
}
export function price(usage: object | string, options?: { model?: string; date?: string }): Price;
