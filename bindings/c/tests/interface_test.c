/* The C interface from C99: every function, well used and wrongly used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "toktally/toktally.h"

static int failures = 0;

#define EXPECT(condition)                                              \
  do {                                                                 \
    if (!(condition)) {                                                \
      fprintf(stderr, "line %d: not so: %s\n", __LINE__, #condition); \
      ++failures;                                                      \
    }                                                                  \
  } while (0)

static const toktally_encoding* Find(const char* name) {
  const toktally_encoding* encoding = NULL;
  EXPECT(toktally_find_encoding(name, strlen(name), &encoding, NULL) == TOKTALLY_OK);
  return encoding;
}

static void TestEncodings(void) {
  toktally_error error;
  const toktally_encoding* encoding = NULL;
  size_t i = 0;
  for (; toktally_encoding_name_at(i) != NULL; ++i) {
    encoding = Find(toktally_encoding_name_at(i));
    EXPECT(strcmp(toktally_encoding_name(encoding), toktally_encoding_name_at(i)) == 0);
    EXPECT(toktally_id_limit(encoding) > 50000);
    EXPECT(strlen(toktally_split_pattern(encoding)) > 10);
  }
  EXPECT(i >= 7);
  EXPECT(toktally_find_encoding("nope", 4, &encoding, &error) == TOKTALLY_NOT_FOUND);
  EXPECT(strstr(error.message, "nope") != NULL);
  EXPECT(toktally_encoding_for_model("gpt-4", 5, &encoding, &error) == TOKTALLY_OK);
  EXPECT(strcmp(toktally_encoding_name(encoding), "cl100k_base") == 0);
  EXPECT(toktally_encoding_for_model("claude-3", 8, &encoding, &error) == TOKTALLY_NOT_FOUND);
  EXPECT(toktally_find_encoding(NULL, 3, &encoding, &error) == TOKTALLY_INVALID_ARGUMENT);
  EXPECT(toktally_abi_version() == TOKTALLY_ABI_VERSION);
  EXPECT(strchr(toktally_version(), '.') != NULL);
}

static void TestTexts(void) {
  const toktally_encoding* o200k = Find("o200k_base");
  toktally_error error;
  uint64_t tokens = 99;
  uint32_t ids[16];
  size_t count = 0;
  EXPECT(toktally_count(o200k, "hello world", 11, NULL, &tokens, NULL) == TOKTALLY_OK);
  EXPECT(tokens == 2);
  EXPECT(toktally_count(o200k, NULL, 0, NULL, &tokens, NULL) == TOKTALLY_OK && tokens == 0);
  EXPECT(toktally_count(o200k, NULL, 1, NULL, &tokens, &error) == TOKTALLY_INVALID_ARGUMENT);
  EXPECT(toktally_count(NULL, "x", 1, NULL, &tokens, &error) == TOKTALLY_INVALID_ARGUMENT);
  size_t prefix = 0;
  EXPECT(toktally_count_prefix(o200k, "a b c d e f", 11, &tokens, &prefix, NULL) == TOKTALLY_OK);
  EXPECT(prefix > 0 && prefix < 11 && tokens == (prefix + 1) / 2);
  EXPECT(toktally_count_prefix(o200k, "a", 1, &tokens, NULL, NULL) == TOKTALLY_INVALID_ARGUMENT);
  EXPECT(toktally_count_up_to(o200k, "a b c d e f", 11, 3, &tokens, NULL) == TOKTALLY_OK);
  EXPECT(tokens == 4);
  EXPECT(toktally_encode(o200k, "hello world", 11, NULL, ids, 16, &count, NULL) == TOKTALLY_OK);
  EXPECT(count == 2 && ids[0] == 24912 && ids[1] == 2375);
  EXPECT(toktally_encode(o200k, "hello world", 11, NULL, NULL, 0, &count, &error) ==
         TOKTALLY_TOO_SMALL);
  EXPECT(count == 2);
  EXPECT(toktally_most_tokens(11) >= 11 && toktally_most_tokens(SIZE_MAX) == SIZE_MAX);

  toktally_span spans[4];
  EXPECT(toktally_encode_spans(o200k, "hello world", 11, NULL, spans, 4, &count, NULL) ==
         TOKTALLY_OK);
  EXPECT(count == 2 && spans[1].begin == 5 && spans[1].end == 11 && spans[1].id == 2375);

  char bytes[32];
  size_t size = 0;
  EXPECT(toktally_decode(o200k, ids, 2, bytes, sizeof bytes, &size, NULL) == TOKTALLY_OK);
  EXPECT(size == 11 && memcmp(bytes, "hello world", 11) == 0);
  ids[1] = 4000000000u;
  EXPECT(toktally_decode(o200k, ids, 2, bytes, sizeof bytes, &size, &error) == TOKTALLY_NOT_FOUND);

  const char* token = NULL;
  uint32_t id = 0;
  EXPECT(toktally_token_bytes(o200k, 2375, &token, &size) == TOKTALLY_OK);
  EXPECT(size == 6 && memcmp(token, " world", 6) == 0);
  EXPECT(toktally_token_bytes(o200k, 4000000000u, &token, &size) == TOKTALLY_NOT_FOUND);
  EXPECT(toktally_token_id(o200k, " world", 6, &id) == TOKTALLY_OK && id == 2375);

  const char* const texts[] = {"hello world", "", "x"};
  const size_t sizes[] = {11, 0, 1};
  uint64_t counts[3];
  EXPECT(toktally_count_batch(o200k, texts, sizes, 3, NULL, counts, NULL) == TOKTALLY_OK);
  EXPECT(counts[0] == 2 && counts[1] == 0 && counts[2] == 1);
}

static void TestSpecialTokens(void) {
  const toktally_encoding* o200k = Find("o200k_base");
  toktally_error error;
  toktally_text_options options;
  uint64_t tokens = 0;
  const char* name = NULL;
  size_t size = 0;
  uint32_t id = 0;
  EXPECT(toktally_special_token(o200k, 0, &name, &size, &id) == TOKTALLY_OK && size > 4);
  EXPECT(toktally_special_token(o200k, 99, &name, &size, &id) == TOKTALLY_NOT_FOUND);
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  EXPECT(toktally_count(o200k, "<|endoftext|>", 13, &options, &tokens, NULL) == TOKTALLY_OK);
  EXPECT(tokens == 7);
  options.flags = TOKTALLY_ALLOW_ALL;
  EXPECT(toktally_count(o200k, "<|endoftext|>", 13, &options, &tokens, NULL) == TOKTALLY_OK);
  EXPECT(tokens == 1);
  options.flags = TOKTALLY_DISALLOW_ALL;
  EXPECT(toktally_count(o200k, "<|endoftext|>", 13, &options, &tokens, &error) ==
         TOKTALLY_FORBIDDEN);
  EXPECT(strstr(error.message, "<|endoftext|>") != NULL);
  const char* const names[] = {"<|endoftext|>"};
  const size_t sizes[] = {13};
  const toktally_names allowed = {names, sizes, 1};
  options.allowed = &allowed;
  EXPECT(toktally_count(o200k, "<|endoftext|>", 13, &options, &tokens, NULL) == TOKTALLY_OK);
  EXPECT(tokens == 1);
  /* A caller of an older header knows fewer members; a newer one has flags that we do not know. */
  options.size = offsetof(toktally_text_options, allowed);
  EXPECT(toktally_count(o200k, "<|endoftext|>", 13, &options, &tokens, &error) ==
         TOKTALLY_FORBIDDEN);
  options.flags = 1u << 20;
  EXPECT(toktally_count(o200k, "x", 1, &options, &tokens, &error) == TOKTALLY_INVALID_ARGUMENT);
  options.size = 1;
  EXPECT(toktally_count(o200k, "x", 1, &options, &tokens, &error) == TOKTALLY_INVALID_ARGUMENT);
}

