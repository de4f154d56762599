# Writes OUTPUT, which defines cli's Commit(), for the tree at SOURCE; leaves it alone where nothing changed.
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=10 HEAD
  OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
if(failed)
  set(commit "")
else()
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no
    OUTPUT_VARIABLE changed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(changed)
    string(APPEND commit "+")
  endif()
endif()
set(text "#include \"cli/version.h\"

namespace toktally::cli {

std::string_view Commit() { return \"${commit}\"; }

}  // namespace toktally::cli
")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
