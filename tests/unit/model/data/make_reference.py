#!/usr/bin/env python3
"""Makes the reference values of tests/unit/model: logits, losses and gradients of transformers' own models in float64.

    python3 make_reference.py DATA_FOLDER        (torch 2.2.2, transformers 4.41.2, safetensors; no GPU needed)

Each case becomes CASE.safetensors beside this script: tokens and targets, the loss summed over the targets that count,
and of the logits and of every parameter's gradient the norm and some entries. Weights that belong to no checkpoint are a
function of (name, index) that the test repeats, see test_weights(). With --full DIR the test's own dump of whole tensors
is compared too.
"""
import math
import os
import sys

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModelForCausalLM, GPT2Config, LlamaConfig
from transformers.models.llama import modeling_llama

ENTRIES = 64
IGNORED = -100
TEXT = ("Once upon a time, there was a little girl named Lily. She liked to play with her red ball in the park. One day, the "
        "ball rolled under a big tree and she could not find it. A small bird saw her cry. \"Do not be sad,\" said the bird. ") * 3


class ExactRmsNorm(torch.nn.Module):
    """transformers rounds to float32 inside its own; this one stays in float64."""

    def __init__(self, other):
        super().__init__()
        self.weight, self.epsilon = other.weight, other.variance_epsilon

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon))


class ExactRotary(torch.nn.Module):
    """The angles of transformers' rotary embedding, in float64."""

    def __init__(self, head_width, base):
        super().__init__()
        self.frequency = base ** (-torch.arange(0, head_width, 2, dtype=torch.float64) / head_width)

    def forward(self, x, position_ids):
        angle = position_ids[0].double()[:, None] * self.frequency[None, :]
        angle = torch.cat([angle, angle], dim=-1)[None]
        return angle.cos(), angle.sin()


def make_exact(model, config):
    model = model.double()
    if config.model_type == "llama":
        head_width = config.hidden_size // config.num_attention_heads
        for module in list(model.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, modeling_llama.LlamaRMSNorm):
                    setattr(module, name, ExactRmsNorm(child))
                elif isinstance(child, modeling_llama.LlamaRotaryEmbedding):
                    setattr(module, name, ExactRotary(head_width, config.rope_theta))
    return model.eval()


def mix(x):
    """The finalizer of SplitMix64 on an array of uint64."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def uniform(name, count):
    """[-1, 1) by (name, index): FNV-1a of the name, SplitMix64 of the sum."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        bits = mix(np.uint64(key) + np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return (bits >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1


def test_weights(name, shape):
    values = uniform(name, math.prod(shape))
    if len(shape) == 2:
        values = values * 0.25
    elif name.endswith(".weight"):
        values = values * 0.25 + 1
    else:
        values = values * 0.5
    return values.astype(np.float32).reshape(shape)


def synthetic(config):
    model = AutoModelForCausalLM.from_config(config, attn_implementation="sdpa" if config.model_type == "llama" else "eager")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.from_numpy(test_weights(name, tuple(parameter.shape))))
    return model


def synthetic_tokens(case, sequences, context, vocabulary):
    values = uniform(case + ".tokens", sequences * (context + 1)) * 0.5 + 0.5
    tokens = (values * vocabulary).astype(np.int64).reshape(sequences, context + 1)
    return tokens[:, :-1].copy(), tokens[:, 1:].copy()


def text_tokens(folder, sequences, context):
    ids = np.array(Tokenizer.from_file(os.path.join(folder, "tokenizer.json")).encode(TEXT).ids, dtype=np.int64)
    assert len(ids) > sequences * context
    tokens = np.stack([ids[i * context:i * context + context + 1] for i in range(sequences)])
    return tokens[:, :-1].copy(), tokens[:, 1:].copy()


