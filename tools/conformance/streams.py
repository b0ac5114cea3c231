"""Token ids spelled byte by byte, and what a sequence of ids says in bytes: worked out from the vocabulary alone."""

from tokenizers import Tokenizer

FIRST_PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]


def byte_alphabet() -> dict[str, int]:
    """GPT-2's: a printable byte stands for itself, the others for the characters from 256 on."""
    others = [byte for byte in range(256) if byte not in FIRST_PRINTABLE]
    return {chr(byte): byte for byte in FIRST_PRINTABLE} | {chr(256 + at): byte for at, byte in enumerate(others)}


ALPHABET = byte_alphabet()


def falls_back(tokenizer: Tokenizer) -> bool:
    return tokenizer.token_to_id("<0x00>") is not None


def spelled(tokenizer: Tokenizer, data: bytes) -> list[int]:
    if falls_back(tokenizer):
        return [tokenizer.token_to_id(f"<0x{byte:02X}>") for byte in data]
    letters = {byte: letter for letter, byte in ALPHABET.items()}
    return [tokenizer.token_to_id(letters[byte]) for byte in data]


def as_bytes(tokenizer: Tokenizer, ids: list[int]) -> bytes:
    """The bytes of the ids without special tokens; the space that SentencePiece puts in front is left out."""
    special = {id for id, token in tokenizer.get_added_tokens_decoder().items() if token.special}
    data = b"".join(token_bytes(tokenizer, id) for id in ids if id not in special)
    return data.removeprefix(b" ") if falls_back(tokenizer) else data


def token_bytes(tokenizer: Tokenizer, id: int) -> bytes:
    token = tokenizer.id_to_token(id)
    added = tokenizer.get_added_tokens_decoder().get(id)
    if added:
        return added.content.encode()
    if not falls_back(tokenizer):
        return bytes(ALPHABET[letter] for letter in token)
    if token.startswith("<0x") and len(token) == 6:
        return bytes([int(token[3:5], 16)])
    return token.replace("▁", " ").encode()


def broken(tokenizer: Tokenizer) -> list[list[int]]:
    """Bytes that are no UTF-8, with text before and after: what is valid has to come out all the same."""
    word = tokenizer.encode("Hello", add_special_tokens=False).ids
    parts = [
        b"\xf0\x9f\x99", b"\x99", b"\xff", b"\xc0\xaf", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
        "🙂".encode() + b"\xf0\x9f", b"\xf0\x9f" + "世".encode(), b"\xe4\xb8\xe4\xb8\x96", b"\x80" * 5, b"\xf0" * 9,
    ]
    sequences = [ids for part in parts for ids in ([*word, *spelled(tokenizer, part)], [*word, *spelled(tokenizer, part), *word])]
    return sequences
