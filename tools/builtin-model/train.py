"""Trains the built-in model or its draft, by the clock: the learning rate follows the time that has passed, so a run always ends well.

    python train.py tokenizer --work DIR
    python train.py main  --work DIR --minutes 70
    python train.py draft --work DIR --minutes 12      (learns from the main model's own distribution and from the text)
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import lm
import text
from corpus import conversations

CHUNK = 12_000  # conversations made at a time
SEED, WORKER_SEEDS = 2000, 400  # the first worker's first chunk, and how far apart workers are; the next chunks follow
HELD_BACK_SEED = 987_654_321
OTHERS_SHARE, OTHERS_WEIGHT = 0.2, 0.3  # in this share of the conversations the tokens that are not the assistant's count too, by this weight
PADDING = -1.0
LONGEST = 1024


def tokenizer(work: Path) -> None:
    texts = [content for c in conversations(7, 60_000) for _, content in c]
    made = text.train_tokenizer(texts)
    text.save_tokenizer(made, work)
    print(f"tokenizer: {made.get_vocab_size()} tokens, {sum(map(len, texts)) / sum(len(e.ids) for e in made.encode_batch(texts)):.2f} characters a token")


def encoded(tok, seed: int, count: int):
    for messages in conversations(seed, count):
        ids, own = text.encode_conversation(tok, messages)
        yield ids[: LONGEST + 1], own[: LONGEST + 1]


def batches(tok, seed: int, count: int, tokens_per_batch: int):
    """Conversations of about the same length side by side, each from position 0, so that nothing is attended to across them."""
    rng = random.Random(seed)
    examples = sorted(encoded(tok, seed, count), key=lambda e: len(e[0]) + rng.uniform(0, 6))  # or a batch would be all of one kind
    made, current, width = [], [], 0
    for example in examples:
        width = max(width, len(example[0]))
        if current and (len(current) + 1) * width > tokens_per_batch:
            made.append(current)
            current, width = [], len(example[0])
        current.append(example)
    made.append(current)
    rng.shuffle(made)
    for batch in made:
        yield padded(batch)


def padded(batch):
    width = max(len(ids) for ids, _ in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    weight = torch.full((len(batch), width), PADDING)
    for i, (row, own) in enumerate(batch):
        ids[i, : len(row)] = torch.tensor(row)
        others = OTHERS_WEIGHT if i < OTHERS_SHARE * len(batch) else 0.0
        weight[i, : len(row)] = torch.tensor([1.0 if o else others for o in own])
    return ids[:, :-1], ids[:, 1:], weight[:, 1:]


def loss_of(model, inputs, targets, weight, teacher=None):
    """Mean cross entropy by weight; with a teacher, half of it is the divergence from the teacher's distribution."""
    chosen = weight > 0
    weight = weight[chosen]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model.logits(model(inputs)[chosen]).float()
    loss = F.cross_entropy(logits, targets[chosen], reduction="none")
    if teacher is not None:
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            wanted = F.log_softmax(teacher.logits(teacher(inputs)[chosen]).float(), dim=-1)
        divergence = F.kl_div(F.log_softmax(logits, dim=-1), wanted, reduction="none", log_target=True).sum(-1)
        loss = 0.3 * loss + 0.7 * divergence
    return (loss * weight).sum() / weight.sum()


@torch.no_grad()
def evaluate(model, tok, seed: int = HELD_BACK_SEED, count: int = 400):
    """Loss in nats a token on conversations of another seed: (the assistant's tokens, all tokens)."""
    model.eval()
    own, everything, own_count, all_count = 0.0, 0.0, 0, 0
    for inputs, targets, weight in batches(tok, seed, count, 4096):
        loss = F.cross_entropy(model.logits(model(inputs)).float().transpose(1, 2), targets, reduction="none")
        mine, any_ = weight == 1.0, weight != PADDING
        own, own_count = own + loss[mine].sum().item(), own_count + mine.sum().item()
        everything, all_count = everything + loss[any_].sum().item(), all_count + any_.sum().item()
    model.train()
    return own / own_count, everything / all_count


