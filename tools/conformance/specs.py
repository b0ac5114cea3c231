"""The tiny checkpoints: config.json as real publishers write it, old form and new, at sizes that fit no vector length.

`mutations` are ways in which a reader could get the checkpoint wrong. Each must move the logits visibly (checkpoints.py
asserts it), so that a reader that overlooks the feature cannot pass. A mutation is a change to config.json, or for
tensors {"tensors": suffix, "value": x}, which overwrites every tensor whose name ends so.
"""

from dataclasses import dataclass, field

from tiny_tokenizer import VOCABULARY

BOS, EOS, IM_END = VOCABULARY - 4, VOCABULARY - 3, VOCABULARY - 1
LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}


@dataclass(frozen=True)
class Spec:
    name: str
    config: dict
    weights: str = ""  # checkpoints with the same word here share their weights; empty: the name
    dtype: str = "bfloat16"
    shards: int = 1
    generation: dict | None = None
    mutations: list[dict] = field(default_factory=list)
    same_logits_as: str = ""  # the other spelling of the same model


def llama(**more) -> dict:
    return {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "bos_token_id": BOS, "eos_token_id": EOS} | common(more)


def mistral(**more) -> dict:
    return {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "bos_token_id": BOS, "eos_token_id": EOS} | common(more)


def qwen2(**more) -> dict:
    return {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "bos_token_id": BOS, "eos_token_id": IM_END} | common(more)


def qwen3(**more) -> dict:
    return {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "bos_token_id": BOS, "eos_token_id": IM_END} | common(more)


def common(more: dict) -> dict:
    return {
        "hidden_act": "silu",
        "initializer_range": 0.02,
        "attention_dropout": 0.0,
        "max_position_embeddings": 256,
        "num_hidden_layers": 2,
        "rms_norm_eps": 1e-5,
        "use_cache": True,
        "vocab_size": VOCABULARY,
    } | more


OLD = {"torch_dtype": "bfloat16", "transformers_version": "4.43.0"}
NEW = {"dtype": "bfloat16", "transformers_version": "5.0.0"}
ROPE_LLAMA = llama(
    hidden_size=60, intermediate_size=75, num_attention_heads=3, num_key_value_heads=3, tie_word_embeddings=True,
    attention_bias=False, mlp_bias=False, pretraining_tp=1,
)
QWEN_WINDOW = qwen2(
    hidden_size=56, intermediate_size=67, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=3,
    rms_norm_eps=1e-6, tie_word_embeddings=True, use_sliding_window=True, sliding_window=8,
)

