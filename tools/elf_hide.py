"""Hides symbols that a prebuilt shared library exports although they are its private affair.

The wheel's libparquet carries OpenSSL and simdjson inside and exports all of both. The loader then
binds the system's libcrypto to some of those functions, of another version, and the process crashes
in the middle of TLS. The loader passes over a symbol whose visibility is "hidden" when others look
for it, while the library itself goes on using its own (ELF specification, symbol visibility). So
this sets that visibility for each matching entry of the dynamic symbol table, and takes its name,
kind and size away too, because linkers would still count a hidden symbol as a definition.
"""

import re
import struct
from pathlib import Path

SECTION_HEADER = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
TYPE_DYNSYM = 11
HIDDEN = 2
KIND_OBJECT = 1
KIND_FUNCTION = 2


def hide_symbols(library: Path, pattern: str) -> int:
    """Hides the defined symbols whose whole name matches; gives how many those were."""
    image = bytearray(library.read_bytes())
    if image[:6] != b"\x7fELF\x02\x01":
        raise ValueError(f"{library.name} is not a 64-bit little-endian ELF file")
    sections = section_headers(image)
    dynsym = next(section for section in sections if section["type"] == TYPE_DYNSYM)
    names = sections[dynsym["link"]]
    matcher = re.compile(pattern)
    hidden = 0
    for at in range(dynsym["offset"], dynsym["offset"] + dynsym["size"], SYMBOL.size):
        name_at, info, other, section, value, _ = SYMBOL.unpack_from(image, at)
        start = names["offset"] + name_at
        name = image[start:image.index(0, start)].decode()
        if section != 0 and matcher.fullmatch(name):
            if info & 0xF in (KIND_OBJECT, KIND_FUNCTION):
                info &= 0xF0
            SYMBOL.pack_into(image, at, 0, info, (other & ~3) | HIDDEN, section, value, 0)
            hidden += 1
    library.write_bytes(image)
    return hidden


def section_headers(image: bytearray) -> list[dict]:
    table, = struct.unpack_from("<Q", image, 0x28)
    entry_size, count = struct.unpack_from("<HH", image, 0x3A)
    fields = ("name", "type", "flags", "address", "offset", "size", "link", "info", "align",
              "entry")
    return [dict(zip(fields, SECTION_HEADER.unpack_from(image, table + index * entry_size)))
            for index in range(count)]
