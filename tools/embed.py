#!/usr/bin/env python3
"""Packs the files of a folder into one C++ file, for tarn_embed_assets (cmake/embed.cmake).

    embed.py FOLDER OUT.cpp NAME

OUT.cpp defines `std::span<const tarn::http::Asset> tarn::assets::NAME()`. Texts are compressed
here, once, so that serving them costs nothing. The same folder always gives the same bytes.
"""

import gzip
import hashlib
import pathlib
import sys

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".sql": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def literal(data: bytes) -> str:
    """The bytes as C++ string literals of a line each. Three-digit octal escapes cannot run into
    the character that follows, as hexadecimal ones can."""
    lines = []
    for start in range(0, len(data), 100):
        piece = data[start : start + 100]
        text = "".join(
            chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else f"\\{byte:03o}"
            for byte in piece
        )
        lines.append(f'    "{text}"')
    return "\n".join(lines) or '    ""'


def compressed(data: bytes) -> bytes:
    packed = gzip.compress(data, compresslevel=9, mtime=0)
    return packed if len(packed) < len(data) * 9 // 10 else b""


def asset(path: str, data: bytes) -> str:
    kind = CONTENT_TYPES.get(pathlib.PurePath(path).suffix, "application/octet-stream")
    packed = compressed(data)
    etag = f'\\"{hashlib.sha256(data).hexdigest()[:20]}\\"'
    return (
        f'{{"{path}", "{kind}",\n std::string_view(\n{literal(data)}, {len(data)}),\n'
        f' std::string_view(\n{literal(packed)}, {len(packed)}),\n "{etag}"}},\n'
    )


def main() -> None:
    folder, out, name = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        sys.exit(f"embed.py: there are no files in {folder}")
    assets = "".join(
        asset(path.relative_to(folder).as_posix(), path.read_bytes()) for path in files
    )
    out.write_text(
        "// Made by tools/embed.py.\n"
        '#include "http/assets.hpp"\n\n'
        "// A file of more than 64 KB is a longer literal than the standard promises to take.\n"
        '#pragma GCC diagnostic ignored "-Woverlength-strings"\n\n'
        "namespace tarn::assets {\n\n"
        f"std::span<const http::Asset> {name}() {{\n"
        f"static const http::Asset assets[] = {{\n{assets}}};\n"
        "return assets;\n}\n\n"
        "}  // namespace tarn::assets\n"
    )


if __name__ == "__main__":
    main()
