# cmake -DSOURCES=<folder> -DOUTPUT=<file.cpp> -P embed_sources.cmake: the source files as string literals, in alphabetical order.
file(GLOB paths "${SOURCES}/*.json")
list(SORT paths)
set(entries "")
foreach(path IN LISTS paths)
  get_filename_component(id "${path}" NAME)
  string(REGEX REPLACE "\\.json$" "" id "${id}")
  file(READ "${path}" text)
  string(APPEND entries "    {\"${id}\", R\"json(${text})json\"},\n")
endforeach()
file(WRITE "${OUTPUT}.new"
     "// Written by embed_sources.cmake from dosimetry/sources/*.json.\n#include \"dosimetry/embedded_sources.h\"\n\nnamespace seedaudit {\n\n"
     "std::span<const EmbeddedSource> embedded_sources() {\n  static constexpr EmbeddedSource kSources[] = {\n${entries}  };\n  return kSources;\n}\n\n}  // namespace seedaudit\n")
file(COPY_FILE "${OUTPUT}.new" "${OUTPUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUTPUT}.new")
file(TOUCH "${OUTPUT}")
