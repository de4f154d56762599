# The headers that a program outside of the tree may include, and how they get their one include root.
# In the tree they include each other as "bpe/encoding.h", which somebody else's project may have too;
# what is handed out includes <toktally/bpe/encoding.h> as "toktally/bpe/encoding.h" and nothing else.
#
# Every header at the top of a folder is public, but for these; of the rooms below it only those named.
set(TOKTALLY_INTERNAL_HEADERS
  base/json_scan.h
  base/json_tree.h
  bpe/custom_encoding.h
  bpe/encoding_state.h
  bpe/model_encodings.h
  bpe/special_tokens.h
  bpe/workspace_lease.h
  chat/claude_counters.h)
set(TOKTALLY_HEADERS_OF_ROOMS bpe/claude/estimate.h bpe/claude/family.h bpe/claude/pieces.h)
set(TOKTALLY_PUBLIC_FOLDERS base bpe chat data forecast pricing usage)

# toktally_public_headers(SOURCE RESULT): their paths below SOURCE.
function(toktally_public_headers source result)
  set(patterns ${TOKTALLY_PUBLIC_FOLDERS})
  list(TRANSFORM patterns PREPEND "${source}/")
  list(TRANSFORM patterns APPEND "/*.h")
  if(CMAKE_SCRIPT_MODE_FILE)
    file(GLOB headers RELATIVE ${source} ${patterns})
  else()
    file(GLOB headers RELATIVE ${source} CONFIGURE_DEPENDS ${patterns})
  endif()
  list(REMOVE_ITEM headers ${TOKTALLY_INTERNAL_HEADERS})
  list(APPEND headers ${TOKTALLY_HEADERS_OF_ROOMS})
  set(${result} ${headers} PARENT_SCOPE)
endfunction()

# As a script: cmake -DSOURCE=… -DDESTINATION=… -P PublicHeaders.cmake writes them to DESTINATION/toktally.
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  cmake_minimum_required(VERSION 3.25)
  toktally_public_headers(${SOURCE} headers)
  list(JOIN TOKTALLY_PUBLIC_FOLDERS "|" folders)
  file(REMOVE_RECURSE ${DESTINATION}/toktally)
  foreach(header ${headers})
    file(READ ${SOURCE}/${header} text)
    string(REGEX REPLACE "#include \"(${folders})/" "#include \"toktally/\\1/" text "${text}")
    file(WRITE ${DESTINATION}/toktally/${header} "${text}")
  endforeach()
endif()
