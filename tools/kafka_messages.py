#!/usr/bin/env python3
"""Makes C++ structs and codecs of Kafka's own message descriptions, for src/kafka/wire.

    kafka_messages.py DESCRIPTIONS MESSAGES.txt OUT

DESCRIPTIONS is the folder of the JSON files, MESSAGES.txt lists the names wanted, OUT is the folder
that the generated files go to: one .hpp and one .cpp for each name, `api_key.hpp`, `api_table.cpp`
and `every_message.hpp`. A file whose content stays the same is not touched.

A field is there in some versions of its message. Reading leaves it at its default in the others;
writing drops it if the description calls it ignorable or the message is a response, and otherwise
refuses any other value.
"""

import sys
from pathlib import Path

from kafka_descriptions import SIZED, Field, Message, Struct, in_order_of_use, load, snake


def declarations(message: Message) -> str:
    *nested, root = in_order_of_use(message.structs)
    lines = [f"struct {message.name} {{"]
    if message.key is not None:
        lines.append(f"static constexpr ApiKey Key = ApiKey::{api_name(message)};")
    lines += [f"static constexpr int MinVersion = {message.versions.low};",
              f"static constexpr int MaxVersion = {message.versions.high};", ""]
    for struct in nested:
        lines += [f"struct {struct.name} {{", *members(struct), "};", ""]
    return "\n".join([*lines, *members(root), "};", ""])


def members(struct: Struct) -> list[str]:
    return [
        *(f"{each.cpp_type()} {each.name}{each.initial()};" for each in struct.fields), "",
        f"static {struct.name} read(Reader& in, int version);",
        "void write(Writer& out, int version) const;",
        f"bool operator==(const {struct.name}&) const = default;",
    ]


def header(messages: list[Message]) -> str:
    types = {each.type for message in messages for struct in message.structs
             for each in struct.fields}
    includes = [name for type_, name in (("bytes", "base/bytes.hpp"), ("uuid", "base/ids.hpp"))
                if type_ in types]
    includes.append("kafka/wire/messages/api_key.hpp")
    includes += ["kafka/wire/records.hpp"] if "records" in types else []
    return file_text(
        "#pragma once", "", "#include <cstdint>", "#include <optional>", "#include <string>",
        "#include <vector>", "", *(f'#include "{name}"' for name in includes), "",
        "namespace tarn::kafka {", "", "class Reader;", "class Writer;", "",
        *(declarations(message) for message in messages), "}  // namespace tarn::kafka")


# Writing codecs.


def codec(messages: list[Message], own_header: str) -> str:
    functions = [
        function for message in messages for struct in message.structs
        for function in (read_function(message, struct), write_function(message, struct))]
    return file_text(
        f'#include "kafka/wire/messages/{own_header}"', "",
        '#include "kafka/wire/reader.hpp"', '#include "kafka/wire/version.hpp"',
        '#include "kafka/wire/writer.hpp"', "", "namespace tarn::kafka {", "",
        *functions, "}  // namespace tarn::kafka")


def scope(message: Message, struct: Struct) -> str:
    return message.name if struct.name == message.name else f"{message.name}::{struct.name}"


def opening(message: Message, struct: Struct) -> list[str]:
    lines = []
    if struct.name == message.name:
        lines.append(f'check_version("{message.name}", version, MinVersion, MaxVersion);')
    lines.append("[[maybe_unused]] const Form form = "
                 f"form_of(version, {message.first_flexible});")
    return lines


def read_function(message: Message, struct: Struct) -> str:
    name = scope(message, struct)
    lines = [f"{name} {name}::read(Reader& in, [[maybe_unused]] int version) {{",
             *opening(message, struct), f"{struct.name} read;"]
    for each in struct.fields:
        if each.tag is None:
            lines += guarded(each, struct, read_field(each, struct, "in"))
    lines += read_tags(struct)
    return "\n".join([*lines, "return read;", "}", ""])


def guarded(each: Field, struct: Struct, lines: list[str]) -> list[str]:
    condition = each.versions.condition(struct.versions)
    return lines if condition == "true" else [f"if ({condition}) {{", *lines, "}"]


