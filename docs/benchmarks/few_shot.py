"""Draws k rows a label, as the few-shot tables of docs/benchmarks.md need them.

    python3 few_shot.py sst2|trec|banking77|agnews DATA OUT

Writes OUT/SET-kK-D.tsv, text and label a row, for each k and five draws D from 0 to 4. Those of SST-2 are the fixed ones of
fewshot-sentences.json; the others are drawn with the seed D. OUT/SET-test.tsv is the test part. Standard library only.
"""
import csv
import gzip
import json
import random
import sys
from pathlib import Path

csv.field_size_limit(1 << 30)


def sst2(data):
    def read(lines):
        return [tuple(line.rstrip("\n").split("\t")[:2]) for line in lines]

    with gzip.open(data / "sst2/train-sentences.tsv.gz", "rt") as train, open(data / "sst2/dev.tsv") as dev:
        return read(train), read(dev)[1:]  # the one has a header, the other not


def trec(data):
    def read(lines):
        rows = (line.strip().split(" ", 1) for line in lines)
        return [(text, label.split(":")[0]) for label, text in rows]

    with gzip.open(data / "trec/train.txt.gz", "rt", encoding="latin1") as train, open(data / "trec/test.txt", encoding="latin1") as test:
        return read(train), read(test)


def banking77(data):
    def read(name):
        with gzip.open(data / "banking77" / name, "rt", newline="") as lines:
            return [(row["text"], row["category"]) for row in csv.DictReader(lines)]

    return read("train.csv.gz"), read("test.csv.gz")


def agnews(data):
    names = (data / "agnews/classes.txt").read_text().split()
    with gzip.open(data / "agnews/train-descriptions.tsv.gz", "rt") as lines:
        train = [tuple(line.rstrip("\n").split("\t")[:2]) for line in lines]
    with gzip.open(data / "agnews/test.csv.gz", "rt", newline="") as lines:
        test = [(f"{title}. {text}", names[int(label) - 1]) for label, title, text in csv.reader(lines)]
    return train, random.Random(0).sample(test, 2000)  # as many as the reference figures were judged by


def write(path, rows):
    with open(path, "w") as out:
        out.write("text\tlabel\n")
        out.writelines(" ".join(text.split()) + "\t" + label + "\n" for text, label in rows)


def main(name, data, out):
    train, test = {"sst2": sst2, "trec": trec, "banking77": banking77, "agnews": agnews}[name](data)
    out.mkdir(parents=True, exist_ok=True)
    write(out / f"{name}-test.tsv", test)
    fixed = json.loads((data / "sst2/fewshot-sentences.json").read_text())["draws"] if name == "sst2" else None
    labels = sorted({label for _, label in train})
    for k in (8, 32) if name in ("trec", "banking77") else (8, 32, 128, 512):
        for draw in range(5):
            if fixed:
                rows = [train[i] for i in fixed[f"k{k}"][draw]]
            else:
                rng = random.Random(draw)
                rows = []
                for label in labels:
                    own = [row for row in train if row[1] == label]
                    rows += rng.sample(own, min(k, len(own)))
            write(out / f"{name}-k{k}-{draw}.tsv", rows)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