def pick(values, random):
    """Indices of some entries: three quarters where there is something, one quarter anywhere."""
    flat = values.reshape(-1)
    nonzero = np.flatnonzero(flat)
    chosen = list(random.choice(nonzero, min(len(nonzero), ENTRIES * 3 // 4), replace=False)) if len(nonzero) else []
    chosen += list(random.choice(len(flat), min(len(flat), ENTRIES // 4), replace=False))
    return np.unique(np.array(chosen, dtype=np.int64))


def compute(model, tokens, targets):
    hidden = model.base_model(torch.from_numpy(tokens)).last_hidden_state
    logits = model.get_output_embeddings()(hidden)
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), torch.from_numpy(targets).reshape(-1),
                                             ignore_index=IGNORED, reduction="sum")
    loss.backward()
    tensors = {"logits": logits.detach().numpy()}
    for name, parameter in model.named_parameters():
        tensors["gradient:" + name] = parameter.grad.numpy()
    assert all(t.dtype == np.float64 for t in tensors.values())
    return loss.item(), tensors


def compare_full(path, loss, tensors):
    ours = load_file(path)
    assert set(ours) == set(tensors) | {"loss"}, set(ours) ^ (set(tensors) | {"loss"})
    worst = max((np.linalg.norm(ours[n].astype(np.float64).reshape(-1) - t.reshape(-1)) / np.linalg.norm(t), n)
                for n, t in tensors.items())
    logits = tensors["logits"]
    print(f"  {os.path.basename(path)}: loss {abs(float(ours['loss'][0]) - loss) / loss:.2e}, logits "
          f"{np.linalg.norm(ours['logits'].reshape(logits.shape) - logits) / np.linalg.norm(logits):.2e}, "
          f"worst of {len(tensors)} tensors {worst[0]:.2e} ({worst[1]})")


def run(case, model, config, tokens, targets, full):
    targets[0, 3:6] = IGNORED
    targets[-1, -1] = IGNORED
    loss, tensors = compute(make_exact(model, config), tokens, targets)
    print(f"{case}: loss {loss / (targets != IGNORED).sum():.6f} a token")
    random = np.random.default_rng(20261124)
    kept = {"tokens": tokens.astype(np.uint32), "targets": np.where(targets == IGNORED, 0xFFFFFFFF, targets).astype(np.uint32),
            "loss": np.array([loss])}
    for name, values in tensors.items():
        index = pick(values, random)
        kept[name + ":index"] = index.astype(np.uint32)
        kept[name + ":values"] = values.reshape(-1)[index]
        kept[name + ":norm"] = np.array([np.linalg.norm(values)])
    if full is None:
        save_file(kept, os.path.join(os.path.dirname(os.path.abspath(__file__)), case + ".safetensors"))
    else:
        for file in sorted(os.listdir(full)):
            if file.startswith(case + "."):
                compare_full(os.path.join(full, file), loss, tensors)


def main():
    data = sys.argv[1]
    full = sys.argv[3] if len(sys.argv) > 3 and sys.argv[2] == "--full" else None
    for case, config, sequences, context in [
        ("gpt2", GPT2Config(n_layer=4, n_embd=64, n_head=4, n_positions=64, vocab_size=256), 2, 64),
        ("gpt2_untied", GPT2Config(n_layer=2, n_embd=48, n_head=3, n_positions=50, vocab_size=97, n_inner=100, tie_word_embeddings=False,
                                   layer_norm_epsilon=1e-4), 3, 33),
        ("llama_untied", LlamaConfig(num_hidden_layers=3, hidden_size=48, num_attention_heads=6, num_key_value_heads=2,
                                     intermediate_size=100, vocab_size=97, max_position_embeddings=64, rope_theta=500.0,
                                     rms_norm_eps=1e-5, tie_word_embeddings=False), 3, 40)]:
        tokens, targets = synthetic_tokens(case, sequences, context, config.vocab_size)
        run(case, synthetic(config), config, tokens, targets, full)
    for case in ["stories260K", "stories260K_bf16_sharded"]:
        folder = os.path.join(data, "hf", case)
        config = AutoConfig.from_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float64)
        tokens, targets = text_tokens(folder, 2, 64)
        run(case, model, config, tokens, targets, full)


main()
