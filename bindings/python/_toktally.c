/* The native half of the Python package: toktally.h for CPython's stable ABI (3.11 and later).
 *
 * Texts are str or bytes-like; the GIL is released while they are read. Everything that is only
 * convenient is in toktally/__init__.py. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "toktally/toktally.h"

typedef struct {
  PyObject_HEAD const toktally_encoding* encoding;
  toktally_encoding* loaded; /* the same, if it is ours to free */
} Encoding;

static PyTypeObject* encoding_type;
static PyObject* forbidden_error; /* a ValueError */

static PyObject* Raise(toktally_status status, const toktally_error* error) {
  PyObject* kind = PyExc_ValueError;
  if (status == TOKTALLY_NOT_FOUND) kind = PyExc_KeyError;
  if (status == TOKTALLY_FORBIDDEN) kind = forbidden_error;
  if (status == TOKTALLY_NO_MEMORY) return PyErr_NoMemory();
  if (status == TOKTALLY_INTERNAL) kind = PyExc_RuntimeError;
  PyErr_SetString(kind, error->message);
  return NULL;
}

/* The bytes of a str or of a bytes-like object. */
typedef struct {
  const char* data;
  Py_ssize_t size;
  Py_buffer buffer;
  int has_buffer;
} Text;

static int GetText(PyObject* object, Text* text) {
  text->has_buffer = 0;
  if (PyUnicode_Check(object)) {
    text->data = PyUnicode_AsUTF8AndSize(object, &text->size);
    return text->data == NULL ? -1 : 0;
  }
  if (PyObject_GetBuffer(object, &text->buffer, PyBUF_SIMPLE) != 0) return -1;
  text->has_buffer = 1;
  text->data = (const char*)text->buffer.buf;
  text->size = text->buffer.len;
  return 0;
}

static void ReleaseText(Text* text) {
  if (text->has_buffer) PyBuffer_Release(&text->buffer);
}

/* tiktoken's two sets: None, or a tuple of str; and the flags of toktally.h. */
typedef struct {
  toktally_text_options options;
  toktally_names allowed;
  toktally_names disallowed;
} Options;

static int GetNames(PyObject* tuple, toktally_names* names) {
  memset(names, 0, sizeof *names);
  if (tuple == Py_None) return 0;
  const Py_ssize_t count = PyTuple_Size(tuple);
  if (count < 0) return -1;
  const char** list = PyMem_Malloc((size_t)(count + 1) * sizeof *list);
  size_t* sizes = PyMem_Malloc((size_t)(count + 1) * sizeof *sizes);
  names->names = list;
  names->sizes = sizes;
  names->count = (size_t)count;
  if (list == NULL || sizes == NULL) {
    PyErr_NoMemory();
    return -1;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    Py_ssize_t size = 0;
    list[i] = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(tuple, i), &size);
    if (list[i] == NULL) return -1;
    sizes[i] = (size_t)size;
  }
  return 0;
}

static void ReleaseOptions(Options* options) {
  PyMem_Free((void*)options->allowed.names);
  PyMem_Free((void*)options->allowed.sizes);
  PyMem_Free((void*)options->disallowed.names);
  PyMem_Free((void*)options->disallowed.sizes);
}

static int GetOptions(unsigned flags, PyObject* allowed, PyObject* disallowed, Options* options) {
  memset(options, 0, sizeof *options);
  options->options.size = sizeof options->options;
  options->options.flags = flags;
  if (GetNames(allowed, &options->allowed) != 0 ||
      GetNames(disallowed, &options->disallowed) != 0) {
    ReleaseOptions(options);
    return -1;
  }
  if (allowed != Py_None) options->options.allowed = &options->allowed;
  if (disallowed != Py_None) options->options.disallowed = &options->disallowed;
  return 0;
}

/* (text, flags=0, allowed=None, disallowed=None), as count and the encoders take it. */
typedef struct {
  Text text;
  Options options;
} Call;

