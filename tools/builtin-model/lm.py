"""A Llama decoder in plain PyTorch: RMSNorm, rotate-half RoPE, grouped-query attention, SwiGLU, tied embeddings.

The semantics and the parameter names are those of the Hugging Face ``LlamaForCausalLM``; ``verify.py`` holds the two together.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    """Sizes of one model. All input widths are multiples of 64, the quantisation group."""

    vocab: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    mlp: int
    context: int = 2048
    rope_theta: float = 10000.0
    eps: float = 1e-5

    def as_dict(self) -> dict:
        return asdict(self)


def main_shape(vocab: int) -> Shape:
    return Shape(vocab=vocab, hidden=192, layers=5, heads=6, kv_heads=2, head_dim=32, mlp=512)


def draft_shape(vocab: int) -> Shape:
    return Shape(vocab=vocab, hidden=64, layers=2, heads=2, kv_heads=1, head_dim=32, mlp=128)


class RmsNorm(nn.Module):
    def __init__(self, width: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        f = x.float()
        return (f * torch.rsqrt(f.pow(2).mean(-1, keepdim=True) + self.eps)).to(x.dtype) * self.weight.to(x.dtype)


def rope_tables(shape: Shape, positions: int):
    inverse = 1.0 / (shape.rope_theta ** (torch.arange(0, shape.head_dim, 2).float() / shape.head_dim))
    angles = torch.outer(torch.arange(positions).float(), inverse)
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate_half(x):
    half = x.shape[-1] // 2
    return torch.cat([-x[..., half:], x[..., :half]], dim=-1)


class Attention(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.s = s
        self.q_proj = nn.Linear(s.hidden, s.heads * s.head_dim, bias=False)
        self.k_proj = nn.Linear(s.hidden, s.kv_heads * s.head_dim, bias=False)
        self.v_proj = nn.Linear(s.hidden, s.kv_heads * s.head_dim, bias=False)
        self.o_proj = nn.Linear(s.heads * s.head_dim, s.hidden, bias=False)

    def forward(self, x, cos, sin, cache):
        s, (batch, length, _) = self.s, x.shape
        q = self.q_proj(x).view(batch, length, s.heads, s.head_dim).transpose(1, 2)
        k = self.k_proj(x).view(batch, length, s.kv_heads, s.head_dim).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, s.kv_heads, s.head_dim).transpose(1, 2)
        cos, sin = cos.to(q.dtype), sin.to(q.dtype)
        q, k = q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
            cache[:] = [k, v]
        past = k.shape[2] - length
        q = q.reshape(batch, s.kv_heads, -1, length, s.head_dim)
        # Spelled out: the fused kernel's backward pass takes longer than all of this on short sequences on a CPU.
        scores = (q @ k[:, :, None].transpose(-1, -2)).float() * s.head_dim**-0.5
        future = torch.ones(length, past + length, dtype=torch.bool).triu(past + 1)
        y = scores.masked_fill(future, float("-inf")).softmax(-1).to(v.dtype) @ v[:, :, None]
        y = y.reshape(batch, s.heads, length, s.head_dim)
        return self.o_proj(y.transpose(1, 2).reshape(batch, length, -1))


class Mlp(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.gate_proj = nn.Linear(s.hidden, s.mlp, bias=False)
        self.up_proj = nn.Linear(s.hidden, s.mlp, bias=False)
        self.down_proj = nn.Linear(s.mlp, s.hidden, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.self_attn = Attention(s)
        self.mlp = Mlp(s)
        self.input_layernorm = RmsNorm(s.hidden, s.eps)
        self.post_attention_layernorm = RmsNorm(s.hidden, s.eps)

    def forward(self, x, cos, sin, cache):
        h = x + self.self_attn(self.input_layernorm(x), cos, sin, cache)
        return h + self.mlp(self.post_attention_layernorm(h))


class Decoder(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(s.vocab, s.hidden)
        self.layers = nn.ModuleList(Block(s) for _ in range(s.layers))
        self.norm = RmsNorm(s.hidden, s.eps)


class Llama(nn.Module):
    """``forward(ids)`` gives hidden states ``[batch, length, hidden]``; ``logits(hidden)`` the scores over the vocabulary."""

    def __init__(self, s: Shape):
        super().__init__()
        self.shape = s
        self.model = Decoder(s)
        cos, sin = rope_tables(s, s.context)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(self._initialise)
        for block in self.model.layers:
            for out in (block.self_attn.o_proj, block.mlp.down_proj):
                nn.init.normal_(out.weight, std=0.02 / (2 * s.layers) ** 0.5)

    @staticmethod
    def _initialise(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=0.02)

    def forward(self, ids, caches=None):
        """``caches``: one list per layer, empty at first, filled and extended in place; None while training."""
        past = caches[0][0].shape[2] if caches and caches[0] else 0
        cos, sin = self.cos[past : past + ids.shape[1]], self.sin[past : past + ids.shape[1]]
        x = self.model.embed_tokens(ids)
        for i, block in enumerate(self.model.layers):
            x = block(x, cos, sin, caches[i] if caches is not None else None)
        return self.model.norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.model.embed_tokens.weight)

    def new_caches(self):
        return [[] for _ in self.model.layers]

    def parameter_count(self) -> int:
        return sum(p.numel() for p in self.parameters())
