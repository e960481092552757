"""Whether PEFT computes with a saved adapter what Graft's merged model computes.

python docs/benchmarks/peft_reads.py MODEL BASE

MODEL is what `graft train --transfer lora --out MODEL` wrote, BASE the directory that it began from. Prints the largest
difference of logits on random ids. Ran with transformers 5.18.0, peft 0.21.0, PyTorch 2.13.0 on Python 3.11.
"""

import sys

import torch
from peft import PeftModel
from transformers import AutoModelForSequenceClassification

model, base = sys.argv[1:3]
merged = AutoModelForSequenceClassification.from_pretrained(model).eval()
start = AutoModelForSequenceClassification.from_pretrained(base, num_labels=merged.config.num_labels)
beside = PeftModel.from_pretrained(start, model + "/adapter").eval()
ids = torch.randint(1000, 20000, (4, 24), generator=torch.Generator().manual_seed(1))
with torch.no_grad():
    expected = merged(input_ids=ids).logits
    actual = beside(input_ids=ids).logits
print("largest difference", (actual - expected).abs().max().item(), "of logits up to", expected.abs().max().item())
