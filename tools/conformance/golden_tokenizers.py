"""Writes small tokenizers built as the well-known families build theirs, and what the tokenizers library does with them.

    python tools/conformance/golden_tokenizers.py OUT
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path

import transformers
from tokenizers import AddedToken, Regex, Tokenizer, __version__, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizers.decoders import DecodeStream
from transformers import PreTrainedTokenizerFast

import readable_json
from hard_texts import TEXTS, WITH_SPECIAL_TOKENS
from streams import as_bytes, broken, spelled
from texts import CORPUS
from tiny_tokenizer import byte_level

LLAMA3_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN_WORDS = LLAMA3_WORDS.replace(r"\p{N}{1,3}", r"\p{N}")


def llama3() -> Tokenizer:
    """Byte level, a whole word that is in the vocabulary is not merged, begin-of-text before every prompt."""
    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    tokenizer = byte_level(520, LLAMA3_WORDS, special)
    tokenizer.model.ignore_merges = True
    begin = ("<|begin_of_text|>", tokenizer.token_to_id("<|begin_of_text|>"))
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(add_prefix_space=True, trim_offsets=False, use_regex=True),
            processors.TemplateProcessing(single=f"{begin[0]} $A", pair=f"{begin[0]} $A {begin[0]}:1 $B:1", special_tokens=[begin]),
        ]
    )
    return tokenizer


def qwen() -> Tokenizer:
    """Byte level over NFC, digits one by one, nothing around a prompt, added tokens that are ordinary text when decoded."""
    tokenizer = byte_level(500, QWEN_WORDS, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in ["<think>", "</think>", "<tool_call>"]])
    return tokenizer


def sentencepiece(extra: list[str]) -> Tokenizer:
    """BPE over words that carry their space in front; a character that is no token becomes the tokens of its bytes."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    letters = alphabet(70)
    trained.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(vocab_size=420, initial_alphabet=letters, limit_alphabet=len(letters), show_progress=False),
    )
    learnt = sorted(trained.get_vocab().items(), key=lambda entry: entry[1])
    tokens = ["<unk>", "<s>", "</s>", *extra, *(f"<0x{byte:02X}>" for byte in range(256))]
    vocabulary = {token: index for index, token in enumerate([*tokens, *(token for token, _ in learnt if token not in tokens)])}
    merges = [tuple(pair) for pair in merges_of(trained)]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in ["<unk>", "<s>", "</s>", *extra]])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def alphabet(size: int) -> list[str]:
    """The commonest letters; among equals by code point, which the trainer itself leaves to chance."""
    counts = Counter("".join(CORPUS).replace(" ", "▁"))
    return sorted(sorted(counts, key=lambda letter: (-counts[letter], letter))[:size])


def merges_of(tokenizer: Tokenizer) -> list:
    return json.loads(tokenizer.to_str())["model"]["merges"]


def llama2() -> Tokenizer:
    """The space mark by normaliser, no pre-tokenizer."""
    tokenizer = sentencepiece([])
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return tokenizer


def mistral() -> Tokenizer:
    """The space mark by pre-tokenizer, before the very first word only."""
    tokenizer = sentencepiece(["[INST]", "[/INST]"])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False)
    return tokenizer


FAMILIES = {
    "llama3": (llama3, {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}),
    "qwen": (qwen, {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}),
    "llama2": (llama2, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}),
    "mistral": (mistral, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}),
}


def encoded(tokenizer: Tokenizer, text: str) -> dict:
    entry = {
        "text": text,
        "ids": tokenizer.encode(text).ids,
        "idsNothingAdded": tokenizer.encode(text, add_special_tokens=False).ids,
    }
    tokenizer.encode_special_tokens = True
    entry["idsSpecialTokensAsText"] = tokenizer.encode(text, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = False
    return entry


def decoded(tokenizer: Tokenizer, ids: list[int]) -> dict:
    return {
        "ids": ids,
        "skippingSpecialTokens": tokenizer.decode(ids, skip_special_tokens=True),
        "keepingSpecialTokens": tokenizer.decode(ids, skip_special_tokens=False),
    }


def streamed(tokenizer: Tokenizer, ids: list[int]) -> dict:
    """What the library's own stream hands out after each id; `rest` is what is still owed when the sequence ends here."""
    stream = DecodeStream(skip_special_tokens=True)
    pieces = [stream.step(tokenizer, id) for id in ids]
    text, given = tokenizer.decode(ids, skip_special_tokens=True), "".join(piece or "" for piece in pieces)
    assert text.startswith(given), (text, given)
    assert as_bytes(tokenizer, ids).decode(errors="replace") == text or text.endswith("\ufffd"), (text, ids)
    return {"ids": ids, "pieces": pieces, "rest": text[len(given) :], "text": text}


def random_ids(tokenizer: Tokenizer, dice: random.Random) -> list[int]:
    return [dice.randrange(tokenizer.get_vocab_size()) for _ in range(dice.randint(3, 14))]


def write(out: Path, name: str) -> None:
    make, named = FAMILIES[name]
    tokenizer, dice = make(), random.Random(name)
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    configuration = named | {"clean_up_tokenization_spaces": False, "tokenizer_class": "PreTrainedTokenizerFast"}
    readable_json.write(folder / "tokenizer_config.json", configuration)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    encodings = [encoded(tokenizer, text) for text in [*TEXTS, *WITH_SPECIAL_TOKENS[name]]]
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named)
    assert all(fast(entry["text"]).input_ids == entry["ids"] for entry in encodings), "transformers encodes otherwise"
    sequences = [entry["ids"] for entry in encodings] + [random_ids(tokenizer, dice) for _ in range(20)]
    streams = [entry["idsNothingAdded"] for entry in encodings]
    streams += [ids for entry in encodings for ids in cut(tokenizer, entry["text"])]
    golden = {
        "source": f"tokenizers {__version__}, transformers {transformers.__version__}",
        "tokenizer": f"{name}/tokenizer.json",
        "vocabularySize": tokenizer.get_vocab_size(),
        "specialTokens": [token.content for _, token in sorted(tokenizer.get_added_tokens_decoder().items()) if token.special],
        "encode": encodings,
        "decode": [decoded(tokenizer, ids) for ids in sequences],
        "stream": [streamed(tokenizer, ids) for ids in streams],
        "brokenStream": [
            {"ids": ids, "text": as_bytes(tokenizer, ids).decode(errors="replace")} for ids in broken(tokenizer)
        ],
    }
    readable_json.write(out / f"{name}.json", golden)
    print(name, {key: len(golden[key]) for key in ("encode", "decode", "stream", "brokenStream")})


def cut(tokenizer: Tokenizer, text: str) -> list[list[int]]:
    """The one character of a text spelled byte by byte, whole and ended too early."""
    if len(text) != 1 or len(text.encode()) == 1:
        return []
    ids = spelled(tokenizer, text.encode())
    return [ids[:length] for length in range(1, len(ids) + 1)]


def main() -> None:
    for name in FAMILIES:
        write(Path(sys.argv[1]), name)


if __name__ == "__main__":
    main()
