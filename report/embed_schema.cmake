# Writes OUTPUT, a .cpp that holds SCHEMA as a string: the program carries the schema it writes by.
file(READ "${SCHEMA}" text)
file(WRITE "${OUTPUT}.new" "#include \"report/json_report.h\"\n\nnamespace seedaudit {\n\nstd::string_view report_schema() { return R\"schema(${text})schema\"; }\n\n}  // namespace seedaudit\n")
file(COPY_FILE "${OUTPUT}.new" "${OUTPUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUTPUT}.new")