static int GetCall(PyObject* arguments, Call* call) {
  PyObject *object, *allowed = Py_None, *disallowed = Py_None;
  unsigned flags = 0;
  if (!PyArg_ParseTuple(arguments, "O|IOO", &object, &flags, &allowed, &disallowed)) return -1;
  if (GetText(object, &call->text) != 0) return -1;
  if (GetOptions(flags, allowed, disallowed, &call->options) == 0) return 0;
  ReleaseText(&call->text);
  return -1;
}

static void ReleaseCall(Call* call) {
  ReleaseOptions(&call->options);
  ReleaseText(&call->text);
}

static PyObject* Count(PyObject* self, PyObject* arguments) {
  Call call;
  if (GetCall(arguments, &call) != 0) return NULL;
  const toktally_encoding* encoding = ((Encoding*)self)->encoding;
  toktally_error error;
  uint64_t tokens = 0;
  toktally_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = toktally_count(encoding, call.text.data, (size_t)call.text.size, &call.options.options,
                          &tokens, &error);
  Py_END_ALLOW_THREADS;
  ReleaseCall(&call);
  return status == TOKTALLY_OK ? PyLong_FromUnsignedLongLong(tokens) : Raise(status, &error);
}

static PyObject* ListOfIds(const uint32_t* ids, size_t count) {
  PyObject* list = PyList_New((Py_ssize_t)count);
  if (list == NULL) return NULL;
  for (size_t i = 0; i < count; ++i) {
    PyObject* id = PyLong_FromUnsignedLong(ids[i]);
    if (id == NULL || PyList_SetItem(list, (Py_ssize_t)i, id) != 0) {
      Py_DECREF(list);
      return NULL;
    }
  }
  return list;
}

/* The ids in memory that the caller frees with free(). */
static uint32_t* MakeIds(PyObject* self, PyObject* arguments, size_t* count) {
  uint32_t small[256];
  Call call;
  if (GetCall(arguments, &call) != 0) return NULL;
  const toktally_encoding* encoding = ((Encoding*)self)->encoding;
  toktally_error error;
  toktally_status status;
  uint32_t* ids = NULL;
  size_t capacity = toktally_most_tokens((size_t)call.text.size);
  const int fits = capacity <= sizeof small / sizeof *small;
  Py_BEGIN_ALLOW_THREADS;
  if (fits) {
    status =
        toktally_encode(encoding, call.text.data, (size_t)call.text.size, &call.options.options,
                        small, sizeof small / sizeof *small, count, &error);
  } else {
    /* Well-formed text has no more tokens than bytes; memory that is not written costs nothing. */
    ids = malloc(capacity * sizeof *ids);
    status = ids == NULL ? TOKTALLY_NO_MEMORY
                         : toktally_encode(encoding, call.text.data, (size_t)call.text.size,
                                           &call.options.options, ids, capacity, count, &error);
  }
  Py_END_ALLOW_THREADS;
  ReleaseCall(&call);
  if (status != TOKTALLY_OK) {
    free(ids);
    Raise(status, &error);
    return NULL;
  }
  if (fits) {
    ids = malloc((*count + 1) * sizeof *ids);
    if (ids == NULL) {
      PyErr_NoMemory();
      return NULL;
    }
    memcpy(ids, small, *count * sizeof *ids);
  }
  return ids;
}

static PyObject* Encode(PyObject* self, PyObject* arguments) {
  size_t count = 0;
  uint32_t* ids = MakeIds(self, arguments, &count);
  if (ids == NULL) return NULL;
  PyObject* list = ListOfIds(ids, count);
  free(ids);
  return list;
}

/* The ids as the bytes of an array of uint32. */
static PyObject* EncodeToBytes(PyObject* self, PyObject* arguments) {
  size_t count = 0;
  uint32_t* ids = MakeIds(self, arguments, &count);
  if (ids == NULL) return NULL;
  PyObject* bytes = PyByteArray_FromStringAndSize((const char*)ids, (Py_ssize_t)(count * 4));
  free(ids);
  return bytes;
}

