# Where the fixed dependencies come from: Debian 12's packages, or any install of the same versions.
# Defines toktally_absl_status, toktally_absl_strings, toktally_absl_int128 and toktally_re2.
#
# Abseil's own CMake targets name the shared libraries, and RE2 has no CMake file here, so both go
# through pkg-config, whose names let the linker choose .a for a static program.
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
if(TOKTALLY_BUILD_CLI)
  find_package(CLI11 2.1 REQUIRED)
endif()
find_package(Threads REQUIRED)

function(toktally_pkg_config_target target module)
  pkg_check_modules(PC_${target} REQUIRED ${module})
  add_library(${target} INTERFACE)
  if(TOKTALLY_STATIC)
    target_link_libraries(${target} INTERFACE ${PC_${target}_STATIC_LDFLAGS})
  else()
    target_link_libraries(${target} INTERFACE ${PC_${target}_LDFLAGS})
  endif()
endfunction()

toktally_pkg_config_target(toktally_absl_status absl_statusor)
toktally_pkg_config_target(toktally_absl_strings absl_strings)
toktally_pkg_config_target(toktally_absl_int128 absl_int128)
toktally_pkg_config_target(toktally_re2 re2)
toktally_pkg_config_target(toktally_stb stb)
toktally_pkg_config_target(toktally_webp libwebp)
toktally_pkg_config_target(toktally_utf8proc libutf8proc)
if(TOKTALLY_BUILD_CLI)
  toktally_pkg_config_target(toktally_nettle nettle)
endif()
