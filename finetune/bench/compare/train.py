"""One epoch of fine-tuning with Hugging Face's Trainer, as its text-classification example does it: batches of 32 rows padded
to their longest, learning rate 2e-5 linear, one evaluation at the end; bf16 by autocast. Prints one JSON object.

    python compare/train.py MODEL_DIRECTORY TRAIN VALIDATION TEXT_COLUMN LABEL_COLUMN [--max-length 128]

Files: .tsv without quoting or .csv with, each with a header, gzipped or not. The counterpart is
`./graft train --model MODEL --train TRAIN --validation VALIDATION --epochs 1 --max-length 128 --out OUT --json`.
"""

import argparse
import json
import time

START = time.perf_counter()

import pandas
import torch
import transformers


def read(path, args, tokenizer, labels):
    tabs = ".tsv" in path
    rows = pandas.read_csv(path, sep="\t" if tabs else ",", quoting=3 if tabs else 0, keep_default_na=False)
    labels = labels or sorted(rows[args.label].unique().tolist())
    encoded = tokenizer(rows[args.text].tolist(), truncation=True, max_length=args.max_length)
    ids = [{"input_ids": i, "attention_mask": m, "labels": labels.index(l)}
           for i, m, l in zip(encoded["input_ids"], encoded["attention_mask"], rows[args.label].tolist())]
    return ids, labels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "train", "validation", "text", "label"):
        parser.add_argument(name)
    parser.add_argument("--max-length", type=int, default=128)
    parser.add_argument("--precision", default="bf16", choices=["bf16", "fp32"])
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    tokenizer = transformers.AutoTokenizer.from_pretrained(args.model)
    train, labels = read(args.train, args, tokenizer, None)
    validation, _ = read(args.validation, args, tokenizer, labels)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(args.model, num_labels=len(labels))
    settings = transformers.TrainingArguments(
        output_dir="/tmp/hf-trainer", num_train_epochs=1, per_device_train_batch_size=32, per_device_eval_batch_size=32,
        learning_rate=2e-5, bf16=args.precision == "bf16", use_cpu=True, seed=1, report_to=[], save_strategy="no",
        logging_steps=100, disable_tqdm=True)
    trainer = transformers.Trainer(
        model=model, args=settings, train_dataset=train, eval_dataset=validation,
        data_collator=transformers.DataCollatorWithPadding(tokenizer),
        compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())})
    result = trainer.train()
    metrics = trainer.evaluate()
    print(json.dumps({
        "seconds": time.perf_counter() - START, "train_seconds": result.metrics["train_runtime"],
        "steps": result.global_step, "accuracy": metrics["eval_accuracy"],
        "torch": torch.__version__, "transformers": transformers.__version__}))


main()
