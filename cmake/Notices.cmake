# Writes OUTPUT, a C++ file with what is linked or embedded and under which licence, for `toktally licenses`:
#   cmake -DOUTPUT=… -DSOURCE=… -P Notices.cmake
# The notices are those that Debian installs with each package; where they are not there, only the name of the
# licence is written down, and where it is found.
cmake_policy(VERSION 3.25)

# name | Debian package | SPDX licence | what for | pkg-config module, for the version
set(components
  "Abseil|libabsl-dev|Apache-2.0|Status, 128-bit integers, times|absl_base"
  "RE2|libre2-dev|BSD-3-Clause|custom split patterns|re2"
  "nlohmann/json|nlohmann-json3-dev|MIT|JSON documents|nlohmann_json"
  "CLI11|libcli11-dev|BSD-3-Clause|the command line|CLI11"
  "stb|libstb-dev|MIT|sizes of pictures|stb"
  "libwebp|libwebp-dev|BSD-3-Clause|sizes of WebP pictures|libwebp"
  "utf8proc|libutf8proc-dev|MIT|NFC, categories and widths of Unicode|libutf8proc"
  "Nettle|nettle-dev|LGPL-3.0-or-later OR GPL-2.0-or-later|SHA-256|nettle"
  "LibYAML|libyaml-dev|MIT|prompts in YAML|yaml-0.1"
  "GNU libstdc++|libstdc++6|GPL-3.0-or-later WITH GCC-exception-3.1|the C++ library|"
  "GNU C Library|libc6|LGPL-2.1-or-later|the C library, in the static program|")
# What the notices refer to.
set(common Apache-2.0 LGPL-2.1 LGPL-3 GPL-2 GPL-3)

find_program(pkg_config pkg-config)
find_program(dpkg_query dpkg-query)

# The version of the package as Debian has it, else as its module says.
function(version_of package module result)
  set(version "")
  if(dpkg_query)
    # A line for each machine that it is installed for.
    execute_process(COMMAND ${dpkg_query} --show --showformat=\${Version}\\n ${package}
      OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    string(REGEX REPLACE "\n.*" "" version "${version}")
  endif()
  if(pkg_config AND module AND version STREQUAL "")
    execute_process(COMMAND ${pkg_config} --modversion ${module} OUTPUT_VARIABLE version
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

# The text of a file as pieces of raw strings: a compiler need not take more than 65,536 characters in one.
function(raw_text file result)
  set(text "\"\"")
  if(EXISTS ${file})
    file(READ ${file} content HEX)
    string(LENGTH "${content}" digits)
    set(text "")
    set(at 0)
    while(at LESS digits)
      # 4,000 bytes, two digits each.
      string(SUBSTRING "${content}" ${at} 8000 piece)
      string(REGEX REPLACE "(..)" "\\\\x\\1\"\"" piece "${piece}")
      string(APPEND text "\n          \"${piece}\"")
      math(EXPR at "${at} + 8000")
    endwhile()
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

set(text "// Made by cmake/Notices.cmake.

#include \"cli/commands/licenses.h\"

namespace toktally::cli {

std::span<const Component> Components() {
  static constexpr Component kComponents[] = {
")
foreach(component IN LISTS components)
  string(REPLACE "|" ";" fields "${component}")
  list(GET fields 0 name)
  list(GET fields 1 package)
  list(GET fields 2 licence)
  list(GET fields 3 purpose)
  list(LENGTH fields count)
  set(module "")
  if(count GREATER 4)
    list(GET fields 4 module)
  endif()
  version_of("${package}" "${module}" version)
  raw_text(/usr/share/doc/${package}/copyright notice)
  string(APPEND text
    "      {\"${name}\", \"${version}\", \"${licence}\", \"${purpose}\", \"${package}\",${notice}},\n")
endforeach()
string(APPEND text "  };
  return kComponents;
}

std::span<const LicenceText> LicenceTexts() {
  static constexpr LicenceText kTexts[] = {
      // Ours.
")
raw_text(${SOURCE}/LICENSE ours)
string(APPEND text "      {\"MIT\",${ours}},\n")
foreach(name IN LISTS common)
  raw_text(/usr/share/common-licenses/${name} licence)
  string(APPEND text "      {\"${name}\",${licence}},\n")
endforeach()
string(APPEND text "  };
  return kTexts;
}

}  // namespace toktally::cli
")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