SPECS = [
    # As the first Llama checkpoints: what is not said has its default (rope_theta 10000, as many kv heads as heads, untied).
    Spec(
        "llama-mha",
        llama(hidden_size=60, intermediate_size=101, num_attention_heads=5, rope_scaling=None) | OLD,
        mutations=[{"rope_theta": 500000.0}],
    ),
    Spec(
        "llama-gqa-4-2-tied",
        llama(
            hidden_size=88, intermediate_size=75, num_attention_heads=4, num_key_value_heads=2, head_dim=22,
            tie_word_embeddings=True, rope_theta=500000.0, rope_scaling=None, rms_norm_eps=0.05,
        ) | OLD,
        generation={"do_sample": True, "temperature": 0.6, "top_p": 0.9, "bos_token_id": BOS, "eos_token_id": [EOS, IM_END]},
        mutations=[{"rope_theta": 10000.0}, {"rms_norm_eps": 1e-5}],
    ),
    Spec(
        "llama-mqa-6-1-sharded",
        llama(
            hidden_size=84, intermediate_size=101, num_attention_heads=6, num_key_value_heads=1,
            tie_word_embeddings=False, rope_theta=10000.0,
        ) | OLD,
        shards=3,
        mutations=[{"rope_theta": 500000.0}],
    ),
    Spec(
        "llama-head-dim",
        llama(
            hidden_size=56, intermediate_size=101, num_attention_heads=4, num_key_value_heads=2, head_dim=24,
            tie_word_embeddings=False, rope_parameters={"rope_theta": 500000.0, "rope_type": "default"},
        ) | NEW,
        mutations=[{"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}}],
    ),
    Spec(
        "llama-biases-f32",
        llama(
            hidden_size=40, intermediate_size=51, num_attention_heads=2, num_key_value_heads=2, attention_bias=True,
            mlp_bias=True, tie_word_embeddings=False, rope_theta=10000.0,
        ) | OLD | {"torch_dtype": "float32"},
        dtype="float32",
        mutations=[
            {"tensors": f"{name}_proj.bias", "value": 0.0} for name in ["q", "v", "o", "gate", "up", "down"]
        ],
    ),
    Spec(
        "llama-f16",
        llama(
            hidden_size=72, intermediate_size=67, num_attention_heads=4, num_key_value_heads=1, tie_word_embeddings=True,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"}, head_dim=18,
        ) | NEW | {"dtype": "float16"},
        dtype="float16",
        mutations=[{"rope_parameters": {"rope_theta": 500000.0, "rope_type": "default"}}],
    ),
    Spec(
        "llama-rope-llama3-old",
        ROPE_LLAMA | OLD | {"rope_theta": 10000.0, "rope_scaling": LLAMA3 | {"rope_type": "llama3"}},
        weights="llama-rope",
        mutations=[
            {"rope_scaling": None},
            {"rope_scaling": {"rope_type": "linear", "factor": 8.0}},
            {"rope_scaling": LLAMA3 | {"rope_type": "llama3", "low_freq_factor": 3.9}},
        ],
    ),
    Spec(
        "llama-rope-llama3-new",
        ROPE_LLAMA | NEW | {"rope_parameters": LLAMA3 | {"rope_type": "llama3", "rope_theta": 10000.0}},
        weights="llama-rope",
        same_logits_as="llama-rope-llama3-old",
    ),
    Spec(
        "llama-rope-linear-old",
        ROPE_LLAMA | OLD | {"rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 4.0}},
        weights="llama-rope",
        mutations=[{"rope_scaling": None}],
    ),
    Spec(
        "llama-rope-linear-new",
        ROPE_LLAMA | NEW | {"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0}},
        weights="llama-rope",
        same_logits_as="llama-rope-linear-old",
    ),
    Spec(
        "mistral-window",
        mistral(
            hidden_size=72, intermediate_size=101, num_attention_heads=4, num_key_value_heads=2, sliding_window=8,
            tie_word_embeddings=False, rope_theta=10000.0,
        ) | OLD,
        generation={"bos_token_id": BOS, "eos_token_id": EOS},
        mutations=[{"sliding_window": None}, {"sliding_window": 9}, {"sliding_window": 7}],
    ),
    Spec(
        "mistral-window-12-sharded",
        mistral(
            hidden_size=60, intermediate_size=75, num_attention_heads=6, num_key_value_heads=3, sliding_window=12,
            tie_word_embeddings=True, rope_parameters={"rope_theta": 10000.0, "rope_type": "default"}, head_dim=10,
        ) | NEW,
        shards=2,
        mutations=[{"sliding_window": None}, {"sliding_window": 13}, {"sliding_window": 11}],
    ),
    Spec(
        "mistral-no-window",
        mistral(
            hidden_size=60, intermediate_size=67, num_attention_heads=4, num_key_value_heads=2, head_dim=20,
            sliding_window=None, tie_word_embeddings=False, rope_theta=1000000.0,
        ) | OLD,
        mutations=[{"sliding_window": 12}, {"rope_theta": 10000.0}],
    ),
    # sliding_window is there but switched off, as in most published Qwen2; more rows than the tokenizer has tokens.
    Spec(
        "qwen2-untied",
        qwen2(
            hidden_size=72, intermediate_size=101, num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-6,
            tie_word_embeddings=False, rope_theta=1000000.0, use_sliding_window=False, sliding_window=8, max_window_layers=1,
            vocab_size=VOCABULARY + 9,
        ) | OLD,
        generation={
            "do_sample": True, "temperature": 0.7, "top_p": 0.8, "top_k": 20, "repetition_penalty": 1.05,
            "bos_token_id": BOS, "pad_token_id": EOS, "eos_token_id": [IM_END, EOS],
        },
        mutations=[
            {"tensors": "q_proj.bias", "value": 0.0}, {"tensors": "v_proj.bias", "value": 0.0}, {"use_sliding_window": True},
        ],
    ),
    Spec(
        "qwen2-tied",
        qwen2(
            hidden_size=70, intermediate_size=67, num_attention_heads=7, num_key_value_heads=1, rms_norm_eps=1e-6,
            tie_word_embeddings=True, rope_parameters={"rope_theta": 1000000.0, "rope_type": "default"},
            use_sliding_window=False, sliding_window=None, max_window_layers=2, layer_types=["full_attention"] * 2,
        ) | NEW,
        mutations=[{"tensors": "_proj.bias", "value": 0.0}, {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}}],
    ),
    # Layers from max_window_layers on see the window only.
    Spec(
        "qwen2-window",
        QWEN_WINDOW | OLD | {"rope_theta": 10000.0, "max_window_layers": 1},
        weights="qwen2-window",
        mutations=[
            {"use_sliding_window": False}, {"max_window_layers": 0}, {"max_window_layers": 2}, {"sliding_window": 9},
        ],
    ),
    Spec(
        "qwen2-window-layer-types",
        QWEN_WINDOW | NEW | {
            "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}, "max_window_layers": 1,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
        },
        weights="qwen2-window",
        mutations=[{"layer_types": ["full_attention", "sliding_attention", "sliding_attention"]}],
    ),
    Spec(
        "qwen3-tied",
        qwen3(
            hidden_size=56, intermediate_size=101, num_attention_heads=4, num_key_value_heads=1, head_dim=24,
            rms_norm_eps=1e-6, attention_bias=False, tie_word_embeddings=True, rope_theta=1000000.0, rope_scaling=None,
            use_sliding_window=False, sliding_window=None, max_window_layers=2,
        ) | OLD,
        generation={
            "do_sample": True, "temperature": 0.6, "top_p": 0.95, "top_k": 20,
            "bos_token_id": EOS, "pad_token_id": EOS, "eos_token_id": [IM_END, EOS],
        },
        mutations=[
            {"tensors": "q_norm.weight", "value": 1.0}, {"tensors": "k_norm.weight", "value": 1.0}, {"rope_theta": 10000.0},
        ],
    ),
    Spec(
        "qwen3-untied-biases",
        qwen3(
            hidden_size=60, intermediate_size=67, num_attention_heads=6, num_key_value_heads=2, head_dim=18,
            rms_norm_eps=1e-6, attention_bias=True, tie_word_embeddings=False,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"}, use_sliding_window=False, sliding_window=None,
            max_window_layers=2, layer_types=["full_attention"] * 2,
        ) | NEW,
        mutations=[{"tensors": "_proj.bias", "value": 0.0}, {"tensors": "o_proj.bias", "value": 0.0}],
    ),
]
