"""Writes the tiny random-weight checkpoints and their reference values.

    python tools/conformance/checkpoints.py OUT [NAME ...]
"""

import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

import reference
import tiny_tokenizer
import weights
from specs import SPECS, Spec

VISIBLE = 0.02  # of the logits' range: ten times what a test tolerates
ROUNDING = 1e-4  # of the logits' range: what f32 may differ from f64, so that the order of a sum does not matter


def source() -> str:
    return f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, f32"


def load(folder: Path, entries: dict):
    """The checkpoint as transformers reads it, but with the given config.json."""
    config = weights.config_of(entries)
    model = AutoModelForCausalLM.from_pretrained(folder, config=config, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def mutated(folder: Path, spec: Spec, mutation: dict):
    if "tensors" not in mutation:
        return load(folder, spec.config | mutation)
    model, touched = load(folder, spec.config), 0
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if name.endswith(mutation["tensors"]):
                tensor.fill_(mutation["value"])
                touched += 1
    assert touched, f"{spec.name} has no tensor {mutation['tensors']}"
    return model


def difference(model, prompts: list[reference.Prompt]) -> float:
    """The largest difference of the logits, as a part of their range, over the positions that are stored."""
    worst = 0.0
    for p in prompts:
        rows = reference.forward(model, p.ids)
        at = reference.positions(len(p.ids))
        worst = max(worst, float((rows - p.logits.to(rows.dtype))[at].abs().max()) / p.range)
    return worst


def write(out: Path, spec: Spec, tokenizer: Tokenizer) -> list[reference.Prompt]:
    folder, word = out / spec.name, spec.weights or spec.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(spec.config, indent=2, sort_keys=True) + "\n")
    if spec.generation:
        (folder / "generation_config.json").write_text(json.dumps(spec.generation, indent=2, sort_keys=True) + "\n")
    weights.save(folder, weights.random_state(spec.config, word, spec.dtype), spec.shards)
    # From here on only what is on disk counts.
    written = json.loads((folder / "config.json").read_text())
    model = load(folder, written)
    prompts = reference.search(model, tokenizer, spec.same_logits_as or spec.name, tiny_tokenizer.VOCABULARY - 4)
    reference.write(folder, prompts, source())
    rounding = difference(load(folder, written).double(), prompts)
    print(f"  {rounding:7.1e} of the range when computed in f64")
    assert rounding < ROUNDING, f"{spec.name} is too sensitive to rounding"
    for mutation in spec.mutations:
        moved = difference(mutated(folder, spec, mutation), prompts)
        print(f"  {moved:7.4f} of the range when {json.dumps(mutation)}")
        assert moved > VISIBLE, f"{spec.name}: nobody would notice {mutation}"
    return prompts


def main() -> None:
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    out, wanted = Path(sys.argv[1]), set(sys.argv[2:])
    tokenizer = tiny_tokenizer.write(out / "tokenizer")
    for spec in SPECS:
        if wanted and spec.name not in wanted:
            continue
        prompts = write(out, spec, tokenizer)
        size = sum(file.stat().st_size for file in (out / spec.name).iterdir())
        print(f"{spec.name}: {[len(p.ids) for p in prompts]} tokens, {size // 1024} KB", flush=True)
        if spec.same_logits_as:
            other = (out / spec.same_logits_as / "reference.safetensors").read_bytes()
            assert (out / spec.name / "reference.safetensors").read_bytes() == other, f"{spec.name} differs"


if __name__ == "__main__":
    main()
