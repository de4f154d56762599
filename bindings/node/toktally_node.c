/* The native half of the Node package: toktally.h over N-API (version 8, Node 16 and later).
 *
 * Texts are strings (read as UTF-8, lone surrogates as U+FFFD) or Uint8Arrays. Everything that is only
 * convenient is in index.js. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

#include "toktally/toktally.h"

#define CHECK(call)                                                   \
  do {                                                                \
    if ((call) != napi_ok) {                                          \
      bool pending = false;                                           \
      napi_is_exception_pending(env, &pending);                       \
      if (!pending) napi_throw_error(env, NULL, "toktally: " #call); \
      goto done;                                                      \
    }                                                                 \
  } while (0)

static void Throw(napi_env env, toktally_status status, const toktally_error* error) {
  static const char* const kCodes[] = {"ERR_OK",        "ERR_INVALID_ARG_VALUE", "ERR_NOT_FOUND",
                                       "ERR_TOO_SMALL", "ERR_FORBIDDEN_TOKEN",   "ERR_NO_MEMORY",
                                       "ERR_INTERNAL"};
  napi_throw_error(env, kCodes[status <= TOKTALLY_INTERNAL ? status : TOKTALLY_INTERNAL],
                   error->message);
}

/* The bytes of a string or of a Uint8Array; short strings in memory of the caller's. */
typedef struct {
  const char* data;
  size_t size;
  char* made;
  char small[512];
} Text;

static int GetText(napi_env env, napi_value value, Text* text) {
  text->made = NULL;
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return -1;
  if (type == napi_string) {
    /* What fits is read in one go; a full buffer may have cut something off. */
    if (napi_get_value_string_utf8(env, value, text->small, sizeof text->small, &text->size) !=
        napi_ok) {
      return -1;
    }
    text->data = text->small;
    if (text->size + 4 < sizeof text->small) return 0;
    size_t size = 0;
    if (napi_get_value_string_utf8(env, value, NULL, 0, &size) != napi_ok) return -1;
    text->made = malloc(size + 1);
    if (text->made == NULL) {
      napi_throw_error(env, "ERR_NO_MEMORY", "out of memory");
      return -1;
    }
    text->data = text->made;
    return napi_get_value_string_utf8(env, value, text->made, size + 1, &text->size) == napi_ok
               ? 0
               : -1;
  }
  bool is_typed = false;
  if (napi_is_typedarray(env, value, &is_typed) == napi_ok && is_typed) {
    napi_typedarray_type kind;
    void* data;
    if (napi_get_typedarray_info(env, value, &kind, &text->size, &data, NULL, NULL) == napi_ok &&
        kind == napi_uint8_array) {
      text->data = data;
      return 0;
    }
  }
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "a text is a string or a Uint8Array");
  return -1;
}

static void FreeText(Text* text) { free(text->made); }

/* An array of strings as names; undefined or null is none. */
typedef struct {
  toktally_names names;
  char** list;
  size_t* sizes;
} Names;

static void FreeNames(Names* names) {
  for (size_t i = 0; names->list != NULL && i < names->names.count; ++i) free(names->list[i]);
  free(names->list);
  free(names->sizes);
}

static int GetNames(napi_env env, napi_value value, Names* names) {
  memset(names, 0, sizeof *names);
  bool is_array = false;
  if (napi_is_array(env, value, &is_array) != napi_ok || !is_array) return 0;
  uint32_t count = 0;
  if (napi_get_array_length(env, value, &count) != napi_ok) return -1;
  names->list = calloc(count + 1u, sizeof *names->list);
  names->sizes = calloc(count + 1u, sizeof *names->sizes);
  names->names.count = count;
  names->names.names = (const char* const*)names->list;
  names->names.sizes = names->sizes;
  if (names->list == NULL || names->sizes == NULL) return -1;
  for (uint32_t i = 0; i < count; ++i) {
    napi_value name;
    size_t size = 0;
    if (napi_get_element(env, value, i, &name) != napi_ok ||
        napi_get_value_string_utf8(env, name, NULL, 0, &size) != napi_ok) {
      napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "names of special tokens are strings");
      return -1;
    }
    names->list[i] = malloc(size + 1);
    if (names->list[i] == NULL) return -1;
    napi_get_value_string_utf8(env, name, names->list[i], size + 1, &names->sizes[i]);
  }
  return 0;
}

