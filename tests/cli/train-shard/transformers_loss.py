"""The mean loss in nats of a Hugging Face model on the bytes of a text: every byte but the first is predicted once, in
sequences of at most CONTEXT.

    transformers_loss.py MODEL_DIR TEXT CONTEXT
"""
import sys

import torch
from transformers import AutoModelForCausalLM

directory, text, context = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = AutoModelForCausalLM.from_pretrained(directory, local_files_only=True, torch_dtype=torch.float32).eval()
tokens = torch.frombuffer(bytearray(open(text, "rb").read()), dtype=torch.uint8).long()
total = 0.0
with torch.no_grad():
    for first in range(0, len(tokens) - 1, context):
        window = tokens[first : first + context + 1]
        logits = model(window[None, :-1]).logits[0].double()
        total += torch.nn.functional.cross_entropy(logits, window[1:], reduction="sum").item()
print(total / (len(tokens) - 1))