static void AddSize(void* context, const toktally_chunk* chunk) {
  *(uint64_t*)context += chunk->size;
}

static void TestParts(void) {
  const toktally_encoding* o200k = Find("o200k_base");
  toktally_error error;
  toktally_truncated kept;
  EXPECT(toktally_truncate(o200k, "one two three four", 18, 2, TOKTALLY_KEEP_START, NULL, 0, &kept,
                           NULL) == TOKTALLY_OK);
  EXPECT(kept.head == 7 && kept.tail == 18 && !kept.whole && kept.tokens == 2);
  EXPECT(toktally_truncate(o200k, "x", 1, 1, (toktally_keep)9, NULL, 0, &kept, &error) ==
         TOKTALLY_INVALID_ARGUMENT);
  EXPECT(toktally_truncate(o200k, "x y z", 5, 1, TOKTALLY_KEEP_END, "long long mark", 14, &kept,
                           &error) == TOKTALLY_INVALID_ARGUMENT);
  uint64_t all = 0;
  EXPECT(toktally_chunks(o200k, "a b c d e f", 11, 2, 0, TOKTALLY_AT_TOKEN, AddSize, &all, NULL) ==
         TOKTALLY_OK);
  EXPECT(all == 11);
  EXPECT(toktally_chunks(o200k, "a", 1, 2, 2, TOKTALLY_AT_TOKEN, AddSize, &all, &error) ==
         TOKTALLY_INVALID_ARGUMENT);
  toktally_stream* stream = NULL;
  uint64_t tokens = 0;
  EXPECT(toktally_stream_new(o200k, &stream, NULL) == TOKTALLY_OK);
  EXPECT(toktally_stream_add(stream, "hel", 3, NULL) == TOKTALLY_OK);
  EXPECT(toktally_stream_add(stream, "lo world", 8, NULL) == TOKTALLY_OK);
  EXPECT(toktally_stream_finish(stream, &tokens, NULL) == TOKTALLY_OK && tokens == 2);
  toktally_stream_free(stream);
  toktally_stream_free(NULL);
}