typedef struct {
  toktally_text_options options;
  Names allowed;
  Names disallowed;
} Options;

static int GetOptions(napi_env env, size_t count, napi_value* arguments, Options* options) {
  memset(options, 0, sizeof *options);
  options->options.size = sizeof options->options;
  if (count > 0 && napi_get_value_uint32(env, arguments[0], &options->options.flags) != napi_ok) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "flags is a number");
    return -1;
  }
  if (count > 1 && GetNames(env, arguments[1], &options->allowed) != 0) return -1;
  if (count > 2 && GetNames(env, arguments[2], &options->disallowed) != 0) return -1;
  if (options->allowed.list != NULL) options->options.allowed = &options->allowed.names;
  if (options->disallowed.list != NULL) options->options.disallowed = &options->disallowed.names;
  return 0;
}

static void FreeOptions(Options* options) {
  FreeNames(&options->allowed);
  FreeNames(&options->disallowed);
}

/* The first argument of every function about an encoding is an external that holds it. */
static int GetEncoding(napi_env env, napi_value value, const toktally_encoding** encoding) {
  void* data = NULL;
  if (napi_get_value_external(env, value, &data) != napi_ok || data == NULL) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "not an encoding");
    return -1;
  }
  *encoding = data;
  return 0;
}

static napi_value Count(napi_env env, napi_callback_info info) {
  size_t argc = 5;
  napi_value argv[5], result = NULL;
  const toktally_encoding* encoding;
  Text text = {.made = NULL};
  Options options;
  memset(&options, 0, sizeof options);
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 2 || GetEncoding(env, argv[0], &encoding) != 0 || GetText(env, argv[1], &text) != 0 ||
      GetOptions(env, argc - 2, argv + 2, &options) != 0) {
    goto done;
  }
  toktally_error error;
  uint64_t tokens = 0;
  const toktally_status status =
      toktally_count(encoding, text.data, text.size, &options.options, &tokens, &error);
  if (status != TOKTALLY_OK) {
    Throw(env, status, &error);
    goto done;
  }
  CHECK(napi_create_double(env, (double)tokens, &result));
done:
  FreeOptions(&options);
  FreeText(&text);
  return result;
}

static napi_value Encode(napi_env env, napi_callback_info info) {
  size_t argc = 5;
  napi_value argv[5], result = NULL, buffer;
  const toktally_encoding* encoding;
  Text text = {.made = NULL};
  Options options;
  uint32_t small[1024];
  uint32_t* ids = small;
  memset(&options, 0, sizeof options);
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 2 || GetEncoding(env, argv[0], &encoding) != 0 || GetText(env, argv[1], &text) != 0 ||
      GetOptions(env, argc - 2, argv + 2, &options) != 0) {
    goto done;
  }
  toktally_error error;
  size_t count = 0;
  size_t capacity = toktally_most_tokens(text.size);
  if (capacity > sizeof small / sizeof *small) {
    ids = malloc(capacity * sizeof *ids);
    if (ids == NULL) {
      napi_throw_error(env, "ERR_NO_MEMORY", "out of memory");
      goto done;
    }
  }
  const toktally_status status = toktally_encode(encoding, text.data, text.size, &options.options,
                                                 ids, capacity, &count, &error);
  if (status != TOKTALLY_OK) {
    Throw(env, status, &error);
    goto done;
  }
  void* data;
  CHECK(napi_create_arraybuffer(env, count * sizeof *ids, &data, &buffer));
  if (count > 0) memcpy(data, ids, count * sizeof *ids);
  CHECK(napi_create_typedarray(env, napi_uint32_array, count, buffer, 0, &result));
done:
  if (ids != small) free(ids);
  FreeOptions(&options);
  FreeText(&text);
  return result;
}