static PyObject* EncodeSpans(PyObject* self, PyObject* arguments) {
  Call call;
  if (GetCall(arguments, &call) != 0) return NULL;
  const toktally_encoding* encoding = ((Encoding*)self)->encoding;
  toktally_error error;
  toktally_status status;
  size_t count = 0;
  const size_t capacity = toktally_most_tokens((size_t)call.text.size) + 1;
  toktally_span* spans = malloc(capacity * sizeof *spans);
  Py_BEGIN_ALLOW_THREADS;
  status = spans == NULL
               ? TOKTALLY_NO_MEMORY
               : toktally_encode_spans(encoding, call.text.data, (size_t)call.text.size,
                                       &call.options.options, spans, capacity, &count, &error);
  Py_END_ALLOW_THREADS;
  ReleaseCall(&call);
  PyObject* list = status == TOKTALLY_OK ? PyList_New((Py_ssize_t)count) : Raise(status, &error);
  for (size_t i = 0; list != NULL && i < count; ++i) {
    PyObject* span = Py_BuildValue("(Inn)", (unsigned)spans[i].id, (Py_ssize_t)spans[i].begin,
                                   (Py_ssize_t)spans[i].end);
    if (span == NULL || PyList_SetItem(list, (Py_ssize_t)i, span) != 0) Py_CLEAR(list);
  }
  free(spans);
  return list;
}

/* ids: any sequence of int. */
static uint32_t* GetIds(PyObject* sequence, size_t* count) {
  PyObject* fast = PySequence_List(sequence);
  if (fast == NULL) return NULL;
  const Py_ssize_t size = PyList_Size(fast);
  uint32_t* ids = malloc((size_t)(size + 1) * sizeof *ids);
  if (ids == NULL) PyErr_NoMemory();
  for (Py_ssize_t i = 0; ids != NULL && i < size; ++i) {
    const unsigned long id = PyLong_AsUnsignedLong(PyList_GetItem(fast, i));
    if (PyErr_Occurred() || id > UINT32_MAX) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_OverflowError, "a token id is 32 bits");
      free(ids);
      ids = NULL;
    } else {
      ids[i] = (uint32_t)id;
    }
  }
  *count = (size_t)size;
  Py_DECREF(fast);
  return ids;
}

static PyObject* Decode(PyObject* self, PyObject* sequence) {
  size_t count = 0;
  uint32_t* ids = GetIds(sequence, &count);
  if (ids == NULL) return NULL;
  const toktally_encoding* encoding = ((Encoding*)self)->encoding;
  toktally_error error;
  size_t size = 0;
  size_t capacity = count * 16 + 64;
  char* bytes = NULL;
  toktally_status status;
  Py_BEGIN_ALLOW_THREADS;
  do {
    free(bytes);
    if (size > capacity) capacity = size;
    bytes = malloc(capacity);
    status = bytes == NULL ? TOKTALLY_NO_MEMORY
                           : toktally_decode(encoding, ids, count, bytes, capacity, &size, &error);
  } while (status == TOKTALLY_TOO_SMALL);
  Py_END_ALLOW_THREADS;
  free(ids);
  PyObject* result = status == TOKTALLY_OK ? PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size)
                                           : Raise(status, &error);
  free(bytes);
  return result;
}

static PyObject* TokenBytes(PyObject* self, PyObject* argument) {
  const unsigned long id = PyLong_AsUnsignedLong(argument);
  if (PyErr_Occurred()) return NULL;
  const char* bytes = NULL;
  size_t size = 0;
  if (id > UINT32_MAX || toktally_token_bytes(((Encoding*)self)->encoding, (uint32_t)id, &bytes,
                                              &size) != TOKTALLY_OK) {
    PyErr_SetObject(PyExc_KeyError, argument);
    return NULL;
  }
  return PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
}

