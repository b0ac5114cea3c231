"""Writes heldback.txt, the text on which perplexity is measured: conversations of a seed that training never uses, without the questions that occur in training.

    python heldback.py [CHUNKS]
"""

import random
import sys
from pathlib import Path

import text
from corpus import normalised
from corpus.conversations import single
from overlap import training_questions
from train import HELD_BACK_SEED

QUESTIONS = 150


def main() -> None:
    trained = training_questions(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
    rng, messages = random.Random(HELD_BACK_SEED + 1), []
    while len(messages) < 2 * QUESTIONS:
        pair = single(rng)
        if normalised(pair[0][1]) not in trained:
            messages += pair
    path = Path(__file__).with_name("heldback.txt")
    path.write_text(text.render(messages), encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes, {len(messages)} messages")


if __name__ == "__main__":
    main()