static napi_value Decode(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2], result = NULL;
  const toktally_encoding* encoding;
  char* bytes = NULL;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 2 || GetEncoding(env, argv[0], &encoding) != 0) goto done;
  napi_typedarray_type kind = napi_int8_array;
  void* ids = NULL;
  size_t count = 0;
  bool is_typed = false;
  CHECK(napi_is_typedarray(env, argv[1], &is_typed));
  if (is_typed) CHECK(napi_get_typedarray_info(env, argv[1], &kind, &count, &ids, NULL, NULL));
  if (!is_typed || kind != napi_uint32_array) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "ids are a Uint32Array");
    goto done;
  }
  toktally_error error;
  size_t size = 0, capacity = count * 16 + 64;
  toktally_status status;
  do {
    free(bytes);
    if (size > capacity) capacity = size;
    bytes = malloc(capacity);
    if (bytes == NULL) {
      napi_throw_error(env, "ERR_NO_MEMORY", "out of memory");
      goto done;
    }
    status = toktally_decode(encoding, ids, count, bytes, capacity, &size, &error);
  } while (status == TOKTALLY_TOO_SMALL);
  if (status != TOKTALLY_OK) {
    Throw(env, status, &error);
    goto done;
  }
  CHECK(napi_create_buffer_copy(env, size, bytes, NULL, &result));
done:
  free(bytes);
  return result;
}

static napi_value TokenBytes(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2], result = NULL;
  const toktally_encoding* encoding;
  uint32_t id = 0;
  const char* bytes = NULL;
  size_t size = 0;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 2 || GetEncoding(env, argv[0], &encoding) != 0) goto done;
  CHECK(napi_get_value_uint32(env, argv[1], &id));
  if (toktally_token_bytes(encoding, id, &bytes, &size) == TOKTALLY_OK) {
    CHECK(napi_create_buffer_copy(env, size, bytes, NULL, &result));
  } else {
    CHECK(napi_get_undefined(env, &result));
  }
done:
  return result;
}

static napi_value TokenId(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2], result = NULL;
  const toktally_encoding* encoding;
  Text text = {.made = NULL};
  uint32_t id = 0;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 2 || GetEncoding(env, argv[0], &encoding) != 0 || GetText(env, argv[1], &text) != 0) {
    goto done;
  }
  if (toktally_token_id(encoding, text.data, text.size, &id) == TOKTALLY_OK) {
    CHECK(napi_create_uint32(env, id, &result));
  } else {
    CHECK(napi_get_undefined(env, &result));
  }
done:
  FreeText(&text);
  return result;
}

/* {name, pattern, limit, specials: {name: id}}. */
static napi_value Describe(napi_env env, napi_callback_info info) {
  size_t argc = 1, size = 0;
  napi_value argv[1], result = NULL, value, specials;
  const toktally_encoding* encoding;
  const char* name = NULL;
  uint32_t id = 0;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 1 || GetEncoding(env, argv[0], &encoding) != 0) goto done;
  CHECK(napi_create_object(env, &result));
  CHECK(napi_create_string_utf8(env, toktally_encoding_name(encoding), NAPI_AUTO_LENGTH, &value));
  CHECK(napi_set_named_property(env, result, "name", value));
  CHECK(napi_create_string_utf8(env, toktally_split_pattern(encoding), NAPI_AUTO_LENGTH, &value));
  CHECK(napi_set_named_property(env, result, "pattern", value));
  CHECK(napi_create_uint32(env, toktally_id_limit(encoding), &value));
  CHECK(napi_set_named_property(env, result, "limit", value));
  CHECK(napi_create_object(env, &specials));
  for (size_t i = 0; toktally_special_token(encoding, i, &name, &size, &id) == TOKTALLY_OK; ++i) {
    napi_value key;
    CHECK(napi_create_string_utf8(env, name, size, &key));
    CHECK(napi_create_uint32(env, id, &value));
    CHECK(napi_set_property(env, specials, key, value));
  }
  CHECK(napi_set_named_property(env, result, "specials", specials));
done:
  return result;
}

static void FreeLoaded(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  toktally_free_encoding(data);
}

