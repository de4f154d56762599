# What `cmake --install` puts where: the program, the libraries with find_package(toktally) and
# pkg-config, the public headers as <toktally/bpe/encoding.h>, the manual page and the completions.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The libraries of ours that a program links, in link order, and what Debian's packages give them.
set(TOKTALLY_LIBRARIES)
foreach(name forecast usage chat bpe pricing model_name base)
  if(TARGET toktally_${name})
    list(APPEND TOKTALLY_LIBRARIES toktally_${name})
  endif()
endforeach()
install(TARGETS ${TOKTALLY_LIBRARIES}
  toktally_absl_status toktally_absl_strings toktally_absl_int128 toktally_absl_time toktally_re2
  toktally_stb toktally_webp toktally_utf8proc
  EXPORT toktallyTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

install(DIRECTORY ${PROJECT_BINARY_DIR}/include/toktally DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# For C and what calls it: one shared library, one header.
if(TARGET toktally_shared)
  install(TARGETS toktally_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/bindings/c/toktally/toktally.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/toktally)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/toktally)
install(EXPORT toktallyTargets NAMESPACE toktally:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/toktallyConfig.cmake.in
  ${PROJECT_BINARY_DIR}/toktallyConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/toktallyConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/toktallyDependencies.cmake DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/toktallyConfig.cmake
  ${PROJECT_BINARY_DIR}/toktallyConfigVersion.cmake DESTINATION ${package_dir})

list(TRANSFORM TOKTALLY_LIBRARIES PREPEND "-l" OUTPUT_VARIABLE TOKTALLY_PC_LIBRARIES)
list(JOIN TOKTALLY_PC_LIBRARIES " " TOKTALLY_PC_LIBRARIES)
# Found from where the file lies, so that an installed tree may be moved.
file(RELATIVE_PATH TOKTALLY_PC_PREFIX
  /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/toktally.pc.in ${PROJECT_BINARY_DIR}/toktally.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/toktally.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET toktally)
  install(TARGETS toktally RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # Written by the program itself, when it is installed.
  install(CODE "
    function(write_paper file)
      set(path \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/\${file}\")
      execute_process(COMMAND \"$<TARGET_FILE:toktally>\" \${ARGN}
        OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
      message(STATUS \"Installing: \${path}\")
      file(WRITE \"\${path}\" \"\${text}\")
    endfunction()
    write_paper(man/man1/toktally.1 man)
    write_paper(doc/toktally/THIRD_PARTY_NOTICES licenses --full)
    write_paper(bash-completion/completions/toktally completions bash)
    write_paper(zsh/site-functions/_toktally completions zsh)
    write_paper(fish/vendor_completions.d/toktally.fish completions fish)")
endif()
