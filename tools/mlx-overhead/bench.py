"""`exoflux bench --backend mlx` and mlx-lm in turn, with the same model, prompts of as many random tokens and as many generated.

    python tools/mlx-overhead/bench.py EXOFLUX MODEL [PROMPT_TOKENS [GENERATED [ROUNDS]]]

mlx-lm computes by its own loop (`generate_step`) in f32, as exoflux does on a processor, where halves are emulated. One round of each to warm up is
not counted. Set TMPDIR to a folder of your own: MLX compiles small functions into it.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import mlx.core as mx
from mlx_lm.generate import generate_step
from mlx_lm.utils import load_model


class MlxLm:
    def __init__(self, folder: Path):
        self.network, config = load_model(folder)
        self.network.set_dtype(mx.float32)
        self.vocabulary = config["vocab_size"]
        mx.eval(self.network.parameters())

    def speeds(self, prompt_tokens: int, generated: int, seed: int) -> tuple[float, float]:
        """Tokens a second: of the prompt until the first token, and of those after the first."""
        prompt = mx.random.randint(0, self.vocabulary, (prompt_tokens,), key=mx.random.key(seed))
        mx.eval(prompt)
        start = time.perf_counter()
        arrivals = [time.perf_counter() for _ in generate_step(prompt, self.network, max_tokens=generated)]
        return prompt_tokens / (arrivals[0] - start), (generated - 1) / (arrivals[-1] - arrivals[0])


def exoflux(program: str, folder: Path, prompt_tokens: int, generated: int) -> tuple[float, float]:
    command = [program, "bench", "--backend", "mlx", "--model", str(folder), "--json", "--repeats", "1"]
    command += ["--prompt-tokens", str(prompt_tokens), "--generate", str(generated)]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    decode = report["decodeTokensPerSecond"]
    return 1000 * prompt_tokens / report["timeToFirstTokenMillis"], decode


def main(program: str, folder: Path, prompt_tokens: int = 32, generated: int = 9, rounds: int = 3) -> None:
    other = MlxLm(folder)
    other.speeds(prompt_tokens, generated, 0)
    print(f"{'tokens a second':20}{'exoflux':>10}{'mlx-lm':>10}{'ratio':>8}   prefill {prompt_tokens}, decode {generated - 1}")
    ratios = []
    for number in range(1, rounds + 1):
        ours, theirs = exoflux(program, folder, prompt_tokens, generated), other.speeds(prompt_tokens, generated, number)
        ratios.append([a / b for a, b in zip(ours, theirs)])
        for what, a, b in zip(("prefill", "decode"), ours, theirs):
            print(f"{what + ', round ' + str(number):20}{a:10.2f}{b:10.2f}{a / b:8.2f}", flush=True)
    for what, column in zip(("prefill", "decode"), zip(*ratios)):
        print(f"{what + ', median':40}{statistics.median(column):8.2f}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    mx.set_default_device(mx.cpu)
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
