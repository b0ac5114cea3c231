"""Writes the quantised checkpoints, their reference values and one small file for each packing.

    python tools/conformance/quantised.py OUT MLX_PYTHON [NAME ...]

OUT holds the tokenizer that checkpoints.py wrote; MLX_PYTHON is the interpreter of the environment that has MLX.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file
from tokenizers import Tokenizer

import checkpoints
import packing
import reference
import tiny_tokenizer
import weights
from specs import NEW, OLD, llama, qwen2, qwen3

FROM_MLX = 1e-4  # of the logits' range: MLX's own quantised products in f32, summed in another order
ORACLE = Path(__file__).with_name("mlx_oracle.py")


@dataclass(frozen=True)
class Quantised:
    name: str
    config: dict
    rules: dict
    dtype: str = "bfloat16"


def rules(bits: int, group_size: int, mode: str = "affine", **more) -> dict:
    return {"bits": bits, "group_size": group_size, "mode": mode} | more


LLAMA = dict(hidden_size=64, intermediate_size=128, num_attention_heads=4, num_key_value_heads=2)
UNTIED = llama(**LLAMA, tie_word_embeddings=False, rope_theta=10000.0) | OLD
TIED = llama(**LLAMA, tie_word_embeddings=True, rope_parameters={"rope_theta": 10000.0, "rope_type": "default"}) | NEW

MODELS = [
    Quantised("llama-q4-g64-tied", TIED, rules(4, 64)),
    Quantised("llama-q8-g64", UNTIED, {"bits": 8, "group_size": 64}),
    Quantised("llama-q6-g64-f16", UNTIED | {"torch_dtype": "float16"}, rules(6, 64), dtype="float16"),
    Quantised("llama-q3-g64-tied", TIED, rules(3, 64)),
    Quantised(
        "llama-q4-g32-f32",
        TIED | {"dtype": "float32", "hidden_size": 96, "num_attention_heads": 6},
        rules(4, 32),
        dtype="float32",
    ),
    Quantised(
        "llama-q5-g128-tied",
        TIED | {"hidden_size": 128, "num_attention_heads": 4, "num_key_value_heads": 1},
        rules(5, 128),
    ),
    # Overrides by layer, a layer left alone by name, and down_proj, which no group of 64 fits, left alone silently.
    Quantised(
        "llama-mixed",
        UNTIED | {"intermediate_size": 96},
        rules(
            4,
            64,
            layers={
                "model.embed_tokens": {"group_size": 64, "bits": 6},
                "model.layers.0.self_attn.q_proj": {"group_size": 32, "bits": 8},
                "model.layers.1.self_attn.o_proj": {"group_size": 32, "bits": 2},
                "model.layers.1.mlp.gate_proj": {"group_size": 64, "bits": 3},
                "lm_head": False,
            },
        ),
    ),
    # A layer's own `bias` beside the quantisation's `biases`.
    Quantised(
        "qwen2-q4-g32",
        qwen2(
            hidden_size=96, intermediate_size=64, num_attention_heads=6, num_key_value_heads=2, rms_norm_eps=1e-6,
            tie_word_embeddings=True, rope_theta=1000000.0, use_sliding_window=False, sliding_window=8, max_window_layers=2,
        ) | OLD,
        rules(4, 32),
    ),
    Quantised("llama-mxfp4", UNTIED, rules(4, 32, "mxfp4")),
    Quantised(
        "qwen3-mxfp4-tied",
        qwen3(
            hidden_size=96, intermediate_size=64, num_attention_heads=4, num_key_value_heads=2, head_dim=24, rms_norm_eps=1e-6,
            attention_bias=False, tie_word_embeddings=True, rope_theta=1000000.0, use_sliding_window=False,
            sliding_window=None, max_window_layers=2,
        ) | OLD,
        rules(4, 32, "mxfp4"),
    ),
    Quantised("llama-mxfp8", UNTIED, rules(8, 32, "mxfp8")),
    Quantised("llama-nvfp4-tied", TIED, rules(4, 16, "nvfp4")),
]


def oracle(python: str, *arguments) -> None:
    """MLX compiles small functions with g++ into a folder with a guessable name: not wanted here."""
    environment = os.environ | {"MLX_DISABLE_COMPILE": "1", "TRANSFORMERS_VERBOSITY": "error"}
    subprocess.run([python, str(ORACLE), *map(str, arguments)], check=True, env=environment)


def write(out: Path, python: str, wanted: Quantised, tokenizer: Tokenizer) -> None:
    folder = out / wanted.name
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        source, plain = Path(scratch, "source"), Path(scratch, "plain")
        source.mkdir()
        plain.mkdir()
        for needs_config in (source, plain):
            (needs_config / "config.json").write_text(json.dumps(wanted.config))
        weights.save(source, weights.random_state(wanted.config, wanted.name, wanted.dtype), 1)
        oracle(python, "model", source, folder, plain / "model.safetensors", json.dumps(wanted.rules))
        packing.assert_agrees(folder, load_file(plain / "model.safetensors"))
        model = checkpoints.load(plain, wanted.config)
        prompts = reference.search(model, tokenizer, wanted.name, tiny_tokenizer.VOCABULARY - 4)
        rounding = checkpoints.difference(checkpoints.load(plain, wanted.config).double(), prompts)
        assert rounding < checkpoints.ROUNDING, f"{wanted.name} is too sensitive to rounding"
    reference.write(folder, prompts, f"weights from MLX 0.32.2 dequantised in f32; {checkpoints.source()}")
    oracle(python, "check", folder, FROM_MLX)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{wanted.name}: {[len(p.ids) for p in prompts]} tokens, {size // 1024} KB", flush=True)


def check_tensors(folder: Path) -> None:
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "pt") as tensors:
            stored = {name: tensors.get_tensor(name) for name in tensors.keys()}
        found = packing.dequantize(stored["weight"], stored["scales"], stored.get("biases"))
        assert numpy.array_equal(found, stored["dequantized"].numpy()), file
    print(f"quant: {len(list(folder.glob('*.safetensors')))} packings")


def main() -> None:
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    out, python, names = Path(sys.argv[1]), sys.argv[2], set(sys.argv[3:])
    tokenizer = Tokenizer.from_file(str(out / "tokenizer" / "tokenizer.json"))
    for wanted in MODELS:
        if not names or wanted.name in names:
            write(out, python, wanted, tokenizer)
    if not names:
        oracle(python, "tensors", out / "quant")
        check_tensors(out / "quant")


if __name__ == "__main__":
    main()
