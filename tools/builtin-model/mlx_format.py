"""Writes and reads checkpoints in MLX's affine quantised form, with numpy only.

A quantised matrix ``X`` of shape ``[out, in]`` is three tensors: ``X.weight`` uint32 ``[out, in * bits / 32]``, value i of a word in
its bits ``bits * i`` and up; ``X.scales`` and ``X.biases`` ``[out, in / group]``. ``w = scale * q + bias``, group by group along the input.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from lm import Llama, Shape

BITS, GROUP = 8, 64


def quantise(matrix: torch.Tensor):
    """Packed words, scales and biases (bf16) of ``matrix``; the integers are chosen for the scales as they are stored."""
    out, width = matrix.shape
    if width % GROUP:
        raise ValueError(f"input width {width} is no multiple of the group, {GROUP}")
    groups = matrix.detach().float().reshape(out, width // GROUP, GROUP)
    low, high = groups.amin(-1), groups.amax(-1)
    levels = (1 << BITS) - 1
    scales = ((high - low) / levels).clamp_min(1e-8).to(torch.bfloat16)
    biases = low.to(torch.bfloat16)
    q = torch.round((groups - biases.float()[..., None]) / scales.float()[..., None]).clamp(0, levels)
    q = q.to(torch.int64).reshape(out, width).numpy().astype(np.uint32)
    per_word = 32 // BITS
    shifts = (np.arange(per_word, dtype=np.uint32) * BITS).astype(np.uint32)
    packed = np.bitwise_or.reduce(q.reshape(out, width // per_word, per_word) << shifts, axis=-1).astype(np.uint32)
    return torch.from_numpy(packed), scales, biases


def dequantise(packed: torch.Tensor, scales: torch.Tensor, biases: torch.Tensor) -> torch.Tensor:
    words = packed.numpy().astype(np.uint32)
    per_word = 32 // BITS
    shifts = (np.arange(per_word, dtype=np.uint32) * BITS).astype(np.uint32)
    q = ((words[..., None] >> shifts) & np.uint32((1 << BITS) - 1)).reshape(words.shape[0], -1).astype(np.float32)
    s = np.repeat(scales.float().numpy(), GROUP, axis=-1)
    b = np.repeat(biases.float().numpy(), GROUP, axis=-1)
    return torch.from_numpy(q * s + b)


def config_json(shape: Shape, bos: int, eos: int, pad: int) -> dict:
    quantization = {"group_size": GROUP, "bits": BITS, "mode": "affine"}
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": bos,
        "eos_token_id": eos,
        "head_dim": shape.head_dim,
        "hidden_act": "silu",
        "hidden_size": shape.hidden,
        "initializer_range": 0.02,
        "intermediate_size": shape.mlp,
        "max_position_embeddings": shape.context,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "num_key_value_heads": shape.kv_heads,
        "pad_token_id": pad,
        "quantization": quantization,
        "quantization_config": quantization,
        "rms_norm_eps": shape.eps,
        "rope_scaling": None,
        "rope_theta": shape.rope_theta,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "use_cache": True,
        "vocab_size": shape.vocab,
    }


def save(model: Llama, folder: Path, bos: int, eos: int, pad: int) -> None:
    """config.json, generation_config.json and model.safetensors of ``model``."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for name, value in model.state_dict().items():
        if value.dim() == 1:
            tensors[name] = value.to(torch.bfloat16)
            continue
        stem = name.removesuffix(".weight")
        tensors[name], tensors[stem + ".scales"], tensors[stem + ".biases"] = quantise(value)
    save_file({k: v.contiguous() for k, v in sorted(tensors.items())}, folder / "model.safetensors", metadata={"format": "mlx"})
    write_json(folder / "config.json", config_json(model.shape, bos, eos, pad))
    write_json(folder / "generation_config.json", {
        "bos_token_id": bos, "do_sample": False, "eos_token_id": [eos, pad], "max_new_tokens": 256, "pad_token_id": pad, "temperature": 0.0,
    })


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load_weights(folder: Path) -> dict:
    """Full-precision tensors by name, dequantised."""
    stored = load_file(folder / "model.safetensors")
    weights = {}
    for name, value in stored.items():
        if name.endswith((".scales", ".biases")):
            continue
        stem = name.removesuffix(".weight")
        if stem + ".scales" in stored:
            weights[name] = dequantise(value, stored[stem + ".scales"], stored[stem + ".biases"])
        else:
            weights[name] = value.float()
    return weights


def load(folder: Path) -> Llama:
    c = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model = Llama(Shape(
        vocab=c["vocab_size"], hidden=c["hidden_size"], layers=c["num_hidden_layers"], heads=c["num_attention_heads"],
        kv_heads=c["num_key_value_heads"], head_dim=c["head_dim"], mlp=c["intermediate_size"],
        context=c["max_position_embeddings"], rope_theta=c["rope_theta"], eps=c["rms_norm_eps"],
    ))
    model.load_state_dict(load_weights(folder))
    return model.eval()
