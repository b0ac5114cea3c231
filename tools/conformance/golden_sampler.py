"""Writes rows of random logits and the probabilities that sampling settings make of them.

    python tools/conformance/golden_sampler.py OUT

Order: logit bias, repetition penalty, presence and frequency penalties, temperature, top-k, top-p, min-p; each filter sees
the probabilities of what the one before it left. All of it in f64, with settings that are f32 numbers.
"""

import sys
from pathlib import Path

import numpy
import torch
import transformers
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

import readable_json

ORDER = ["logitBias", "repetitionPenalty", "presencePenalty and frequencyPenalty", "temperature", "topK", "topP", "minP"]
NEUTRAL = {
    "temperature": 1.0, "topK": 0, "topP": 1.0, "minP": 0.0,
    "repetitionPenalty": 1.0, "presencePenalty": 0.0, "frequencyPenalty": 0.0, "logitBias": {},
}  # fmt: skip
TRUNCATED = [
    {"topK": 1},
    {"topK": 5},
    {"topP": 0.1},
    {"topP": 0.5},
    {"minP": 0.3},
    {"temperature": 0.35, "topP": 0.95},
    {"temperature": 1.8, "minP": 0.1},
    {"topK": 3, "topP": 0.6},
    {"topK": 6, "minP": 0.2},
    {"temperature": 0.6, "topK": 20, "topP": 0.95, "minP": 0.05},
    {"repetitionPenalty": 1.3, "temperature": 0.8, "topK": 6},
    {"repetitionPenalty": 1.1, "presencePenalty": 0.5, "frequencyPenalty": 0.7, "logitBias": True, "topP": 0.7},
]
DENSE = [
    {"temperature": 0.7},
    {"repetitionPenalty": 1.2, "presencePenalty": 0.6, "frequencyPenalty": 0.4, "temperature": 1.3, "logitBias": True},
]
WHOLE = [
    {},
    {"temperature": 2.0},
    {"topK": 100000},
    {"topP": 0.999},
    {"minP": 0.001},
    {"repetitionPenalty": 1.5},
    {"repetitionPenalty": 0.8},
    {"presencePenalty": 1.5},
    {"presencePenalty": -1.0},
    {"frequencyPenalty": 0.9},
    {"frequencyPenalty": -0.5},
    {"logitBias": True},
    {"logitBias": True, "repetitionPenalty": 1.4},
]
GREEDY = [
    {"temperature": 0.0},
    {"temperature": 0.0, "repetitionPenalty": 1.8},
    {"temperature": 0.0, "presencePenalty": 2.0, "frequencyPenalty": 1.0},
    {"temperature": 0.0, "logitBias": True, "topK": 4, "topP": 0.5},
]
ROWS = {  # vocabulary, spread of the logits
    "vocabulary-7": (7, 2.0),
    "vocabulary-33": (33, 2.0),
    "vocabulary-33-steep": (33, 45.0),
    "vocabulary-207": (207, 2.5),
    "vocabulary-4098": (4098, 3.0),
}

LEAST = 1e-30  # what is less likely is not listed: f32 may well say 0


def single(value: float) -> float:
    return float(numpy.float32(value))


def shortest(value: float) -> float:
    """The shortest decimal that reads back as the same f32."""
    return float(str(numpy.float32(value)))


def penalised(logits: numpy.ndarray, prompt: list[int], generated: list[int], settings: dict) -> torch.Tensor:
    scores = logits.astype(numpy.float64)
    for token, bias in settings["logitBias"].items():
        scores[int(token)] += single(bias)
    scores = torch.from_numpy(scores)[None]
    if settings["repetitionPenalty"] != 1:
        seen = torch.tensor([prompt + generated])
        scores = RepetitionPenaltyLogitsProcessor(single(settings["repetitionPenalty"]))(seen, scores)
    counts = torch.from_numpy(numpy.bincount(generated, minlength=len(logits)).astype(numpy.float64))
    scores = scores - counts * single(settings["frequencyPenalty"])
    return scores - (counts > 0) * single(settings["presencePenalty"])


def filtered(scores: torch.Tensor, settings: dict, shift: float = 0.0) -> torch.Tensor:
    """`shift` moves the borders of top-p and min-p, to see whether a token stands right at one."""
    chain = LogitsProcessorList([TemperatureLogitsWarper(single(settings["temperature"]))])
    if settings["topK"]:
        chain.append(TopKLogitsWarper(settings["topK"]))
    if settings["topP"] < 1:
        chain.append(TopPLogitsWarper(single(settings["topP"]) + shift))
    if settings["minP"] > 0:
        chain.append(MinPLogitsWarper(single(settings["minP"]) * (1 + shift)))
    return chain(torch.zeros((1, 0), dtype=torch.long), scores).softmax(-1)[0]


def case(logits: numpy.ndarray, prompt: list[int], generated: list[int], chosen: dict, bias: dict) -> dict | None:
    """None when rounding in f32 could decide which tokens stay."""
    settings = NEUTRAL | chosen
    settings["logitBias"] = bias if chosen.get("logitBias") else {}
    scores = penalised(logits, prompt, generated, settings)
    ranked = torch.sort(scores[0], descending=True).values
    for rank in (1, settings["topK"]):
        if 0 < rank < len(logits) and float(ranked[rank - 1] - ranked[rank]) < 1e-4:
            return None
    entry = {"settings": settings, "argmax": int(scores.argmax())}
    if settings["temperature"] == 0:
        return entry
    probabilities = filtered(scores, settings)
    for shift in (-1e-5, 1e-5):
        if not torch.equal(filtered(scores, settings, shift) > 0, probabilities > 0):
            return None
    kept = torch.nonzero(probabilities > LEAST)[:, 0].tolist()
    values = [float(f"{float(probabilities[token]):.9g}") for token in kept]
    return entry | {"probabilities": {"ids": kept, "values": values}}


def row(name: str, seed: int) -> dict | None:
    vocabulary, spread = ROWS[name]
    dice = numpy.random.default_rng([vocabulary, int(spread * 10), seed])
    logits = (dice.standard_normal(vocabulary) * spread).astype(numpy.float32)
    likely = numpy.argsort(-logits)[: max(3, min(vocabulary // 3, 12))]
    prompt = [*dice.choice(likely, 3).tolist(), *dice.integers(vocabulary, size=4).tolist()]
    generated = [*dice.choice(likely, 5).tolist(), *dice.integers(vocabulary, size=3).tolist()]
    banned, lifted, lowered = int(likely[0]), int(dice.integers(vocabulary)), int(likely[2])
    bias = {str(banned): -100.0, str(lowered): -0.75} | {str(lifted): 5.5}
    settings = TRUNCATED + DENSE + GREEDY + (WHOLE if vocabulary < 1000 else [])
    cases = [case(logits, prompt, generated, chosen, bias) for chosen in settings]
    if None in cases:
        return None
    return {
        "source": f"transformers {transformers.__version__}, f64",
        "order": ORDER,
        "logits": [shortest(value) for value in logits],
        "prompt": prompt,
        "generated": generated,
        "cases": cases,
    }


def main() -> None:
    for name in ROWS:
        found = next(filter(None, (row(name, seed) for seed in range(500))))
        readable_json.write(Path(sys.argv[1]) / f"{name}.json", found)
        print(name, len(found["cases"]), "cases")


if __name__ == "__main__":
    main()
