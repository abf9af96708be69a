"""Kafka's message descriptions, for kafka_messages.py: JSON with comments, a file a message.

A field is there in some versions of its message, and so is each struct that it is made of. What a
description leaves open is filled in here as Kafka's own generator fills it in.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

NEVER = 32767  # no version is that high

SCALARS = {  # type of the description: type in C++, default
    "bool": ("bool", "false"),
    "int8": ("int8_t", "0"),
    "int16": ("int16_t", "0"),
    "uint16": ("uint16_t", "0"),
    "int32": ("int32_t", "0"),
    "int64": ("int64_t", "0"),
    "float64": ("double", "0"),
    "uuid": ("Uuid", ""),
    "records": ("Records", ""),
}
SIZED = {"string": "std::string", "bytes": "Bytes"}


@dataclass(frozen=True)
class Versions:
    low: int
    high: int

    @staticmethod
    def parse(text: str | None) -> "Versions":
        if text in (None, "none"):
            return Versions(NEVER, -1)
        low, _, high = text.partition("-")
        if text.endswith("+"):
            return Versions(int(text[:-1]), NEVER)
        return Versions(int(low), int(high or low))

    def within(self, other: "Versions") -> "Versions":
        return Versions(max(self.low, other.low), min(self.high, other.high))

    def is_empty(self) -> bool:
        return self.low > self.high

    def condition(self, context: "Versions") -> str:
        """The C++ for "the version is one of these", where it is known to be one of `context`."""
        parts = []
        if self.low > context.low:
            parts.append(f"version >= {self.low}")
        if self.high < context.high:
            parts.append(f"version <= {self.high}")
        return " && ".join(parts) or "true"


@dataclass
class Field:
    name: str
    type: str  # of one element, if it is an array
    is_array: bool
    versions: Versions
    nullable: Versions
    default: str | None
    tag: int | None
    is_ignorable: bool
    flexible: str | None  # "none" for the one text that stays plain in a flexible header

    @staticmethod
    def parse(raw: dict) -> "Field":
        default = str(raw["default"]) if "default" in raw else None
        parsed = Field(
            name=snake(raw["name"]), type=raw["type"].removeprefix("[]"),
            is_array=raw["type"].startswith("[]"), versions=Versions.parse(raw["versions"]),
            nullable=Versions.parse(raw.get("nullableVersions")), default=default,
            tag=raw.get("tag"), is_ignorable=raw.get("ignorable", False),
            flexible=raw.get("flexibleVersions"),
        )
        if parsed.tag is not None and raw["taggedVersions"] != raw["versions"]:
            sys.exit(f"kafka_messages.py: {raw['name']} is tagged in some of its versions only")
        return parsed

    def is_nullable(self) -> bool:
        # Records know by themselves whether they are null.
        return not self.nullable.is_empty() and self.type != "records"

    def is_struct(self) -> bool:
        return self.type not in SCALARS and self.type not in SIZED

    def element_type(self) -> str:
        if self.is_struct():
            return self.type
        return SIZED.get(self.type) or SCALARS[self.type][0]

    def cpp_type(self) -> str:
        plain = f"std::vector<{self.element_type()}>" if self.is_array else self.element_type()
        return f"std::optional<{plain}>" if self.is_nullable() else plain

    def initial(self) -> str:
        """What stands behind the member's name in its declaration. It is never nothing, so that a
        message can be built of the fields that someone names."""
        if self.is_nullable():
            return "{}" if self.default == "null" else "{std::in_place}"
        if self.is_array or self.is_struct() or self.type in ("uuid", "records", "bytes"):
            return "{}"
        if self.type == "string":
            return f' = "{self.default}"' if self.default else "{}"
        return f" = {self.scalar_default()}"

    def scalar_default(self) -> str:
        return (self.default or SCALARS[self.type][1]).lower()

    def differs_from_default(self, name: str) -> str:
        """The C++ for "this is not what a reader assumes where the field is not there"."""
        if self.is_nullable():
            return name if self.default == "null" else f"(!{name} || !{name}->empty())"
        if self.is_array or self.type == "bytes":
            return f"!{name}.empty()"
        if self.type == "string":
            return f'{name} != "{self.default}"' if self.default else f"!{name}.empty()"
        if self.type == "bool":
            return f"!{name}" if self.scalar_default() == "true" else name
        if self.is_struct() or self.type == "uuid":
            return f"{name} != {self.element_type()}()"
        return f"{name} != {self.scalar_default()}"


@dataclass
class Struct:
    name: str
    versions: Versions
    fields: list[Field]


@dataclass
class Message:
    name: str
    kind: str
    key: int | None
    versions: Versions
    first_flexible: int
    structs: list[Struct] = field(default_factory=list)  # each after those it is made of


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def load(path: Path) -> Message:
    raw = json.loads(re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE))
    flexible = Versions.parse(raw["flexibleVersions"])
    message = Message(raw["name"], raw["type"], raw.get("apiKey"),
                      Versions.parse(raw["validVersions"]), flexible.low)
    for shared in raw.get("commonStructs", []):
        add_struct(message, shared["name"], message.versions, shared)
    add_struct(message, message.name, message.versions, raw)
    if message.kind == "response":
        # A broker tells an older client as much as its version can carry.
        for each in [each for struct in message.structs for each in struct.fields]:
            each.is_ignorable = True
    return message


def add_struct(message: Message, name: str, context: Versions, raw: dict) -> None:
    """Adds a struct behind those of its own fields."""
    context = Versions.parse(raw.get("versions", "0+")).within(context)
    for each in raw["fields"]:
        if "fields" in each:
            add_struct(message, each["type"].removeprefix("[]"), context, each)
    fields = [Field.parse(each) for each in raw["fields"]]
    message.structs.append(Struct(name, context, [
        each for each in fields if not each.versions.within(context).is_empty()]))


def in_order_of_use(structs: list[Struct]) -> list[Struct]:
    """Shared structs may use each other in any order; C++ wants the used one first."""
    ordered: list[Struct] = []

    def add(struct: Struct) -> None:
        if struct in ordered:
            return
        for used in (each.type for each in struct.fields if each.is_struct()):
            add(next(other for other in structs if other.name == used))
        ordered.append(struct)

    for struct in structs:
        add(struct)
    return ordered
