# Where the fixed dependencies come from: Debian 12's packages, or any install of the same versions.
# Defines toktally_absl_status, toktally_absl_strings, toktally_absl_int128, toktally_absl_time and
# toktally_re2.
#
# Abseil's own CMake targets name the shared libraries, and RE2 has no CMake file here, so both go
# through pkg-config, whose names let the linker choose .a for a static program.
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
if(TOKTALLY_BUILD_CLI)
  find_package(CLI11 2.1 REQUIRED)
endif()
find_package(Threads REQUIRED)

# INSTALLED is what an installed toktally links in its place, which its configuration finds on the
# machine where it is used (toktallyDependencies.cmake).
function(toktally_pkg_config_target target module installed)
  pkg_check_modules(PC_${target} REQUIRED ${module})
  set(flags ${PC_${target}_LDFLAGS})
  if(TOKTALLY_STATIC)
    set(flags ${PC_${target}_STATIC_LDFLAGS})
  endif()
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE
    "$<BUILD_INTERFACE:${flags}>" $<INSTALL_INTERFACE:${installed}>)
endfunction()

toktally_pkg_config_target(toktally_absl_status absl_statusor absl::statusor)
toktally_pkg_config_target(toktally_absl_strings absl_strings absl::strings)
toktally_pkg_config_target(toktally_absl_int128 absl_int128 absl::int128)
toktally_pkg_config_target(toktally_absl_time absl_time absl::time)
toktally_pkg_config_target(toktally_re2 re2 PkgConfig::toktally_re2)
toktally_pkg_config_target(toktally_stb stb PkgConfig::toktally_stb)
toktally_pkg_config_target(toktally_webp libwebp PkgConfig::toktally_webp)
toktally_pkg_config_target(toktally_utf8proc libutf8proc PkgConfig::toktally_utf8proc)
if(TOKTALLY_BUILD_CLI)
  toktally_pkg_config_target(toktally_nettle nettle PkgConfig::toktally_nettle)
  toktally_pkg_config_target(toktally_yaml yaml-0.1 PkgConfig::toktally_yaml)
endif()
