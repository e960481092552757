"""Exports that compute in fp16, in numpy's fp16 operator by operator, against what transformers computed in fp32.

    python compare/half.py serving/target/parity-onnx-fp16/portable ../shared/parity

The tests tagged shared write the exports. Every value between two operators is rounded to fp16, as on a GPU; ONNX Runtime's CPU
runs chains of small operators in fp32. Needs numpy and onnx. Exit code 1 where a value is off by more than the tolerance.
"""

import json
import pathlib
import sys

import numpy
import onnx
from onnx.reference import ReferenceEvaluator

# Values are up to 4.4, where fp16 rounds by up to 2**-9: sixteen such steps on the way through a network.
TOLERANCE = 2**-5

RECORDED = {"last_hidden_state": "hidden", "pooler_output": "pooler"}


def batch(values):
    ids = numpy.array(values["input_ids"], dtype=numpy.int64)
    return {
        "input_ids": ids,
        "attention_mask": numpy.array(values.get("attention_mask", numpy.ones_like(ids)), dtype=numpy.int64),
        "token_type_ids": numpy.array(values.get("token_type_ids", numpy.zeros_like(ids)), dtype=numpy.int64),
    }


def compare(export, case):
    model = onnx.load(export / "model.onnx")
    session = ReferenceEvaluator(model)
    feeds = batch(json.loads((case / "input.json").read_text()))
    names = [value.name for value in model.graph.input]
    outputs = session.run(None, {name: feeds[name] for name in names})
    expected = json.loads((case / "expected.json").read_text())
    real = feeds["attention_mask"] == 1
    worst = 0
    for value, output in zip(model.graph.output, outputs):
        wanted = expected.get(RECORDED.get(value.name, value.name))
        if wanted is None:
            continue
        assert output.dtype == numpy.float32, output.dtype
        off = numpy.abs(output - numpy.array(wanted))
        per_token = output.ndim == 3
        worst = max(worst, (off[real] if per_token else off).max())
    return worst


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    exports, cases = map(pathlib.Path, sys.argv[1:])
    failed = 0
    found = []
    for export in sorted(exports.iterdir()):
        worst = compare(export, cases / export.name)
        passed = worst <= TOLERANCE  # false for NaN
        failed += not passed
        found.append(worst)
        print(f"{'passed' if passed else 'FAILED'}  {export.name}: off by {worst:.1e} at most")
    print(f"{len(found)} exports, {failed} failed, off by {max(found):.1e} at most")
    sys.exit(failed > 0 or not found)


main()