def read_field(each: Field, struct: Struct, source: str) -> list[str]:
    target = f"read.{each.name}"
    if each.is_array:
        pointed = f"{target}->" if each.is_nullable() else f"{target}."
        lines = [f"for (auto left = {source}.begin_array(form, {target}); left > 0; --left) {{",
                 f"{pointed}push_back({read_value(each, source)});", "}"]
    elif each.is_struct() and each.is_nullable():
        lines = [f"if ({source}.take_presence()) {target} = {read_value(each, source)};"]
    elif each.is_nullable():
        lines = [f"{target} = {source}.take_nullable_{each.type}({form_of(each)});"]
    else:
        lines = [f"{target} = {read_value(each, source)};"]
    condition = not_null_condition(each, struct)
    return lines + ([f"if ({condition} && !{target}) {source}.fail_null();"] if condition else [])


def read_value(each: Field, source: str) -> str:
    if each.is_struct():
        return f"{each.type}::read({source}, version)"
    if each.type in SIZED or each.type == "records":
        return f"{source}.take_{each.type}({form_of(each)})"
    return f"{source}.take_{each.type}()"


def form_of(each: Field) -> str:
    return "Form::Plain" if each.flexible == "none" else "form"


def not_null_condition(each: Field, struct: Struct) -> str | None:
    """The C++ for "in this version it may not be null", if there is such a version."""
    if not each.is_nullable() or each.nullable.low <= each.versions.within(struct.versions).low:
        return None
    return f"version < {each.nullable.low}"


def tagged(struct: Struct) -> list[Field]:
    return sorted((each for each in struct.fields if each.tag is not None), key=lambda f: f.tag)


def read_tags(struct: Struct) -> list[str]:
    if not tagged(struct):
        return ["in.skip_tags(form);"]
    lines = ["for (auto left = in.take_tag_count(form); left > 0; --left) {",
             "Tag tag = in.take_tag();"]
    branch = ""
    for each in tagged(struct):
        condition = f"tag.number == {each.tag} && {each.versions.condition(struct.versions)}"
        lines += [f"{branch}if ({condition.removesuffix(' && true')}) {{",
                  *read_field(each, struct, "tag.value")]
        branch = "} else "
    return [*lines, "} else {", "continue;", "}", "tag.value.check_at_end();", "}"]


def write_function(message: Message, struct: Struct) -> str:
    name = scope(message, struct)
    lines = [f"void {name}::write(Writer& out, [[maybe_unused]] int version) const {{",
             *opening(message, struct)]
    for each in struct.fields:
        lines += write_where_it_is(each, struct, f"{name}::{each.name}")
    lines += write_tags(struct, name)
    return "\n".join([*lines, "}", ""])


def write_where_it_is(each: Field, struct: Struct, label: str) -> list[str]:
    """Fields with a tag are written later; here they are only refused."""
    lines = write_field(each, struct, "out", label) if each.tag is None else []
    condition = each.versions.condition(struct.versions)
    if condition == "true":
        return lines
    refused = [f'if ({each.differs_from_default(each.name)}) refuse_field("{label}", version);']
    if each.is_ignorable:
        return [f"if ({condition}) {{", *lines, "}"] if lines else []
    if not lines:
        return [f"if (!({condition})) {{", *refused, "}"]
    return [f"if ({condition}) {{", *lines, "} else {", *refused, "}"]


def write_field(each: Field, struct: Struct, target: str, label: str) -> list[str]:
    name = each.name
    condition = not_null_condition(each, struct)
    lines = [f'if ({condition} && !{name}) refuse_null("{label}", version);'] if condition else []
    if each.is_array:
        pointed = f"(*{name})" if each.is_nullable() else name
        loop = [f"{target}.put_count(form, {pointed}.size());",
                f"for (const auto& each : {pointed}) {write_value(each, 'each', target)};"]
        if not each.is_nullable():
            return lines + loop
        return [*lines, f"if (!{name}) {{ {target}.put_null_array(form); }} else {{", *loop, "}"]
    if each.is_struct() and each.is_nullable():
        return [*lines, f"{target}.put_presence({name}.has_value());",
                f"if ({name}) {name}->write({target}, version);"]
    if each.is_nullable():
        return [*lines, f"{target}.put_nullable_{each.type}({form_of(each)}, {name});"]
    return [*lines, f"{write_value(each, name, target)};"]