static PyObject* TokenId(PyObject* self, PyObject* argument) {
  Text text;
  if (GetText(argument, &text) != 0) return NULL;
  uint32_t id = 0;
  const toktally_status status =
      toktally_token_id(((Encoding*)self)->encoding, text.data, (size_t)text.size, &id);
  ReleaseText(&text);
  if (status == TOKTALLY_OK) return PyLong_FromUnsignedLong(id);
  PyErr_SetObject(PyExc_KeyError, argument);
  return NULL;
}

static PyObject* SpecialTokens(PyObject* self, PyObject* ignored) {
  (void)ignored;
  PyObject* tokens = PyDict_New();
  const char* name;
  size_t size;
  uint32_t id;
  for (size_t i = 0; tokens != NULL && toktally_special_token(((Encoding*)self)->encoding, i, &name,
                                                              &size, &id) == TOKTALLY_OK;
       ++i) {
    PyObject* key = PyUnicode_FromStringAndSize(name, (Py_ssize_t)size);
    PyObject* value = PyLong_FromUnsignedLong(id);
    if (key == NULL || value == NULL || PyDict_SetItem(tokens, key, value) != 0) Py_CLEAR(tokens);
    Py_XDECREF(key);
    Py_XDECREF(value);
  }
  return tokens;
}

static PyObject* Truncate(PyObject* self, PyObject* arguments) {
  PyObject *object, *mark_object;
  unsigned long long tokens;
  int keep;
  if (!PyArg_ParseTuple(arguments, "OKiO", &object, &tokens, &keep, &mark_object)) return NULL;
  Text text, mark;
  if (GetText(object, &text) != 0) return NULL;
  if (GetText(mark_object, &mark) != 0) {
    ReleaseText(&text);
    return NULL;
  }
  const toktally_encoding* encoding = ((Encoding*)self)->encoding;
  toktally_truncated kept;
  toktally_error error;
  toktally_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = toktally_truncate(encoding, text.data, (size_t)text.size, tokens, (toktally_keep)keep,
                             mark.data, (size_t)mark.size, &kept, &error);
  Py_END_ALLOW_THREADS;
  ReleaseText(&text);
  ReleaseText(&mark);
  if (status != TOKTALLY_OK) return Raise(status, &error);
  return Py_BuildValue("(nniK)", (Py_ssize_t)kept.head, (Py_ssize_t)kept.tail, kept.whole,
                       (unsigned long long)kept.tokens);
}

typedef struct {
  PyObject* list; /* NULL once something failed */
} ChunkList;

static void AddChunk(void* context, const toktally_chunk* chunk) {
  ChunkList* chunks = context;
  if (chunks->list == NULL) return;
  PyObject* one =
      Py_BuildValue("(KKKKK)", (unsigned long long)chunk->begin, (unsigned long long)chunk->end,
                    (unsigned long long)chunk->first_line, (unsigned long long)chunk->last_line,
                    (unsigned long long)chunk->tokens);
  if (one == NULL || PyList_Append(chunks->list, one) != 0) Py_CLEAR(chunks->list);
  Py_XDECREF(one);
}

static PyObject* Chunks(PyObject* self, PyObject* arguments) {
  PyObject* object;
  unsigned long long tokens, overlap;
  int at;
  if (!PyArg_ParseTuple(arguments, "OKKi", &object, &tokens, &overlap, &at)) return NULL;
  Text text;
  if (GetText(object, &text) != 0) return NULL;
  ChunkList chunks = {PyList_New(0)};
  toktally_error error;
  const toktally_status status =
      toktally_chunks(((Encoding*)self)->encoding, text.data, (size_t)text.size, tokens, overlap,
                      (toktally_boundary)at, AddChunk, &chunks, &error);
  ReleaseText(&text);
  if (status == TOKTALLY_OK) return chunks.list;
  Py_XDECREF(chunks.list);
  return Raise(status, &error);
}

