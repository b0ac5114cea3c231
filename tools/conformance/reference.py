"""Reference logits and greedy tokens of a checkpoint, computed by transformers in f32 with plain (eager) attention."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file

import readable_json
from texts import SUFFIXES

GREEDY = 24
MARGIN = 8e-3  # of the logits' range: four times what a test may be off, so that greedy decoding is the same everywhere
DISTINCT = 8
STEMS = [
    "The first stage",
    "Größe 🙂 模型 e\u0301 👩‍🚀 नमस्ते",
    "How many layers fit on this device? 모델 and モデル: it depends on the memory, the weights 🚀 and the context",
]


@dataclass
class Prompt:
    text: str
    ids: list[int]
    greedy: list[int]
    logits: torch.Tensor  # [prompt, vocabulary]
    greedy_logits: torch.Tensor  # [GREEDY, vocabulary], row i chose greedy[i]

    @property
    def range(self) -> float:
        return float(self.logits.max() - self.logits.min())


@torch.no_grad()
def forward(model, ids: list[int]) -> torch.Tensor:
    return model(torch.tensor([ids]), use_cache=False).logits[0]


@torch.no_grad()
def greedy(model, ids: list[int], limit: int, margin: float) -> list[int] | None:
    """Greedy tokens through the cache; none when two tokens come too close or one from `limit` on is chosen."""
    chosen, given, cache = [], ids, None
    while len(chosen) < GREEDY:
        out = model(torch.tensor([given]), past_key_values=cache, use_cache=True)
        row, cache = out.logits[0, -1], out.past_key_values
        first, second = torch.topk(row, 2).values.tolist()
        token = int(row.argmax())
        if first - second < margin * float(row.max() - row.min()) * 1.5 or token >= limit:
            return None
        chosen.append(token)
        given = [token]
    return chosen


def prompt(model, text: str, ids: list[int], limit: int, margin: float = MARGIN) -> Prompt | None:
    chosen = greedy(model, ids, limit, margin)
    if chosen is None or len(set(chosen)) < DISTINCT:
        return None
    rows = forward(model, ids + chosen[:-1])
    found = Prompt(text, ids, chosen, rows[: len(ids)].contiguous(), rows[len(ids) - 1 :].contiguous())
    top = torch.topk(found.greedy_logits, 2).values
    assert found.greedy_logits.argmax(-1).tolist() == chosen, "cache and full forward disagree"
    return found if float((top[:, 0] - top[:, 1]).min()) >= margin * found.range else None


def search(model, tokenizer, word: str, limit: int) -> list[Prompt]:
    """For each stem the first random ending whose greedy tokens are clear choices at every step."""
    dice = random.Random(word)
    return [search_stem(model, tokenizer, dice, stem, limit) for stem in STEMS]


def search_stem(model, tokenizer, dice: random.Random, stem: str, limit: int) -> Prompt:
    for _ in range(5000):
        text = " ".join([stem, *dice.sample(SUFFIXES, 2)])
        found = prompt(model, text, tokenizer.encode(text).ids, limit)
        if found:
            return found
    raise SystemExit(f"No ending of {stem!r} gives clear greedy choices.\nMaybe change the gains in weights.py.")


def positions(count: int) -> list[int]:
    """All of a short prompt; of a longer one the first ones, the last ones and some between."""
    return list(range(count)) if count <= 10 else sorted({0, 1, *range(7, count, 9), count - 2, count - 1})


def write(folder: Path, prompts: list[Prompt], source: str) -> None:
    entries, tensors = [], {}
    for index, p in enumerate(prompts):
        at = positions(len(p.ids))
        top = torch.topk(p.greedy_logits, 2).values
        margin = float((top[:, 0] - top[:, 1]).min()) / p.range
        entries.append(
            {
                "text": p.text,
                "ids": p.ids,
                "greedy": p.greedy,
                "logitsAt": at,
                "logitsRange": round(p.range, 4),
                "smallestGreedyMargin": round(margin, 5),
            }
        )
        tensors[f"logits.{index}"] = p.logits[at].contiguous()
        tensors[f"greedyLogits.{index}"] = p.greedy_logits
    save_file(tensors, folder / "reference.safetensors", metadata={"format": "pt"})
    reference = {"source": source, "prompts": entries, "logitsFile": "reference.safetensors"}
    readable_json.write(folder / "reference.json", reference)
