# What every target of ours is compiled with.
add_library(toktally_options INTERFACE)
target_compile_features(toktally_options INTERFACE cxx_std_20)
target_compile_options(toktally_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -fno-math-errno)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(toktally_options INTERFACE -Werror)
  # What GCC 12 says of these depends on what it inlined, so on precompiled headers and on flags, and of
  # std::string it is often not so (GCC's bugs 105329, 105651, 105762): said, but no clone fails by it.
  target_compile_options(toktally_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-error=array-bounds;-Wno-error=restrict;-Wno-error=stringop-overflow;-Wno-error=stringop-overread;-Wno-error=maybe-uninitialized>)
endif()
if(TOKTALLY_SANITIZE)
  target_compile_options(toktally_options INTERFACE
    -fsanitize=${TOKTALLY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # What is held to be defined is the library. The checks are a quarter of a test's build, so tests go without.
    $<$<BOOL:$<TARGET_PROPERTY:TOKTALLY_IS_TEST>>:-fno-sanitize=undefined>)
  target_link_options(toktally_options INTERFACE -fsanitize=${TOKTALLY_SANITIZE})
endif()
if(TOKTALLY_FUZZ)
  target_compile_options(toktally_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(toktally_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TOKTALLY_STATIC)
  target_link_options(toktally_options INTERFACE -static)
endif()

# The public headers as they are installed, so that a program which has the tree as a subdirectory
# includes <toktally/bpe/encoding.h> as any other does, and nothing of ours by another name.
include(PublicHeaders)
toktally_public_headers(${PROJECT_SOURCE_DIR} public_headers)
list(TRANSFORM public_headers PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE public_header_files)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
if(IS_SYMLINK ${PROJECT_BINARY_DIR}/include/toktally)  # left by a build of before
  file(REMOVE ${PROJECT_BINARY_DIR}/include/toktally)
endif()
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/include/written
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DDESTINATION=${PROJECT_BINARY_DIR}/include
    -P ${PROJECT_SOURCE_DIR}/cmake/PublicHeaders.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/include/written
  DEPENDS ${public_header_files} ${PROJECT_SOURCE_DIR}/cmake/PublicHeaders.cmake VERBATIM)
add_custom_target(toktally_headers ALL DEPENDS ${PROJECT_BINARY_DIR}/include/written)

# toktally_precompile(TARGET): reads what nearly every unit begins with once, which is a quarter to a third of
# such a unit's time. It saves time only: every file includes what it uses (the test of the installed headers
# compiles each alone). A compiler cache shares objects better than precompiled headers, so with one there are
# none. bpe does without: its core builds without Abseil.
if(CMAKE_CXX_COMPILER_LAUNCHER)
  set(precompile OFF)
else()
  set(precompile ON)
endif()
option(TOKTALLY_PRECOMPILE "Precompile the headers that most units include" ${precompile})
function(toktally_precompile target)
  if(TOKTALLY_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <cstdint> <functional> <map> <memory> <optional> <string> <string_view> <utility>
      <vector> <absl/numeric/int128.h> <absl/status/statusor.h> <absl/strings/str_cat.h>)
  endif()
endfunction()

# toktally_together(TARGET): compiles its files some at a time, each group as one unit: what they include is read
# once a group, which takes a third off the build of the program and makes that of one change longer; so, as
# precompiled headers, where no compiler cache is. Not for bpe, whose code is that which is measured.
option(TOKTALLY_TOGETHER "Compile the files of a library some at a time" ${precompile})
function(toktally_together target)
  if(TOKTALLY_TOGETHER)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# toktally_library(NAME SOURCES...): the library toktally::NAME, included from the root of the tree
# and installed as <toktally/...>.
function(toktally_library name)
  add_library(toktally_${name} STATIC ${ARGN})
  add_library(toktally::${name} ALIAS toktally_${name})
  set_target_properties(toktally_${name} PROPERTIES EXPORT_NAME ${name}
    POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF)
  target_compile_features(toktally_${name} PUBLIC cxx_std_20)
  target_link_libraries(toktally_${name} PRIVATE $<BUILD_INTERFACE:toktally_options>)
  if(PROJECT_IS_TOP_LEVEL)
    # Everything here is ours, tests and benchmarks too, and includes from the root of the tree.
    target_include_directories(toktally_${name} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
  else()
    target_include_directories(toktally_${name} PRIVATE ${PROJECT_SOURCE_DIR}
      INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
    add_dependencies(toktally_${name} toktally_headers)
  endif()
endfunction()
