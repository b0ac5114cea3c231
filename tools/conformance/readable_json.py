"""JSON as a reader wants it: indented, but a list of plain values stays on one line."""

import json
from pathlib import Path


def write(file: Path, value) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(lines(value, "") + "\n", encoding="utf-8")


def lines(value, indent: str) -> str:
    deeper = indent + " "
    if isinstance(value, dict) and value:
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {lines(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(deeper + part for part in parts) + "\n" + indent + "}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(deeper + lines(item, deeper) for item in value) + "\n" + indent + "]"
    return json.dumps(value, ensure_ascii=False)
