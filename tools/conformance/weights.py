"""Random weights with activations that stay near one and attention that looks at more than one position."""

import json
import math
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM


def config_of(entries: dict) -> AutoConfig:
    entries = json.loads(json.dumps(entries))
    return AutoConfig.for_model(entries.pop("model_type"), **entries)


def random_state(entries: dict, word: str, dtype: str) -> dict[str, torch.Tensor]:
    """One tensor a parameter of the architecture; what it holds depends on `word` and the tensor's name only."""
    with torch.device("meta"):
        shapes = {name: tensor.shape for name, tensor in AutoModelForCausalLM.from_config(config_of(entries)).named_parameters()}
    return {name: random_tensor(name, shape, word).to(getattr(torch, dtype)) for name, shape in shapes.items()}


def random_tensor(name: str, shape: torch.Size, word: str) -> torch.Tensor:
    generator = torch.Generator().manual_seed(zlib.crc32(f"{word}/{name}".encode()))
    values = torch.randn(shape, generator=generator)
    if name.endswith(".bias"):
        return 0.5 * values
    if name.endswith("norm.weight"):
        return 1 + 0.3 * values
    if name == "model.embed_tokens.weight":
        return 0.4 * values
    gain = 2.0 if name == "lm_head.weight" else 1.5
    return gain / math.sqrt(shape[-1]) * values


def save(folder: Path, state: dict[str, torch.Tensor], shards: int) -> None:
    """One file, or `shards` of about the same size with the index that names each tensor's file."""
    if shards == 1:
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
        return
    sizes = {name: tensor.numel() * tensor.element_size() for name, tensor in state.items()}
    total, seen, placed = sum(sizes.values()), 0, {}
    for name, size in sizes.items():
        placed[name] = f"model-{seen * shards // total + 1:05d}-of-{shards:05d}.safetensors"
        seen += size
    for file in sorted(set(placed.values())):
        save_file({name: state[name] for name in placed if placed[name] == file}, folder / file, metadata={"format": "pt"})
    index = {"metadata": {"total_size": total}, "weight_map": placed}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")
