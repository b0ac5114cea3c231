"""Makes sure that no held-out question is among the training questions, after case, punctuation and spacing are taken away.

    python overlap.py [CHUNKS]
"""

import sys

import heldout
from corpus import conversations, normalised
from train import CHUNK, SEED


def training_questions(chunks: int) -> set[str]:
    """The user's turns of the first ``chunks`` chunks of the training text, normalised."""
    return {
        normalised(content)
        for chunk in range(chunks)
        for messages in conversations(SEED + chunk, CHUNK)
        for role, content in messages
        if role == "user"
    }


def main() -> None:
    chunks = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    asked = [heldout.turns(question)[1][-1] for entries in heldout.CATEGORIES.values() for question, _ in entries]
    trained = training_questions(chunks)
    found = [question for question in asked if normalised(question) in trained]
    for question in found:
        print(f"in the training text: {question!r}")
    print(f"{len(asked)} held-out questions, {len(found)} of them among the {len(trained)} different training questions of {chunks * CHUNK} conversations")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