static void TestDocuments(void) {
  static const char kRequest[] =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  static const char kUsage[] =
      "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":29,\"completion_tokens\":2,"
      "\"total_tokens\":31}}";
  toktally_error error;
  char json[4096];
  size_t size = 0;
  EXPECT(toktally_predict(kRequest, strlen(kRequest), NULL, 0, json, sizeof json - 1, &size,
                          NULL) == TOKTALLY_OK);
  json[size] = '\0';
  EXPECT(strstr(json, "\"prompt_tokens\":8,") != NULL);
  EXPECT(toktally_predict(kRequest, strlen(kRequest), NULL, 0, NULL, 0, &size, &error) ==
         TOKTALLY_TOO_SMALL);
  EXPECT(size > 100);
  EXPECT(toktally_predict("{", 1, NULL, 0, json, sizeof json, &size, &error) ==
         TOKTALLY_INVALID_ARGUMENT);
  EXPECT(toktally_price_usage(kUsage, strlen(kUsage), NULL, 0, "2026-11-22", json, sizeof json - 1,
                              &size, NULL) == TOKTALLY_OK);
  json[size] = '\0';
  EXPECT(strstr(json, "\"cost\":\"0.0000925\"") != NULL);
  EXPECT(toktally_price_usage(kUsage, strlen(kUsage), NULL, 0, "22.11.2026", json, sizeof json,
                              &size, &error) == TOKTALLY_INVALID_ARGUMENT);
  EXPECT(toktally_price_usage("{}", 2, NULL, 0, "2026-11-22", json, sizeof json, &size, &error) ==
         TOKTALLY_INVALID_ARGUMENT);
  EXPECT(toktally_load_encoding(NULL, 0, "x", 1, &(toktally_encoding*){NULL}, &error) ==
         TOKTALLY_INVALID_ARGUMENT);
  toktally_free_encoding(NULL);
}

int main(void) {
  TestEncodings();
  TestTexts();
  TestSpecialTokens();
  TestParts();
  TestDocuments();
  if (failures == 0) puts("the C interface holds");
  return failures == 0 ? 0 : 1;
}
