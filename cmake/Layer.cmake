# seedaudit_layer(name [LINK layers...] [THIRD targets...]): one static library from the folder's .cpp files.
# LINK is PUBLIC because a layer's headers may show the values of the layers below; THIRD is PRIVATE because no public header shows them.

add_library(seedaudit_warnings INTERFACE)
target_compile_options(seedaudit_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)

# Sources that are compiled as one are included files to the compiler, which warns of hidden types in those.
if(CMAKE_UNITY_BUILD)
  target_compile_options(seedaudit_warnings INTERFACE -Wno-subobject-linkage)
endif()

# With the sanitizers' checks between them, GCC 12 takes values passed through the standard containers for uninitialized (its manual
# warns of that); the sanitizers themselves watch at run time there.
if(SEEDAUDIT_SANITIZED)
  target_compile_options(seedaudit_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

# Four checks of undefined behaviour make two fifths of compiling; most of what they see stops the address sanitizer as well.
if(SEEDAUDIT_SANITIZED AND NOT SEEDAUDIT_EVERY_CHECK)
  add_compile_options(-fno-sanitize=null,alignment,object-size,pointer-overflow)
endif()

# One rounding on every machine: no fused multiply-add that one target has and another has not.
add_compile_options(-ffp-contract=off)

find_package(Git QUIET)
set(SEEDAUDIT_GIT "unknown")
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty --abbrev=12 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
                  OUTPUT_VARIABLE SEEDAUDIT_GIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

# Targets whose own work is light: under the sanitizers their compilation costs far more than it saves in running, so it is not optimised.
function(seedaudit_light name)
  if(SEEDAUDIT_SANITIZED)
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()

function(seedaudit_layer name)
  cmake_parse_arguments(ARG "" "" "LINK;THIRD" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_LINK})
    return()
  endif()
  file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  add_library(${name} STATIC ${sources})
  # Every header compiles alone: one with a .cpp is that file's first include (tests/architecture checks it), which says so where each file
  # is compiled for itself; the others are compiled by all_verify_interface_header_sets.
  foreach(header ${headers})
    string(REGEX REPLACE "\\.h$" ".cpp" source "${header}")
    if(NOT source IN_LIST sources)
      list(APPEND alone "${header}")
    endif()
  endforeach()
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}" FILES ${headers})
  if(alone)
    target_sources(${name} PUBLIC FILE_SET alone TYPE HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}" FILES ${alone})
    set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON INTERFACE_HEADER_SETS_TO_VERIFY alone)
  endif()
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE seedaudit_warnings ${ARG_THIRD})
endfunction()
