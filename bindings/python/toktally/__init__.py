"""Counts LLM tokens exactly and says what they cost.

The names of tiktoken are here with its behaviour, so that ``import toktally as tiktoken`` is enough;
beside them ``count``, ``truncate``, ``chunks``, ``predict`` and ``price``. Texts are read without the GIL.
"""

from __future__ import annotations

import datetime
import json as _json
from concurrent.futures import ThreadPoolExecutor as _ThreadPoolExecutor
from typing import NamedTuple

from . import _toktally
from ._toktally import ForbiddenTokenError

__version__ = _toktally.version
__all__ = [
    "Chunk",
    "Encoding",
    "ForbiddenTokenError",
    "count",
    "encoding_for_model",
    "encoding_name_for_model",
    "get_encoding",
    "list_encoding_names",
    "load_encoding",
    "predict",
    "price",
]

_LOSSLESS, _ALLOW_ALL, _DISALLOW_ALL = 1, 2, 4
_KEEP = {"start": 0, "end": 1, "both": 2}
_AT = {"token": 0, "sentence": 1, "line": 2, "paragraph": 3, "markdown": 4, "code": 5}


class Chunk(NamedTuple):
    """A part of a text: its bytes [begin, end), its lines counted from 1, its tokens."""

    text: str
    begin: int
    end: int
    first_line: int
    last_line: int
    tokens: int


def _repaired(text: str) -> str:
    """Lone surrogates as tiktoken reads them: pairs joined, others replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Encoding:
    """An encoding, with the methods of tiktoken.Encoding."""

    def __init__(self, native: _toktally.Encoding, file: bytes | None = None):
        self._native = native
        self._file = file
        self.name: str = native.name
        self._special_tokens: dict[str, int] = native.special_tokens()

    # -- one text --------------------------------------------------------------------------------

    def count(self, text: str, *, allowed_special=frozenset(), disallowed_special=()) -> int:
        """How many tokens; makes none. Names of special tokens are ordinary text by default."""
        arguments = self._policy(allowed_special, disallowed_special)
        try:
            return self._native.count(text, *arguments)
        except UnicodeEncodeError:
            return self._native.count(_repaired(text), *arguments)

    def encode_ordinary(self, text: str) -> list[int]:
        try:
            return self._native.encode(text)
        except UnicodeEncodeError:
            return self._native.encode(_repaired(text))

    def encode(self, text: str, *, allowed_special=frozenset(), disallowed_special="all") -> list[int]:
        return self._encode(self._native.encode, text, allowed_special, disallowed_special)

    def encode_to_numpy(self, text: str, *, allowed_special=frozenset(), disallowed_special="all"):
        import numpy

        ids = self._encode(self._native.encode_to_bytes, text, allowed_special, disallowed_special)
        return numpy.frombuffer(ids, dtype=numpy.uint32)

    def encode_with_offsets(self, text: str, *, allowed_special=frozenset(), disallowed_special="all"):
        """(id, begin, end) of each token, in bytes of the text's UTF-8."""
        return self._encode(self._native.encode_spans, text, allowed_special, disallowed_special)

    def encode_single_token(self, text_or_bytes: str | bytes) -> int:
        return self._native.token_id(text_or_bytes)

    def truncate(self, text: str, tokens: int, *, keep: str = "start", mark: str = "") -> str:
        """As much of the text as is at most so many tokens, the mark among them."""
        head, tail, whole, _ = self._native.truncate(text, tokens, _KEEP[keep], mark)
        if whole:
            return text
        data = text.encode()
        return data[:head].decode() + mark + data[tail:].decode()

    def chunks(self, text: str, tokens: int, *, overlap: int = 0, at: str = "token") -> list[Chunk]:
        """The text in chunks of at most so many tokens."""
        data = text.encode()
        return [
            Chunk(data[begin:end].decode(), begin, end, first, last, count)
            for begin, end, first, last, count in self._native.chunks(data, tokens, overlap, _AT[at])
        ]

    # -- many texts ------------------------------------------------------------------------------

    def encode_ordinary_batch(self, text: list[str], *, num_threads: int = 8) -> list[list[int]]:
        return _side_by_side(self.encode_ordinary, text, num_threads)

    def encode_batch(
        self, text: list[str], *, num_threads: int = 8, allowed_special=frozenset(), disallowed_special="all"
    ) -> list[list[int]]:
        def one(each: str) -> list[int]:
            return self.encode(each, allowed_special=allowed_special, disallowed_special=disallowed_special)

        return _side_by_side(one, text, num_threads)

    def count_batch(self, text: list[str], *, num_threads: int = 8) -> list[int]:
        return _side_by_side(self.count, text, num_threads)

    # -- back ------------------------------------------------------------------------------------

    def decode_bytes(self, tokens) -> bytes:
        return self._native.decode(tokens)

    def decode(self, tokens, errors: str = "replace") -> str:
        return self._native.decode(tokens).decode("utf-8", errors=errors)

    def decode_single_token_bytes(self, token: int) -> bytes:
        return self._native.token_bytes(token)

    def decode_tokens_bytes(self, tokens) -> list[bytes]:
        return [self._native.token_bytes(token) for token in tokens]

    def decode_with_offsets(self, tokens) -> tuple[str, list[int]]:
        """The text, and the character that each token begins in."""
        parts = self.decode_tokens_bytes(tokens)
        offsets, characters = [], 0
        for part in parts:
            inside = 0x80 <= part[0] < 0xC0 if part else False
            offsets.append(max(0, characters - inside))
            characters += sum(1 for byte in part if not 0x80 <= byte < 0xC0)
        return b"".join(parts).decode("utf-8", errors="strict"), offsets

    def decode_batch(self, batch, *, errors: str = "replace", num_threads: int = 8) -> list[str]:
        return _side_by_side(lambda tokens: self.decode(tokens, errors), batch, num_threads)

    def decode_bytes_batch(self, batch, *, num_threads: int = 8) -> list[bytes]:
        return _side_by_side(self.decode_bytes, batch, num_threads)

    # -- what it is ------------------------------------------------------------------------------

    def token_byte_values(self) -> list[bytes]:
        specials = set(self._special_tokens.values())
        values = []
        for token in range(self._native.id_limit):
            if token in specials:
                continue
            try:
                values.append(self._native.token_bytes(token))
            except KeyError:
                pass
        return sorted(values)

    @property
    def eot_token(self) -> int:
        return self._special_tokens["<|endoftext|>"]

    @property
    def special_tokens_set(self) -> set[str]:
        return set(self._special_tokens)

    def is_special_token(self, token: int) -> bool:
        return token in self._special_tokens.values()

    @property
    def max_token_value(self) -> int:
        return self._native.id_limit - 1

    @property
    def n_vocab(self) -> int:
        return self._native.id_limit

    def __repr__(self) -> str:
        return f"<Encoding {self.name!r}>"

    def __reduce__(self):
        if self._file is not None:
            return _load, (self._file, self.name)
        return get_encoding, (self.name,)

    # -- within ----------------------------------------------------------------------------------

    def _encode_bytes(self, data: bytes) -> list[int]:
        return self._native.encode(data, _LOSSLESS)

    def _policy(self, allowed, disallowed):
        flags = 0
        if allowed == "all":
            flags |= _ALLOW_ALL
        if disallowed == "all":
            flags |= _DISALLOW_ALL  # every one that is not allowed
        return (
            flags,
            None if flags & _ALLOW_ALL or not allowed else tuple(allowed),
            None if flags & _DISALLOW_ALL or not disallowed else tuple(disallowed),
        )

    def _encode(self, native, text: str, allowed, disallowed):
        arguments = self._policy(allowed, disallowed)
        try:
            return native(text, *arguments)
        except UnicodeEncodeError:
            return native(_repaired(text), *arguments)
        except ForbiddenTokenError as error:
            raise ForbiddenTokenError(
                f"Encountered text corresponding to disallowed special token: {error}.\n"
                "Pass `allowed_special` with its name, or `disallowed_special=()` to take it as text."
            ) from None


