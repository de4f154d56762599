"""The package against recorded results of tiktoken, and common code for tiktoken unchanged but for the import."""

import gc
import json
import os
import pickle
import re
import sys
import threading
import unittest

import toktally as tiktoken


def unescaped(text):
    """The bytes of an input as that file writes them: printable ASCII, and escapes of two kinds."""
    return re.sub(
        rb"\\(\\|x[0-9a-fA-F]{2})",
        lambda match: b"\\" if match[1] == b"\\" else bytes([int(match[1][1:], 16)]),
        text.encode(),
    )


class Vectors(unittest.TestCase):
    def test_recorded_texts(self):
        checked = 0
        path = os.path.join(os.environ["TOKTALLY_TEST_DATA"], "bpe", "traps.jsonl")
        with open(path, encoding="utf-8") as file:
            for line in file:
                case = json.loads(line)
                if case.get("mode") != "ordinary" or "ids" not in case or "input" not in case:
                    continue
                data = unescaped(case["input"])
                encoding = tiktoken.get_encoding(case["encoding"])
                self.assertEqual(encoding.encode_ordinary(data.decode()), case["ids"], case["id"])
                self.assertEqual(encoding.decode_bytes(case["ids"]), data)
                checked += 1
        self.assertGreater(checked, 500)

    def test_every_encoding_comes_back(self):
        text = "Hello, 세계! 中文 🙂‍↔️ \t\n  don't 12345\r\n"
        for name in tiktoken.list_encoding_names():
            encoding = tiktoken.get_encoding(name)
            ids = encoding.encode_ordinary(text)
            self.assertEqual(encoding.decode(ids), text)
            self.assertEqual(encoding.count(text), len(ids))
            self.assertEqual(b"".join(encoding.decode_tokens_bytes(ids)), text.encode())


