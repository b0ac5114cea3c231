"""Asks the exported, quantised model the held-out questions, greedily, and counts proper answers.

    python evaluate.py FOLDER [--draft FOLDER] [--questions heldout|dev] [--show all|wrong]
"""

import argparse
import importlib
import math
from pathlib import Path

import torch
import torch.nn.functional as F

import mlx_format
import text

PROPOSED = 4


@torch.no_grad()
def answer(model, tok, messages, most: int = 200):
    """Greedy answer to ``messages``: its text and the token ids of prompt and answer."""
    ids = tok.encode(text.render(messages, add_generation_prompt=True)).ids
    prompt, caches, step = len(ids), model.new_caches(), torch.tensor([ids])
    end = {tok.token_to_id(text.END), tok.token_to_id(text.END_OF_TEXT)}
    while len(ids) < prompt + most:
        token = int(model.logits(model(step, caches)[:, -1]).argmax())
        ids.append(token)
        if token in end:
            break
        step = torch.tensor([[token]])
    return tok.decode(ids[prompt:]).strip(), ids, prompt


@torch.no_grad()
def rounds(draft, ids, prompt: int):
    """How many verification rounds a greedy draft of PROPOSED tokens would need for ids[prompt:], and how many tokens it got right."""
    best = draft.logits(draft(torch.tensor([ids[:-1]]))[0]).argmax(-1).tolist()
    right = [best[i - 1] == ids[i] for i in range(prompt, len(ids))]
    count, accepted, i = 0, 0, 0
    while i < len(right):
        run = 0
        while run < PROPOSED and i + run < len(right) and right[i + run]:
            run += 1
        count, accepted, i = count + 1, accepted + run, i + run + 1
    return count, accepted


@torch.no_grad()
def perplexity(model, tok, path: Path) -> float:
    ids = tok.encode(path.read_text(encoding="utf-8")).ids
    loss, count = 0.0, 0
    for i in range(0, len(ids) - 1, 512):
        window = torch.tensor([ids[i : i + 513]])
        loss += F.cross_entropy(model.logits(model(window[:, :-1]))[0], window[0, 1:], reduction="sum").item()
        count += window.shape[1] - 1
    return math.exp(loss / count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draft", type=Path)
    parser.add_argument("--questions", default="heldout")
    parser.add_argument("--show", choices=["all", "wrong", "none"], default="wrong")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    questions = importlib.import_module(args.questions)

    tok, model = text.load_tokenizer(args.folder), mlx_format.load(args.folder)
    draft = mlx_format.load(args.draft) if args.draft else None
    total, good, tokens, steps, accepted = 0, 0, 0, 0, 0
    for category, entries in questions.CATEGORIES.items():
        proper = 0
        for question, check in entries:
            system, asked = questions.turns(question)
            messages = [("system", system)] if system else []
            for turn in asked:
                messages.append(("user", turn))
                said, ids, prompt = answer(model, tok, messages)
                messages.append(("assistant", said))
                if draft:
                    count, right = rounds(draft, ids, prompt)
                    tokens, steps, accepted = tokens + len(ids) - prompt, steps + count, accepted + right
            ok = check(said)
            proper += ok
            if args.show == "all" or (args.show == "wrong" and not ok):
                print(f"{'ok   ' if ok else 'WRONG'} {asked[-1]!r} -> {said!r}")
        print(f"{category}: {proper} of {len(entries)}", flush=True)
        total, good = total + len(entries), good + proper
    print(f"all: {good} of {total}, {good / total:.1%}")
    if draft:
        print(f"draft of {PROPOSED}: {tokens} tokens in {steps} rounds, {tokens / steps:.2f} a round; {accepted / (PROPOSED * steps):.1%} of the proposed ones accepted, {accepted / tokens:.1%} of the tokens are the draft's")
    held_back = Path(__file__).with_name("heldback.txt")
    if held_back.exists():
        print(f"perplexity of {held_back.name}: {perplexity(model, tok, held_back):.3f}" + (f", draft {perplexity(draft, tok, held_back):.3f}" if draft else ""))


if __name__ == "__main__":
    main()
