"""What only MLX can say: run by quantised.py in the virtual environment of requirements-mlx.txt, not by hand.

    mlx_oracle.py model SOURCE OUT DEQUANTIZED RULES   quantise a checkpoint as mlx-lm does; write its weights as f32, too
    mlx_oracle.py tensors OUT                          one small file for each packing
    mlx_oracle.py check FOLDER TOLERANCE               mlx-lm's own logits, in f32, against the stored reference
"""

import json
import sys
from pathlib import Path

import mlx.core as mx
from mlx_lm.utils import load_model, quantize_model, save_config, save_model

BITS = [2, 3, 4, 5, 6, 8]
SCALE_TYPES = {32: mx.float16, 64: mx.bfloat16, 128: mx.float32}
ROWS, GROUPS = 7, 3


def dequantized(weight: mx.array, scales: mx.array, biases: mx.array | None, group_size: int, bits: int, mode: str) -> mx.array:
    """In f32 throughout: a scale is widened first, so that no product is rounded to 16 bits."""
    if mode != "affine":
        return mx.dequantize(weight, scales, group_size=group_size, bits=bits, mode=mode, dtype=mx.float32)
    wide = [array.astype(mx.float32) for array in (scales, biases)]
    return mx.dequantize(weight, *wide, group_size=group_size, bits=bits, mode=mode)


def model(source: Path, out: Path, dequantized_file: Path, rules: dict) -> None:
    """`rules`: group_size, bits, mode (none: the old form of config.json), and under `layers` what differs for a layer:
    its own parameters, or false to leave it as it is."""
    network, config = load_model(source)
    layers = rules.get("layers", {})
    network, config = quantize_model(
        network,
        config,
        group_size=rules["group_size"],
        bits=rules["bits"],
        mode=rules.get("mode", "affine"),
        quant_predicate=lambda path, _: layers.get(path, True),
    )
    if "mode" not in rules:  # as mlx-lm wrote it before there were modes
        del config["quantization"]["mode"], config["quantization_config"]
    # mlx-lm records a layer it was told to skip only by its missing scales; others write false: readers meet both.
    for path, rule in layers.items():
        if rule is False:
            config["quantization"][path] = False
    out.mkdir(parents=True, exist_ok=True)
    save_model(out, network)
    save_config(config, out / "config.json")
    write_dequantized(out, dequantized_file, config["quantization"])


def write_dequantized(folder: Path, file: Path, quantization: dict) -> None:
    stored = {}
    for part in sorted(folder.glob("*.safetensors")):
        stored |= mx.load(str(part))
    plain = {}
    for name, array in stored.items():
        layer, _, kind = name.rpartition(".")
        if kind in ("scales", "biases"):
            continue
        if kind != "weight" or f"{layer}.scales" not in stored:
            plain[name] = array.astype(mx.float32)
            continue
        entry = quantization | (quantization.get(layer) or {})
        scales, biases = stored[f"{layer}.scales"], stored.get(f"{layer}.biases")
        plain[name] = dequantized(array, scales, biases, entry["group_size"], entry["bits"], entry.get("mode", "affine"))
    mx.save_safetensors(str(file), plain, metadata={"format": "pt"})


def tensors(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for bits in BITS:
        for group, dtype in SCALE_TYPES.items():
            values = mx.random.normal((ROWS, GROUPS * group), key=mx.random.key(1000 * bits + group)).astype(dtype)
            weight, scales, biases = mx.quantize(values, group_size=group, bits=bits)
            plain = dequantized(weight, scales, biases, group, bits, "affine")
            save(out / f"affine-b{bits}-g{group}", {"weight": weight, "scales": scales, "biases": biases, "dequantized": plain})
    values = mx.random.normal((ROWS, 96), key=mx.random.key(4)) * mx.array([[2.0**power] for power in range(-60, 80, 20)])
    weight, scales = mx.quantize(values, group_size=32, bits=4, mode="mxfp4")
    save(out / "mxfp4", {"weight": weight, "scales": scales, "dequantized": dequantized(weight, scales, None, 32, 4, "mxfp4")})
    for mode, bits, group, powers in ("mxfp8", 8, 32, range(-60, 80, 20)), ("nvfp4", 4, 16, range(-6, 8, 2)):
        values = mx.random.normal((ROWS, 96), key=mx.random.key(group)) * mx.array([[2.0**power] for power in powers])
        weight, scales = mx.quantize(values, group_size=group, bits=bits, mode=mode)
        save(out / mode, {"weight": weight, "scales": scales, "dequantized": dequantized(weight, scales, None, group, bits, mode)})
    # Every code under scales from the smallest normal number up to the largest that keeps 6.0 finite.
    scales = mx.array([[1, 2, 64, 126], [127, 128, 200, 252]], dtype=mx.uint8)
    weight = mx.broadcast_to(mx.array([0x76543210, 0xFEDCBA98] * 8, dtype=mx.uint32), (2, 16))
    save(out / "mxfp4-codes", {"weight": weight, "scales": scales, "dequantized": dequantized(weight, scales, None, 32, 4, "mxfp4")})


def save(file: Path, arrays: dict[str, mx.array]) -> None:
    mx.save_safetensors(str(file), arrays, metadata={"format": "mlx"})


def check(folder: Path, tolerance: float) -> None:
    network, _ = load_model(folder)
    network.set_dtype(mx.float32)
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    logits = mx.load(str(folder / reference["logitsFile"]))
    worst = 0.0
    for index, prompt in enumerate(reference["prompts"]):
        rows = network(mx.array([prompt["ids"] + prompt["greedy"][:-1]]))[0]
        expected = mx.concatenate([logits[f"logits.{index}"], logits[f"greedyLogits.{index}"]])
        at = prompt["logitsAt"] + list(range(len(prompt["ids"]) - 1, rows.shape[0]))
        worst = max(worst, float(mx.abs(rows[mx.array(at)] - expected).max()) / prompt["logitsRange"])
    print(f"  {worst:7.1e} of the range from mlx-lm")
    assert worst < tolerance, f"{folder.name}: mlx-lm disagrees"


if __name__ == "__main__":
    mx.set_default_device(mx.cpu)
    match sys.argv[1:]:
        case ["model", source, out, file, rules]:
            model(Path(source), Path(out), Path(file), json.loads(rules))
        case ["tensors", out]:
            tensors(Path(out))
        case ["check", folder, tolerance]:
            check(Path(folder), float(tolerance))
        case _:
            sys.exit(__doc__)
