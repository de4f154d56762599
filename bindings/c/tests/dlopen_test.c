/* Opens the library, counts on threads that end while it is open, closes it, again and again: nothing of it
 * may outlive it. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "toktally/toktally.h"

static void* library;

static void* Work(void* unused) {
  (void)unused;
  const toktally_encoding* encoding = NULL;
  uint64_t tokens = 0;
  char text[20000];
  toktally_status (*find)(const char*, size_t, const toktally_encoding**, toktally_error*);
  toktally_status (*count)(const toktally_encoding*, const char*, size_t,
                           const toktally_text_options*, uint64_t*, toktally_error*);
  *(void**)&find = dlsym(library, "toktally_find_encoding");
  *(void**)&count = dlsym(library, "toktally_count");
  if (find == NULL || count == NULL) return NULL;
  for (size_t i = 0; i < sizeof text; ++i) text[i] = "lorem ipsum "[i % 12];
  if (find("o200k_base", 10, &encoding, NULL) != TOKTALLY_OK) return NULL;
  if (count(encoding, text, sizeof text, NULL, &tokens, NULL) != TOKTALLY_OK) return NULL;
  return tokens > 1000 ? &library : NULL;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (int round = 0; round < 30; ++round) {
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    pthread_t threads[4];
    void* worked[4] = {NULL, NULL, NULL, NULL};
    for (int i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, Work, NULL);
    for (int i = 0; i < 4; ++i) pthread_join(threads[i], &worked[i]);
    for (int i = 0; i < 4; ++i) {
      if (worked[i] == NULL) return 1;
    }
    if (dlclose(library) != 0) return 1;
  }
  puts("opened and closed 30 times");
  return 0;
}