static PyObject* GetName(PyObject* self, void* ignored) {
  (void)ignored;
  return PyUnicode_FromString(toktally_encoding_name(((Encoding*)self)->encoding));
}
static PyObject* GetPattern(PyObject* self, void* ignored) {
  (void)ignored;
  return PyUnicode_FromString(toktally_split_pattern(((Encoding*)self)->encoding));
}
static PyObject* GetLimit(PyObject* self, void* ignored) {
  (void)ignored;
  return PyLong_FromUnsignedLong(toktally_id_limit(((Encoding*)self)->encoding));
}

static void Dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  toktally_free_encoding(((Encoding*)self)->loaded);
  PyObject_Free(self);
  Py_DECREF(type);
}

static PyMethodDef encoding_methods[] = {
    {"count", Count, METH_VARARGS, "count(text, flags=0, allowed=None, disallowed=None) -> int"},
    {"encode", Encode, METH_VARARGS,
     "encode(text, flags=0, allowed=None, disallowed=None) -> list"},
    {"encode_to_bytes", EncodeToBytes, METH_VARARGS, "The ids as a bytearray of uint32."},
    {"encode_spans", EncodeSpans, METH_VARARGS, "[(id, begin, end)] in bytes."},
    {"decode", Decode, METH_O, "decode(ids) -> bytes"},
    {"token_bytes", TokenBytes, METH_O, "token_bytes(id) -> bytes"},
    {"token_id", TokenId, METH_O, "token_id(text) -> int"},
    {"special_tokens", SpecialTokens, METH_NOARGS, "special_tokens() -> dict"},
    {"truncate", Truncate, METH_VARARGS, "truncate(text, tokens, keep, mark)"},
    {"chunks", Chunks, METH_VARARGS, "chunks(text, tokens, overlap, at)"},
    {NULL, NULL, 0, NULL}};

