"""The mean loss in nats of Hugging Face models on the bytes of a text, a line for each model: every byte but the first is
predicted once, in sequences of at most CONTEXT.

    transformers_loss.py TEXT CONTEXT MODEL_DIR...
"""
import sys

import torch
from transformers import AutoModelForCausalLM


def sum_of_losses(model, windows):
    """windows [sequences, length + 1]: the last byte of each is predicted only."""
    logits = model(windows[:, :-1]).logits.double()
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten(), reduction="sum").item()


text, context = sys.argv[1], int(sys.argv[2])
tokens = torch.frombuffer(bytearray(open(text, "rb").read()), dtype=torch.uint8).long()
whole = (len(tokens) - 1) // context * context  # predicted in sequences of full length
for directory in sys.argv[3:]:
    model = AutoModelForCausalLM.from_pretrained(directory, local_files_only=True).float().eval()
    total = 0.0
    with torch.no_grad():
        if whole:
            total += sum_of_losses(model, tokens[: whole + 1].unfold(0, context + 1, context))
        if whole < len(tokens) - 1:
            total += sum_of_losses(model, tokens[None, whole:])
    print(total / (len(tokens) - 1))
