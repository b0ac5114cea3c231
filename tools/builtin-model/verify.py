"""Holds our module, our files and our template against transformers: the same logits, the same prompt, the same tokens.

    python verify.py FOLDER
"""

import sys
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

import mlx_format
import text


def main(folder: Path) -> None:
    ours = mlx_format.load(folder)
    s = ours.shape
    theirs = LlamaForCausalLM(LlamaConfig(
        vocab_size=s.vocab, hidden_size=s.hidden, intermediate_size=s.mlp, num_hidden_layers=s.layers, num_attention_heads=s.heads,
        num_key_value_heads=s.kv_heads, head_dim=s.head_dim, max_position_embeddings=s.context, rms_norm_eps=s.eps,
        rope_parameters={"rope_type": "default", "rope_theta": s.rope_theta}, tie_word_embeddings=True, attn_implementation="eager")).float().eval()
    missing, unexpected = theirs.load_state_dict(mlx_format.load_weights(folder), strict=False)
    assert missing in ([], ["lm_head.weight"]) and not unexpected, (missing, unexpected)
    theirs.tie_weights()

    tokenizer = text.load_tokenizer(folder)
    wrapped = AutoTokenizer.from_pretrained(folder)
    odd = "What is a hop? 12 + 30 = 42. Gr\u00fc\u00dfe, \u65e5\u672c \U0001f600\tx"
    messages = [("system", " Be kind. "), ("user", odd), ("assistant", "Fine."), ("user", "Thanks!\n")]
    prompt = text.render(messages, add_generation_prompt=True)
    theirs_prompt = wrapped.apply_chat_template(
        [{"role": r, "content": c} for r, c in messages], tokenize=False, add_generation_prompt=True)
    assert prompt == theirs_prompt, (prompt, theirs_prompt)
    ids = tokenizer.encode(prompt).ids
    assert ids == wrapped(prompt)["input_ids"]
    assert tokenizer.decode(tokenizer.encode(odd).ids) == odd == wrapped.decode(wrapped(odd)["input_ids"])
    pieces = text.encode_conversation(tokenizer, messages)[0] + tokenizer.encode(f"{text.START}assistant\n").ids
    assert pieces == ids, "a conversation encoded message by message differs from the rendered prompt"

    with torch.no_grad():
        batch = torch.tensor([ids * 8])
        a, b = ours.logits(ours(batch)), theirs(batch).logits
        caches = ours.new_caches()
        steps = torch.cat([ours.logits(ours(batch[:, i : i + 7], caches)) for i in range(0, batch.shape[1], 7)], dim=1)
    span = (b.max() - b.min()).item()
    print(f"{folder}: {ours.parameter_count()} parameters, {batch.shape[1]} positions")
    print(f"largest difference of logits to transformers {(a - b).abs().max().item() / span:.2e} of their range, with a cache {(steps - b).abs().max().item() / span:.2e}")
    assert (a - b).abs().max() < 1e-4 * span and (steps - b).abs().max() < 1e-4 * span


if __name__ == "__main__":
    main(Path(sys.argv[1]))
