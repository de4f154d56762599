"""Puts DuckDB's footer behind a shared library, which makes it an extension:
     footer.py LIBRARY EXTENSION VERSION PLATFORM

Eight fields of 32 bytes that DuckDB reads from behind, after a WebAssembly section's header, and 256
bytes for a signature, which stay empty (LOAD wants allow_unsigned_extensions). The form is that of
DuckDB's own scripts/append_metadata.cmake."""

import sys

library, extension, version, platform = sys.argv[1:]
fields = ["", "", "", "C_STRUCT", version, "v1.2.0", platform, "4"]
with open(library, "rb") as file:
    data = file.read()
data += bytes([0x00, 0x93, 0x04, 0x10]) + b"duckdb_signature" + bytes([0x80, 0x04])
for field in fields:
    data += field.encode().ljust(32, b"\0")
data += bytes(256)
with open(extension, "wb") as file:
    file.write(data)