static napi_value Hold(napi_env env, const toktally_encoding* encoding, int loaded) {
  napi_value result = NULL;
  if (napi_create_external(env, (void*)encoding, loaded ? FreeLoaded : NULL, NULL, &result) !=
      napi_ok) {
    napi_throw_error(env, NULL, "cannot hold an encoding");
  }
  return result;
}

typedef toktally_status (*Finder)(const char*, size_t, const toktally_encoding**, toktally_error*);

static napi_value FindWith(napi_env env, napi_callback_info info, Finder find) {
  size_t argc = 1;
  napi_value argv[1], result = NULL;
  Text name = {.made = NULL};
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 1 || GetText(env, argv[0], &name) != 0) goto done;
  toktally_error error;
  const toktally_encoding* encoding = NULL;
  const toktally_status status = find(name.data, name.size, &encoding, &error);
  if (status == TOKTALLY_OK) {
    result = Hold(env, encoding, 0);
  } else {
    Throw(env, status, &error);
  }
done:
  FreeText(&name);
  return result;
}

static napi_value Find(napi_env env, napi_callback_info info) {
  return FindWith(env, info, toktally_find_encoding);
}
static napi_value ForModel(napi_env env, napi_callback_info info) {
  return FindWith(env, info, toktally_encoding_for_model);
}

static napi_value Load(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2], result = NULL;
  Text file = {.made = NULL}, name = {.made = NULL};
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 2 || GetText(env, argv[0], &file) != 0 || GetText(env, argv[1], &name) != 0) goto done;
  toktally_error error;
  toktally_encoding* encoding = NULL;
  const toktally_status status =
      toktally_load_encoding(file.data, file.size, name.data, name.size, &encoding, &error);
  if (status == TOKTALLY_OK) {
    result = Hold(env, encoding, 1);
  } else {
    Throw(env, status, &error);
  }
done:
  FreeText(&file);
  FreeText(&name);
  return result;
}

/* predict(request, model) and priceUsage(usage, model, date): JSON. */
static napi_value Document(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3], result = NULL;
  Text input = {.made = NULL}, model = {.made = NULL}, date = {.made = NULL};
  char day[16] = "";
  char* json = NULL;
  CHECK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (argc < 2 || GetText(env, argv[0], &input) != 0 || GetText(env, argv[1], &model) != 0) {
    goto done;
  }
  if (argc > 2) {
    if (GetText(env, argv[2], &date) != 0) goto done;
    memcpy(day, date.data, date.size < sizeof day - 1 ? date.size : sizeof day - 1);
  }
  toktally_error error;
  size_t size = 0, capacity = 8192;
  toktally_status status;
  do {
    free(json);
    if (size > capacity) capacity = size;
    json = malloc(capacity);
    if (json == NULL) {
      napi_throw_error(env, "ERR_NO_MEMORY", "out of memory");
      goto done;
    }
    status = argc > 2 ? toktally_price_usage(input.data, input.size, model.data, model.size, day,
                                             json, capacity, &size, &error)
                      : toktally_predict(input.data, input.size, model.data, model.size, json,
                                         capacity, &size, &error);
  } while (status == TOKTALLY_TOO_SMALL);
  if (status != TOKTALLY_OK) {
    Throw(env, status, &error);
    goto done;
  }
  CHECK(napi_create_string_utf8(env, json, size, &result));
done:
  free(json);
  FreeText(&input);
  FreeText(&model);
  FreeText(&date);
  return result;
}

static napi_value Init(napi_env env, napi_value exports) {
  static const struct {
    const char* name;
    napi_callback call;
  } kFunctions[] = {{"count", Count},           {"encode", Encode},     {"decode", Decode},
                    {"tokenBytes", TokenBytes}, {"tokenId", TokenId},   {"describe", Describe},
                    {"find", Find},             {"forModel", ForModel}, {"load", Load},
                    {"document", Document}};
  for (size_t i = 0; i < sizeof kFunctions / sizeof *kFunctions; ++i) {
    napi_value function;
    CHECK(napi_create_function(env, kFunctions[i].name, NAPI_AUTO_LENGTH, kFunctions[i].call, NULL,
                               &function));
    CHECK(napi_set_named_property(env, exports, kFunctions[i].name, function));
  }
done:
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