class AsTiktoken(unittest.TestCase):
    def setUp(self):
        self.encoding = tiktoken.get_encoding("cl100k_base")

    def test_simple(self):
        self.assertEqual(self.encoding.encode("hello world"), [15339, 1917])
        self.assertEqual(self.encoding.decode([15339, 1917]), "hello world")
        self.assertEqual(self.encoding.encode("hello <|endoftext|>", allowed_special="all"), [15339, 220, 100257])
        self.assertEqual(repr(self.encoding), "<Encoding 'cl100k_base'>")
        self.assertEqual(self.encoding.n_vocab, 100277)
        self.assertEqual(self.encoding.max_token_value, 100276)
        self.assertEqual(self.encoding.eot_token, 100257)

    def test_special_tokens(self):
        text = "<|endoftext|> hello <|fim_prefix|>"
        eot = self.encoding.encode_single_token("<|endoftext|>")
        prefix = self.encoding.encode_single_token("<|fim_prefix|>")
        with self.assertRaises(ValueError):
            self.encoding.encode(text)
        with self.assertRaises(ValueError):
            self.encoding.encode(text, disallowed_special={"<|endoftext|>"})
        with self.assertRaises(ValueError):
            self.encoding.encode(text, allowed_special={"<|endoftext|>"})
        ids = self.encoding.encode(text, disallowed_special=())
        self.assertNotIn(eot, ids)
        ids = self.encoding.encode(text, allowed_special="all", disallowed_special=())
        self.assertIn(eot, ids)
        self.assertIn(prefix, ids)
        ids = self.encoding.encode(text, allowed_special={"<|fim_prefix|>"}, disallowed_special=())
        self.assertNotIn(eot, ids)
        self.assertIn(prefix, ids)
        self.assertTrue(self.encoding.is_special_token(eot))
        self.assertEqual(self.encoding.special_tokens_set, set(self.encoding._special_tokens))

    def test_surrogates(self):
        self.assertEqual(self.encoding.encode("\ud83d\udc4d"), self.encoding.encode("👍"))
        self.assertEqual(self.encoding.encode("\ud83d"), self.encoding.encode("\ufffd"))
        self.assertEqual(self.encoding.count("\ud83d"), len(self.encoding.encode("\ufffd")))

    def test_errors_are_of_the_same_kind(self):
        with self.assertRaises(ValueError):
            tiktoken.get_encoding("no_such")
        with self.assertRaises(ValueError):
            tiktoken.get_encoding(7)
        with self.assertRaises(KeyError):
            tiktoken.encoding_for_model("no-such-model")
        with self.assertRaises(KeyError):
            self.encoding.decode_single_token_bytes(10**8)
        with self.assertRaises(KeyError):
            self.encoding.encode_single_token("hello world, many tokens")
        with self.assertRaises(KeyError):
            self.encoding.decode([10**8])
        with self.assertRaises(OverflowError):
            self.encoding.decode([-1])
        with self.assertRaises(TypeError):
            self.encoding.encode(7)

    def test_models(self):
        self.assertEqual(tiktoken.encoding_for_model("gpt-4").name, "cl100k_base")
        self.assertEqual(tiktoken.encoding_for_model("gpt-4o-mini").name, "o200k_base")
        self.assertEqual(tiktoken.encoding_name_for_model("gpt-3.5-turbo"), "cl100k_base")

    def test_batches(self):
        texts = ["hello world", "goodbye world", "", "안녕"] * 5000
        for threads in (1, 4):
            self.assertEqual(
                self.encoding.encode_batch(texts, num_threads=threads), [self.encoding.encode(t) for t in texts]
            )
        self.assertEqual(self.encoding.encode_ordinary_batch(texts[:3]), [[15339, 1917], [19045, 29474, 1917], []])
        self.assertEqual(self.encoding.decode_batch([[15339], [1917]]), ["hello", " world"])
        with self.assertRaises(ValueError):
            self.encoding.encode_batch(["<|endoftext|>"])

    def test_offsets(self):
        self.assertEqual(self.encoding.decode_with_offsets([15339, 1917]), ("hello world", [0, 5]))
        # A character of several tokens: each of them begins in it.
        text = "a🙂b"
        ids = self.encoding.encode(text)
        decoded, offsets = self.encoding.decode_with_offsets(ids)
        self.assertEqual(decoded, text)
        self.assertEqual(offsets, [0] + [1] * (len(ids) - 2) + [2])
        spans = self.encoding.encode_with_offsets("hello 世界")
        self.assertEqual(spans[0], (15339, 0, 5))

    def test_pickling(self):
        copy = pickle.loads(pickle.dumps(self.encoding))
        self.assertEqual(copy.encode("hello world"), [15339, 1917])

    def test_bytes(self):
        self.assertEqual(self.encoding._encode_bytes(b" \xec\x8b\xa4\xed"), [62085])
        self.assertEqual(self.encoding.decode_bytes([62085]), b" \xec\x8b\xa4\xed")
        self.assertEqual(len(self.encoding.token_byte_values()), 100256)

    def test_numpy(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("no numpy here")
        ids = self.encoding.encode_to_numpy("hello world")
        self.assertEqual(ids.dtype, numpy.uint32)
        self.assertEqual(list(ids), [15339, 1917])

    def test_threads_share_an_encoding(self):
        wrong = []

        def work():
            for _ in range(2000):
                if self.encoding.encode("hello world") != [15339, 1917]:
                    wrong.append(1)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertFalse(wrong)

    def test_nothing_is_kept(self):
        self.encoding.encode("hello world " * 50)
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(20000):
            self.encoding.encode("hello world " * 50)
            self.encoding.count("hello")
            self.encoding.decode([15339, 1917])
        gc.collect()
        self.assertLess(sys.getallocatedblocks() - before, 200)


class Beside(unittest.TestCase):
    def test_truncate_and_chunks(self):
        encoding = tiktoken.get_encoding("o200k_base")
        self.assertEqual(encoding.truncate("one two three four", 2), "one two")
        self.assertEqual(encoding.truncate("one two three four", 2, keep="end"), " three four")
        self.assertEqual(encoding.truncate("one", 2), "one")
        chunks = encoding.chunks("한국어 문장입니다. 다음 문장.\n끝", 4)
        self.assertEqual("".join(chunk.text for chunk in chunks), "한국어 문장입니다. 다음 문장.\n끝")
        with self.assertRaises(ValueError):
            encoding.chunks("x", 2, overlap=2)

    def test_predict(self):
        request = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
        prediction = tiktoken.predict(request)
        self.assertEqual((prediction["prompt_tokens"], prediction["certainty"]), (8, "exact"))
        del request["model"]
        self.assertEqual(tiktoken.predict(request, "gpt-4o")["prompt_tokens"], 8)
        with self.assertRaises(ValueError):
            tiktoken.predict(request)
        with self.assertRaises(ValueError):
            tiktoken.predict("{")

    def test_price(self):
        usage = {"model": "gpt-4o", "usage": {"prompt_tokens": 29, "completion_tokens": 2, "total_tokens": 31}}
        self.assertEqual(tiktoken.price(usage, date="2026-11-22")["cost"], "0.0000925")
        lines = json.dumps(usage) + "\n" + json.dumps(usage)
        self.assertEqual(tiktoken.price(lines, date="2026-11-22")["cost"], "0.000185")
        usage["model"] = "nobody-knows-this"
        unknown = tiktoken.price(usage, date="2026-11-22")
        self.assertIsNone(unknown["cost"])
        self.assertTrue(unknown["why_unpriced"])
        for wrong in ("{}", "[]", "not json"):
            with self.assertRaises(ValueError):
                tiktoken.price(wrong, date="2026-11-22")
        with self.assertRaises(ValueError):
            tiktoken.price(usage, date="yesterday")


if __name__ == "__main__":
    unittest.main()