def rate(peak: float, progress: float, step: int, hold: float) -> float:
    warm = min(1.0, (step + 1) / 50)
    return peak * warm * (1.0 if progress < hold else max(0.0, (1 - progress) / (1 - hold)))


def optimiser(model, peak: float):
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}], lr=peak, betas=(0.9, 0.97), fused=True)


def train(kind: str, args) -> None:
    """Workers of one thread each train the same shared weights without locks (Hogwild), each with an optimiser of its own.

    On a machine that is busy with other things this is faster than one process of several threads, which wait for each other in every operation.
    """
    torch.manual_seed(args.seed)
    shape = shape_of(kind, text.load_tokenizer(args.work).get_vocab_size())
    model = lm.Llama(shape)
    if args.resume:
        model.load_state_dict(torch.load(args.resume))
    print(f"{kind}: {model.parameter_count()} parameters", flush=True)
    model.share_memory()
    torch.multiprocessing.spawn(work, (kind, args, model, time.time()), nprocs=args.workers)
    torch.save(model.state_dict(), args.work / f"{kind}.pt")


def shape_of(kind: str, vocab: int) -> lm.Shape:
    return (lm.main_shape if kind == "main" else lm.draft_shape)(vocab)


def work(rank: int, kind: str, args, model, start: float) -> None:
    torch.set_num_threads(1)
    tok = text.load_tokenizer(args.work)
    teacher = None
    if kind == "draft":
        teacher = lm.Llama(lm.main_shape(model.shape.vocab)).eval()
        teacher.load_state_dict(torch.load(args.work / "main.pt"))
    log = Log(args.work / f"{kind}.log.jsonl", kind, args.workers, start)
    opt = optimiser(model, args.rate)
    step, saved, chunk = 0, time.time(), 0
    while True:
        for inputs, targets, weight in batches(tok, args.seed + rank * WORKER_SEEDS + chunk, CHUNK, args.batch):
            progress = (time.time() - start) / (60 * args.minutes)
            if progress >= 1:
                if rank == 0:
                    log.report(model, tok)
                return
            for group in opt.param_groups:
                group["lr"] = rate(args.rate, progress, step, args.hold)
            loss = loss_of(model, inputs, targets, weight, teacher)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=True)
            step += 1
            log.step(loss.item(), inputs.numel())
            if rank == 0 and step % 200 == 0:
                print(f"{kind} {progress:6.1%} {log.line()}", flush=True)
            if rank == 0 and time.time() - saved > 240:
                saved = time.time()
                torch.save(model.state_dict(), args.work / f"{kind}.pt")
                log.report(model, tok)
        chunk += 1


class Log:
    """What the first worker tells about the run; steps and tokens are its own, times the number of workers."""

    def __init__(self, path: Path, kind: str, workers: int, start: float):
        self.path, self.kind, self.workers, self.start = path, kind, workers, start
        self.steps, self.tokens, self.loss = 0, 0, None

    def step(self, loss: float, tokens: int) -> None:
        self.steps, self.tokens = self.steps + 1, self.tokens + tokens
        self.loss = loss if self.loss is None else 0.98 * self.loss + 0.02 * loss

    def line(self) -> str:
        tokens = self.tokens * self.workers
        return f"about {self.steps * self.workers} steps, {tokens / 1e6:.2f}M tokens, {tokens / (time.time() - self.start):.0f} a second, loss {self.loss:.4f}"

    def report(self, model, tok) -> None:
        own, everything = evaluate(model, tok)
        line = {
            "model": self.kind, "steps": self.steps * self.workers, "tokens": self.tokens * self.workers, "minutes": round((time.time() - self.start) / 60, 2),
            "train": round(self.loss, 4), "heldBackAnswers": round(own, 4), "heldBackAll": round(everything, 4)}
        print(json.dumps(line), flush=True)
        with self.path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["tokenizer", "main", "draft"])
    parser.add_argument("--work", type=Path, required=True, help="directory for checkpoints and logs, outside the tree")
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=1536, help="tokens in a batch")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--hold", type=float, default=0.35, help="part of the time before the learning rate falls")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--resume", type=Path, help="checkpoint to go on from")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    if args.what == "tokenizer":
        tokenizer(args.work)
    else:
        train(args.what, args)


if __name__ == "__main__":
    main()
