"""The text that the built-in model learns from, made by a seeded generator: ``conversations.conversation(rng)``.

    python -m corpus 20        prints twenty conversations
"""

import random
import re

from corpus.conversations import conversation


def conversations(seed: int, count: int):
    """``count`` conversations, each a list of (role, content); the same for the same seed."""
    rng = random.Random(seed)
    return [conversation(rng) for _ in range(count)]


def normalised(question: str) -> str:
    """What is left when case, punctuation and spacing do not count: how a held-out question is compared with the training text."""
    return " ".join(re.findall(r"[a-z0-9+*/=-]+", question.lower()))
