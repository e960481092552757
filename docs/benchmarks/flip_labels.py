"""Gives some rows of a data set a wrong label, and says how well an audit finds them.

  python flip_labels.py flip IN OUT [--share 0.05] [--seed 1] [--columns TEXT,LABEL]
  python flip_labels.py score IN OUT AUDIT.csv [--flagged 0.05] [--columns TEXT,LABEL]

IN is tab-separated without quoting, gzipped or not; its columns count from 0. Row n of IN is row n of OUT. A wrong label is drawn
evenly from the others. `score` takes the first rows of the audit's kind `label`, which stand in the order of suspicion.
"""

import argparse
import csv
import gzip
import random
import sys


def read(path, columns):
    text, label = columns
    opened = gzip.open(path, "rt", encoding="utf-8", newline="\n") if path.endswith(".gz") else open(path, encoding="utf-8", newline="\n")
    with opened as file:
        cells = [line.rstrip("\r\n").split("\t") for line in file if line.strip()]
    return [(row[text], row[label].strip()) for row in cells]


def flip(args):
    rows = read(args.source, args.columns)
    labels = sorted({label for _, label in rows})
    draw = random.Random(args.seed)
    chosen = set(draw.sample(range(len(rows)), round(args.share * len(rows))))
    with open(args.target, "w", encoding="utf-8", newline="\n") as file:
        for i, (text, label) in enumerate(rows):
            if i in chosen:
                label = draw.choice([other for other in labels if other != label])
            file.write(f"{text}\t{label}\n")


def score(args):
    before = read(args.source, args.columns)
    after = read(args.target, (0, 1))
    wrong = {i + 1 for i, (old, new) in enumerate(zip(before, after, strict=True)) if old[1] != new[1]}
    csv.field_size_limit(sys.maxsize)
    with open(args.audit, encoding="utf-8", newline="") as file:
        listed = [int(row["row"]) for row in csv.DictReader(file) if row["kind"] == "label"]
    flagged = listed[: round(args.flagged * len(before))]
    found = len(wrong & set(flagged))
    print(f"{len(wrong)} wrong, {len(flagged)} flagged, {found} found: precision {found / len(flagged):.3f}, recall {found / len(wrong):.3f}")


def columns(text):
    first, second = text.split(",")
    return int(first), int(second)


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
for name, run in (("flip", flip), ("score", score)):
    command = commands.add_parser(name)
    command.add_argument("source")
    command.add_argument("target")
    if name == "score":
        command.add_argument("audit")
    command.add_argument("--share", type=float, default=0.05)
    command.add_argument("--flagged", type=float, default=0.05)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--columns", type=columns, default=(0, 1))
    command.set_defaults(run=run)
args = parser.parse_args()
args.run(args)
