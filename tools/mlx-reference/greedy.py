"""What mlx-lm decodes greedily, in f32, from every quantised checkpoint that the tests have and from the built-in models.

    python tools/mlx-reference/greedy.py CONFORMANCE BUILTIN OUT

Run with MLX_DISABLE_COMPILE=1, on a processor: see README.md.
"""

import json
import sys
from pathlib import Path

import mlx.core as mx
from mlx_lm.models.cache import make_prompt_cache
from mlx_lm.utils import load_model
from tokenizers import Tokenizer

TOKENS = 32
TEXTS = [
    "Hello! Who are you?",
    "Once upon a time there was a small robot who",
    "What is 17 + 25?",
    "The three largest cities of",
]

# Another order of a sum moves a logit by about 1e-6 of the range: a token that leads by less decides nothing.
MARGIN = 1e-4


def decode(network, ids: list[int]) -> list[int]:
    """The tokens that follow, up to the first that was won by too little."""
    cache = make_prompt_cache(network)
    tokens = []
    logits = network(mx.array([ids]), cache=cache)[0, -1]
    while len(tokens) < TOKENS:
        best, second = (float(x) for x in mx.sort(logits)[::-1][:2])
        if best - second < MARGIN * float(logits.max() - logits.min()):
            break
        tokens.append(int(mx.argmax(logits)))
        logits = network(mx.array([tokens[-1:]]), cache=cache)[0, -1]
    return tokens


def decoded(folder: Path, prompts: list[list[int]]) -> list[dict]:
    network, _ = load_model(folder)
    network.set_dtype(mx.float32)
    found = []
    for ids in prompts:
        tokens = decode(network, ids)
        assert len(tokens) >= TOKENS // 2, f"{folder.name}: choose another prompt"
        found.append({"ids": ids, "greedy": tokens})
        print(f"{folder.name}: {len(ids)} tokens, then {len(tokens)}")
    return found


def quantised(conformance: Path) -> list[Path]:
    folders = sorted(file.parent for file in conformance.glob("*/config.json"))
    return [folder for folder in folders if "quantization" in json.loads((folder / "config.json").read_text())]


def main(conformance: Path, builtin: Path, out: Path) -> None:
    models = {}
    for folder in quantised(conformance):
        reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
        models[f"conformance/{folder.name}"] = decoded(folder, [prompt["ids"] for prompt in reference["prompts"]])
    for folder in sorted(file.parent for file in builtin.glob("*/config.json")):
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        models[f"builtin/{folder.name}"] = decoded(folder, [tokenizer.encode(text).ids for text in TEXTS])
    lines = [f' "{name}": [\n' + ",\n".join(f"  {json.dumps(prompt)}" for prompt in prompts) + "\n ]" for name, prompts in models.items()]
    out.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    mx.set_default_device(mx.cpu)
    main(*map(Path, sys.argv[1:]))
