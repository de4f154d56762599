# What an installed toktally links besides its own libraries, found where it is used. Part of its
# configuration (find_package).
include(CMakeFindDependencyMacro)
find_dependency(absl)
find_dependency(PkgConfig)
foreach(dependency toktally_re2:re2 toktally_stb:stb toktally_webp:libwebp
    toktally_utf8proc:libutf8proc)
  string(REPLACE ":" ";" dependency ${dependency})
  list(GET dependency 0 name)
  list(GET dependency 1 module)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET ${module})
  if(NOT ${name}_FOUND)
    set(toktally_FOUND FALSE)
    set(toktally_NOT_FOUND_MESSAGE "pkg-config does not know ${module}, which toktally links")
    return()
  endif()
endforeach()