static PyGetSetDef encoding_members[] = {{"name", GetName, NULL, NULL, NULL},
                                         {"split_pattern", GetPattern, NULL, NULL, NULL},
                                         {"id_limit", GetLimit, NULL, NULL, NULL},
                                         {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot encoding_slots[] = {{Py_tp_dealloc, Dealloc},
                                       {Py_tp_methods, encoding_methods},
                                       {Py_tp_getset, encoding_members},
                                       {0, NULL}};
static PyType_Spec encoding_spec = {"toktally._toktally.Encoding", sizeof(Encoding), 0,
                                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                    encoding_slots};

static PyObject* NewEncoding(const toktally_encoding* encoding, toktally_encoding* loaded) {
  Encoding* self = PyObject_New(Encoding, encoding_type);
  if (self == NULL) {
    toktally_free_encoding(loaded);
    return NULL;
  }
  self->encoding = encoding;
  self->loaded = loaded;
  return (PyObject*)self;
}

typedef toktally_status (*Finder)(const char*, size_t, const toktally_encoding**, toktally_error*);

static PyObject* FindWith(Finder find, PyObject* argument) {
  Text name;
  if (GetText(argument, &name) != 0) return NULL;
  toktally_error error;
  const toktally_encoding* encoding = NULL;
  const toktally_status status = find(name.data, (size_t)name.size, &encoding, &error);
  ReleaseText(&name);
  return status == TOKTALLY_OK ? NewEncoding(encoding, NULL) : Raise(status, &error);
}

static PyObject* Find(PyObject* module, PyObject* argument) {
  (void)module;
  return FindWith(toktally_find_encoding, argument);
}

static PyObject* ForModel(PyObject* module, PyObject* argument) {
  (void)module;
  return FindWith(toktally_encoding_for_model, argument);
}

static PyObject* Load(PyObject* module, PyObject* arguments) {
  (void)module;
  PyObject *file_object, *name_object;
  if (!PyArg_ParseTuple(arguments, "OO", &file_object, &name_object)) return NULL;
  Text file, name;
  if (GetText(file_object, &file) != 0) return NULL;
  if (GetText(name_object, &name) != 0) {
    ReleaseText(&file);
    return NULL;
  }
  toktally_error error;
  toktally_encoding* encoding = NULL;
  toktally_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = toktally_load_encoding(file.data, (size_t)file.size, name.data, (size_t)name.size,
                                  &encoding, &error);
  Py_END_ALLOW_THREADS;
  ReleaseText(&file);
  ReleaseText(&name);
  return status == TOKTALLY_OK ? NewEncoding(encoding, encoding) : Raise(status, &error);
}

static PyObject* Names(PyObject* module, PyObject* ignored) {
  (void)module;
  (void)ignored;
  PyObject* list = PyList_New(0);
  for (size_t i = 0; list != NULL && toktally_encoding_name_at(i) != NULL; ++i) {
    PyObject* name = PyUnicode_FromString(toktally_encoding_name_at(i));
    if (name == NULL || PyList_Append(list, name) != 0) Py_CLEAR(list);
    Py_XDECREF(name);
  }
  return list;
}

/* A document of JSON that grows until it has room. */
#define DOCUMENT(call)                                                                         \
  toktally_error error;                                                                        \
  size_t size = 0, capacity = 8192;                                                            \
  char* json = NULL;                                                                           \
  toktally_status status;                                                                      \
  Py_BEGIN_ALLOW_THREADS;                                                                      \
  do {                                                                                         \
    free(json);                                                                                \
    if (size > capacity) capacity = size;                                                      \
    json = malloc(capacity);                                                                   \
    status = json == NULL ? TOKTALLY_NO_MEMORY : call;                                         \
  } while (status == TOKTALLY_TOO_SMALL);                                                      \
  Py_END_ALLOW_THREADS;                                                                        \
  PyObject* result = status == TOKTALLY_OK ? PyBytes_FromStringAndSize(json, (Py_ssize_t)size) \
                                           : Raise(status, &error);                            \
  free(json)

static PyObject* Predict(PyObject* module, PyObject* arguments) {
  (void)module;
  const char *request, *model;
  Py_ssize_t request_size, model_size;
  if (!PyArg_ParseTuple(arguments, "s#s#", &request, &request_size, &model, &model_size)) {
    return NULL;
  }
  DOCUMENT(toktally_predict(request, (size_t)request_size, model, (size_t)model_size, json,
                            capacity, &size, &error));
  return result;
}

static PyObject* PriceUsage(PyObject* module, PyObject* arguments) {
  (void)module;
  const char *usage, *model, *date;
  Py_ssize_t usage_size, model_size;
  if (!PyArg_ParseTuple(arguments, "s#s#s", &usage, &usage_size, &model, &model_size, &date)) {
    return NULL;
  }
  DOCUMENT(toktally_price_usage(usage, (size_t)usage_size, model, (size_t)model_size, date, json,
                                capacity, &size, &error));
  return result;
}

static PyMethodDef functions[] = {
    {"find", Find, METH_O, "The built-in encoding of that name."},
    {"for_model", ForModel, METH_O, "The encoding of a model."},
    {"load", Load, METH_VARARGS, "load(file, name): of a tokenizer.json or tekken.json."},
    {"names", Names, METH_NOARGS, "The names of the built-in encodings."},
    {"predict", Predict, METH_VARARGS, "predict(request, model) -> JSON"},
    {"price_usage", PriceUsage, METH_VARARGS, "price_usage(usage, model, date) -> JSON"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, "_toktally", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__toktally(void) {
  PyObject* module = PyModule_Create(&module_def);
  if (module == NULL) return NULL;
  encoding_type = (PyTypeObject*)PyType_FromSpec(&encoding_spec);
  forbidden_error = PyErr_NewException("toktally.ForbiddenTokenError", PyExc_ValueError, NULL);
  if (encoding_type == NULL || forbidden_error == NULL ||
      PyModule_AddObjectRef(module, "Encoding", (PyObject*)encoding_type) != 0 ||
      PyModule_AddObjectRef(module, "ForbiddenTokenError", forbidden_error) != 0 ||
      PyModule_AddStringConstant(module, "version", toktally_version()) != 0) {
    Py_DECREF(module);
    return NULL;
  }
  return module;
}
