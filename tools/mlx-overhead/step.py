"""What Python's mlx costs: the calls and the graph of step.c, and that step as mlx-lm builds it; built and let go without being
computed. Asked by compare.py."""

import sys
import time

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_map
from mlx_lm.models.cache import BatchKVCache, KVCache
from mlx_lm.models.llama import Model, ModelArgs

LAYERS, HIDDEN, INNER, HEADS, KV_HEADS, HEAD, VOCABULARY, BLOCK, AT = 16, 2048, 8192, 32, 8, 64, 128256, 256, 100


def weights(rows: int, columns: int) -> tuple[mx.array, mx.array, mx.array]:
    return mx.zeros((rows, columns // 8), mx.uint32), mx.zeros((rows, columns // 64)), mx.zeros((rows, columns // 64))


def linear(x: mx.array, w: tuple[mx.array, mx.array, mx.array]) -> mx.array:
    return mx.quantized_matmul(x, *w, transpose=True, group_size=64, bits=4)


class Step:
    def __init__(self):
        self.q = self.o = weights(HIDDEN, HIDDEN)
        self.k = self.v = weights(KV_HEADS * HEAD, HIDDEN)
        self.gate = self.up = weights(INNER, HIDDEN)
        self.down = weights(HIDDEN, INNER)
        self.head = weights(VOCABULARY, HIDDEN)
        self.norm = mx.zeros((HIDDEN,))
        self.periods = mx.zeros((HEAD // 2,))
        self.cache = [mx.zeros((1, KV_HEADS, BLOCK, HEAD)) for _ in range(2 * LAYERS)]
        mx.eval(self.q, self.k, self.gate, self.down, self.head, self.norm, self.periods, self.cache)

    def rope(self, x: mx.array, heads: int, position: mx.array) -> mx.array:
        return mx.fast.rope(
            x.reshape(1, heads, 1, HEAD), HEAD, traditional=False, base=None, scale=1.0, offset=position, freqs=self.periods
        )

    def seen(self, array: mx.array, row: mx.array) -> mx.array:
        """Writes a row to a cache, and gives what the step sees of it."""
        array[..., AT : AT + 1, :] = row
        return array[..., : AT + 1, :]

    def layer(self, x: mx.array, position: mx.array, keys_kept: mx.array, values_kept: mx.array) -> mx.array:
        h = mx.fast.rms_norm(x, self.norm, 1e-5)
        queries, keys, values = linear(h, self.q), linear(h, self.k), linear(h, self.v)
        queries = self.rope(queries, HEADS, position)
        keys = self.seen(keys_kept, self.rope(keys, KV_HEADS, position))
        values = self.seen(values_kept, values.reshape(1, KV_HEADS, 1, HEAD))
        mixed = mx.fast.scaled_dot_product_attention(queries, keys, values, scale=0.125).reshape(1, HIDDEN)
        x = x + linear(mixed, self.o)
        h = mx.fast.rms_norm(x, self.norm, 1e-5)
        opened, other = linear(h, self.gate), linear(h, self.up)
        return x + linear(opened * mx.sigmoid(opened) * other, self.down)

    def copies(self) -> list[mx.array]:
        """Names of their own for the caches: assigning to a part of one changes what its name stands for."""
        return [array.__copy__() for array in self.cache]

    def run(self, cache: list[mx.array]) -> None:
        position, ids = mx.array([AT]), mx.array([17])
        packed, scales, biases = (mx.take(part, ids, axis=0) for part in self.head)
        x = mx.dequantize(packed, scales, biases, group_size=64, bits=4)
        for index in range(LAYERS):
            x = self.layer(x, position, cache[2 * index], cache[2 * index + 1])
        mx.contiguous(linear(mx.fast.rms_norm(x, self.norm, 1e-5), self.head))
        cache.clear()


class MlxLm:
    """The same step by mlx-lm's own Llama."""

    def __init__(self):
        arguments = ModelArgs(
            model_type="llama", hidden_size=HIDDEN, num_hidden_layers=LAYERS, intermediate_size=INNER, num_attention_heads=HEADS,
            num_key_value_heads=KV_HEADS, head_dim=HEAD, rms_norm_eps=1e-5, vocab_size=VOCABULARY, tie_word_embeddings=True,
            rope_theta=500000.0,
            rope_scaling={
                "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
            },
        )
        self.network = Model(arguments)
        nn.quantize(self.network, 64, 4)
        self.network.update(tree_map(lambda array: mx.zeros(array.shape, array.dtype), self.network.parameters()))
        self.alone = mx.zeros((1, KV_HEADS, BLOCK, HEAD))
        self.eight = mx.zeros((8, KV_HEADS, BLOCK, HEAD))
        mx.eval(self.network.parameters(), self.alone, self.eight)

    def caches(self) -> list[KVCache]:
        caches = [KVCache() for _ in range(LAYERS)]
        for cache in caches:
            cache.keys, cache.values, cache.offset = self.alone.__copy__(), self.alone.__copy__(), AT
        return caches

    def run(self, caches: list[KVCache]) -> None:
        self.network(mx.array([[17]]), cache=caches)
        caches.clear()

    def caches_of_eight(self) -> list[BatchKVCache]:
        """Seven of the sequences are padded to the length of the eighth."""
        caches = [BatchKVCache(list(range(8))) for _ in range(LAYERS)]
        for cache in caches:
            cache.keys, cache.values, cache._idx = self.eight.__copy__(), self.eight.__copy__(), AT
        return caches

    def run_eight(self, caches: list[BatchKVCache]) -> None:
        self.network(mx.array([[17]] * 8), cache=caches)
        caches.clear()


def best(what, prepare, at_once: int) -> float:
    """Nanoseconds of one, the best of a quarter of a second."""
    least, end = 1e18, time.perf_counter_ns() + 250_000_000
    while time.perf_counter_ns() < end:
        arguments = [prepare() for _ in range(at_once)]
        start = time.perf_counter_ns()
        for argument in arguments:
            what(argument)
        least = min(least, (time.perf_counter_ns() - start) / at_once)
    return least


def main() -> None:
    step, model, a = Step(), MlxLm(), mx.array([1])
    measured = {
        "getter": (lambda _: a.ndim, lambda: None, 1000),
        "make": (lambda _: mx.array([1]), lambda: None, 1000),
        "add": (lambda _: mx.add(a, a), lambda: None, 1000),
        "step": (step.run, step.copies, 10),
        "model": (model.run, model.caches, 10),
        "eight": (model.run_eight, model.caches_of_eight, 10),
    }
    for line in sys.stdin:
        print(f"{best(*measured[line.strip()]):.1f}", flush=True)


if __name__ == "__main__":
    mx.set_default_device(mx.cpu)
    main()
