"""MLX's packed weights read a second time, from the description of the format alone: what MLX says must agree with it.

affine: the values of a row are one little-endian stream of bits, value i in bits [i * bits, (i + 1) * bits);
w = scale * q + bias for each group of consecutive columns. mxfp4: E2M1 values, the first of a byte in its lower half,
each 32 of them under one scale byte, a power of two with 127 subtracted. mxfp8: the same with E4M3 values, a byte each. nvfp4:
E2M1 values, each 16 of them under one E4M3 scale.
"""

from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file

E2M1 = numpy.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], dtype=numpy.float32)


def codes(packed: torch.Tensor, bits: int) -> numpy.ndarray:
    stream = numpy.unpackbits(packed.numpy().view(numpy.uint8), axis=-1, bitorder="little")
    values = stream.reshape(stream.shape[0], -1, bits)
    return (values * (1 << numpy.arange(bits))).sum(-1)


def dequantize(packed: torch.Tensor, scales: torch.Tensor, biases: torch.Tensor | None, columns: int = 0) -> numpy.ndarray:
    """`columns` tells the bits of an affine weight; 0: of the three groups a file in quant/ has."""
    if biases is None:
        return small_floats(packed, scales)
    columns = columns or 3 * next(size for size, dtype in GROUPS.items() if dtype == scales.dtype)
    bits = packed.shape[1] * 32 // columns
    q = codes(packed, bits).reshape(*scales.shape, -1).astype(numpy.float32)
    wide = [array.float().numpy()[..., None] for array in (scales, biases)]
    return (wide[0] * q + wide[1]).reshape(packed.shape[0], columns)


GROUPS = {32: torch.float16, 64: torch.bfloat16, 128: torch.float32}


def e4m3(code: numpy.ndarray) -> numpy.ndarray:
    exponent, mantissa = code.astype(numpy.int32) >> 3 & 15, code & 7
    magnitude = numpy.ldexp(numpy.where(exponent == 0, 0, 8) + mantissa, numpy.maximum(exponent, 1) - 10)
    return numpy.where(code < 128, magnitude, -magnitude)


def small_floats(packed: torch.Tensor, scales: torch.Tensor) -> numpy.ndarray:
    """Words and scale bytes tell the mode: 4 words a scale are mxfp4, 8 are mxfp8, 2 are nvfp4."""
    words = packed.shape[1] // scales.shape[1]
    code = codes(packed, 8 if words == 8 else 4)
    magnitude = E2M1[code & 7]
    values = e4m3(code) if words == 8 else numpy.where(code < 8, magnitude, -magnitude)
    stored = scales.numpy()
    factor = e4m3(stored) if words == 2 else numpy.ldexp(1.0, stored.astype(numpy.int32) - 127)
    return (values.reshape(*scales.shape, -1) * factor[..., None]).astype(numpy.float32).reshape(code.shape)


def assert_agrees(folder: Path, plain: dict[str, torch.Tensor]) -> None:
    """The checkpoint in `folder` against the same weights as MLX dequantised them: equal but for the last bit of a sum."""
    stored = {name: tensor for file in folder.glob("*.safetensors") for name, tensor in load_file(file).items()}
    for name, expected in plain.items():
        layer = name.removesuffix(".weight")
        if f"{layer}.scales" not in stored or not name.endswith(".weight"):
            assert torch.equal(stored[name].float(), expected), name
            continue
        found = dequantize(stored[name], stored[f"{layer}.scales"], stored.get(f"{layer}.biases"), expected.shape[1])
        assert numpy.allclose(found, expected.numpy(), rtol=1e-6, atol=1e-6), name