def write_value(each: Field, value: str, target: str) -> str:
    if each.is_struct():
        return f"{value}.write({target}, version)"
    if each.type in SIZED or each.type == "records":
        return f"{target}.put_{each.type}({form_of(each)}, {value})"
    return f"{target}.put_{each.type}({value})"


def write_tags(struct: Struct, scope_name: str) -> list[str]:
    if not tagged(struct):
        return ["out.put_no_tags(form);"]
    lines = ["Tags tags;"]
    for each in tagged(struct):
        condition = each.versions.condition(struct.versions)
        differs = each.differs_from_default(each.name)
        lines += [f"if ({condition} && {differs}) {{".replace("true && ", ""),
                  f"[[maybe_unused]] Writer& value = tags.begin({each.tag});",
                  *write_field(each, struct, "value", f"{scope_name}::{each.name}"), "}"]
    return [*lines, "out.put_tags(form, tags);"]


# Writing the tables.


def api_name(message: Message) -> str:
    return message.name.removesuffix("Request").removesuffix("Response")


def api_key(requests: list[Message]) -> str:
    return file_text(
        "#pragma once", "", "#include <cstdint>", "", "namespace tarn::kafka {", "",
        "enum class ApiKey : int16_t {",
        *(f"{api_name(each)} = {each.key}," for each in requests), "};", "",
        "}  // namespace tarn::kafka")


def api_table(requests: list[Message]) -> str:
    rows = [f'{{ApiKey::{api_name(each)}, "{api_name(each)}", {each.versions.low}, '
            f"{each.versions.high}, {each.first_flexible}}}," for each in requests]
    return file_text(
        '#include "kafka/wire/apis.hpp"', "", "namespace tarn::kafka {", "",
        "std::span<const Api> apis() {", "static constexpr Api all[] = {", *rows, "};",
        "return all;", "}", "", "}  // namespace tarn::kafka")


def every_message(requests: list[Message]) -> str:
    """For the few who need all of them: tests, the fuzz target, the probe."""
    text = ["#pragma once", ""]
    text += [f'#include "kafka/wire/messages/{snake(api_name(each))}.hpp"' for each in requests]
    text += ['#include "kafka/wire/version.hpp"', "", "namespace tarn::kafka {", ""]
    for kind in ("Request", "Response"):
        text += [f"// Calls visit.operator()<{api_name(requests[0])}{kind}>() and so on.",
                 "template <typename Visit>",
                 f"decltype(auto) visit_{kind.lower()}(ApiKey key, Visit&& visit) {{",
                 "switch (key) {"]
        text += [f"case ApiKey::{api_name(each)}: "
                 f"return visit.template operator()<{api_name(each)}{kind}>();"
                 for each in requests]
        text += ["}", "refuse_key(key);", "}", ""]
    return file_text(*text, "}  // namespace tarn::kafka")


def file_text(*lines: str) -> str:
    """The lines, indented by the braces they stand in."""
    text, depth = ["// Made by tools/kafka_messages.py."], 0
    for line in "\n".join(lines).splitlines():
        inside = depth - (1 if line.startswith("}") else 0)
        text.append(("    " * inside + line) if line else "")
        depth += line.count("{") - line.count("}")
        depth -= line.startswith("namespace") - line.startswith("}  // namespace")
    return "\n".join(text) + "\n"


def main() -> None:
    descriptions, listed, out = map(Path, sys.argv[1:])
    names = [line for line in listed.read_text().splitlines() if line and line[0] != "#"]
    out.mkdir(parents=True, exist_ok=True)
    requests = []
    files = {}
    for name in names:
        paths = [path for kind in ("Request", "Response", "")
                 if (path := descriptions / f"{name}{kind}.json").exists()]
        if not paths:
            sys.exit(f"kafka_messages.py: {descriptions} has no description of {name}")
        messages = [load(path) for path in paths]
        requests += [each for each in messages if each.kind == "request"]
        files[f"{snake(name)}.hpp"] = header(messages)
        files[f"{snake(name)}.cpp"] = codec(messages, f"{snake(name)}.hpp")
    requests.sort(key=lambda each: each.key)
    files |= {"api_key.hpp": api_key(requests), "api_table.cpp": api_table(requests),
              "every_message.hpp": every_message(requests)}
    for name, text in files.items():
        path = out / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


if __name__ == "__main__":
    main()
