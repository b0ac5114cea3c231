"""Writes SHA256SUMS over the files of both models; its own hash is the version under which the jar's models are unpacked.

    python checksums.py FOLDER
"""

import hashlib
import sys
from pathlib import Path

MODELS = ["tiny", "tiny-draft"]
FILES = ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
LIMIT = 8_000_000


def main(folder: Path) -> None:
    names = [f"{model}/{file}" for model in MODELS for file in FILES]
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
    size = sum((folder / name).stat().st_size for name in names)
    print(f"{len(names)} files, {size} bytes")
    assert size <= LIMIT, f"more than {LIMIT} bytes"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
