"""Answers without a model, the floors of docs/benchmarks.md: predictions as SQuAD's scripts read them.

    python3 docs/benchmarks/qa_floors.py random|overlap FILE.json[.gz][@1-12] PREDICTIONS.json

random   a stretch of 1 to 5 words that begins anywhere (seed 1)
overlap  of all stretches of 1 to 5 words that hold none of the question's words the one with the most different words of the
         question among the ten words on either side; of equals the shortest, then the first
"""
import gzip
import json
import random
import re
import sys

LONGEST, AROUND = 5, 10
SMALL = set("a an the of in on to is was are were do does did what which who whom whose when where why how and or for by with at "
            "it its this that as be from many much".split())


def words(text):
    return [(m.group().lower(), m.start(), m.end()) for m in re.finditer(r"\w+(?:[-'’]\w+)*", text)]


def at_random(question, context, found):
    length = random.randint(1, LONGEST)
    start = random.randrange(max(1, len(found) - length + 1))
    return found[start][1], found[min(len(found), start + length) - 1][2]


def by_overlap(question, context, found):
    asked = {word for word, _, _ in words(question)} - SMALL
    best, place = (-1, 0, 0), (found[0][1], found[0][2])
    for length in range(1, LONGEST + 1):
        for start in range(len(found) - length + 1):
            if any(word in asked for word, _, _ in found[start:start + length]):
                continue
            if length == 1 and found[start][0] in SMALL:
                continue
            near = found[max(0, start - AROUND):start] + found[start + length:start + length + AROUND]
            score = (len({word for word, _, _ in near} & asked), -length, -start)
            if score > best:
                best, place = score, (found[start][1], found[start + length - 1][2])
    return place


def main(way, source, target):
    random.seed(1)
    name, _, articles = source.partition("@")
    with (gzip.open if name.endswith(".gz") else open)(name) as file:
        data = json.load(file)["data"]
    if articles:
        first, last = map(int, articles.split("-"))
        data = data[first - 1:last]
    answers = {}
    for article in data:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            found = words(context)
            for question in paragraph["qas"]:
                pick = at_random if way == "random" else by_overlap
                start, end = pick(question["question"], context, found)
                answers[str(question["id"])] = context[start:end]
    with open(target, "w") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("random", "overlap"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
