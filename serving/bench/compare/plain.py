"""The baseline of ForwardBench: a classifier as PyTorch's own exporter writes it, opset 17, fp32.

    python compare/plain.py CHECKPOINT OUT.onnx

CHECKPOINT is a directory with a BERT, RoBERTa or DistilBERT and a classification head. Needs torch, transformers and onnx.
"""

import sys
import warnings

import torch
import transformers


class Logits(torch.nn.Module):
    """Positional arguments in the order in which the file names them."""

    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *tensors):
        return self.model(**dict(zip(self.names, tensors))).logits


def main():
    checkpoint, target = sys.argv[1:]
    model = transformers.AutoModelForSequenceClassification.from_pretrained(checkpoint, attn_implementation="eager").eval()
    types = model.config.model_type == "bert"
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if types else [])
    ones = torch.ones(2, 7, dtype=torch.long)
    axes = {name: {0: "batch", 1: "sequence"} for name in names}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Logits(model, names), tuple(ones for _ in names), target, opset_version=17, dynamo=False, input_names=names,
            output_names=["logits"], dynamic_axes=axes | {"logits": {0: "batch"}})
    print(f"{target}: torch {torch.__version__}, transformers {transformers.__version__}")


main()