def _side_by_side(work, items, threads: int) -> list:
    """On several threads where that pays: texts of a few bytes are done before a thread has begun."""
    items = list(items)
    if threads < 2 or len(items) < 2 or sum(map(len, items)) < 1 << 16:
        return [work(item) for item in items]
    size = -(-len(items) // (threads * 4))
    parts = [items[i : i + size] for i in range(0, len(items), size)]
    with _ThreadPoolExecutor(threads) as pool:
        return [result for part in pool.map(lambda part: [work(item) for item in part], parts) for result in part]


_encodings: dict[str, Encoding] = {}


def get_encoding(encoding_name: str) -> Encoding:
    if not isinstance(encoding_name, str):
        raise ValueError(f"Expected a string in get_encoding, got {type(encoding_name)}")
    known = _encodings.get(encoding_name)
    if known is None:
        try:
            known = _encodings[encoding_name] = Encoding(_toktally.find(encoding_name))
        except KeyError:
            names = ", ".join(list_encoding_names())
            raise ValueError(f"Unknown encoding {encoding_name}; there are {names}") from None
    return known


def encoding_for_model(model_name: str) -> Encoding:
    return get_encoding(encoding_name_for_model(model_name))


def encoding_name_for_model(model_name: str) -> str:
    return _toktally.for_model(model_name).name


def list_encoding_names() -> list[str]:
    return _toktally.names()


def _load(file: bytes, name: str) -> Encoding:
    return Encoding(_toktally.load(file, name), file)


def load_encoding(path) -> Encoding:
    """The tokenizer of an open model: a tokenizer.json (byte-level BPE) or a tekken.json."""
    with open(path, "rb") as file:
        return _load(file.read(), str(path).rsplit("/", 1)[-1])


def count(text: str, model: str = "gpt-4o") -> int:
    """The tokens of a text as this model has them. KeyError where its tokenizer is not public."""
    return encoding_for_model(model).count(text)


def predict(request, model: str = "") -> dict:
    """What a request (a dict, or its JSON) will be billed: prompt_tokens, certainty, bound, parts …

    ``model`` is for requests that name none.
    """
    text = request if isinstance(request, str) else _json.dumps(request)
    return _json.loads(_toktally.predict(text, model))


def price(usage, model: str = "", date: str | datetime.date | None = None) -> dict:
    """What recorded responses, usage objects or log lines cost: cost, at_least, models …

    ``cost`` is a decimal string of USD, None where anything is not known. ``date`` is the day whose rates are
    taken where a record has none; the default is today.
    """
    text = usage if isinstance(usage, str) else _json.dumps(usage)
    day = str(date or datetime.datetime.now(datetime.timezone.utc).date())
    return _json.loads(_toktally.price_usage(text, model, day))
