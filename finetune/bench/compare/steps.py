"""Training steps of Hugging Face transformers and of Graft, in turn, each in a process of its own.

    python compare/steps.py [--mini-lm] [--precision bf16|fp32] [--batch 8] [--length 128] [--rounds 9] JAVA_CLASS_PATH

Both: BertForSequenceClassification with two labels, random weights and tokens, no padding, dropout 0.1, forward, backward,
clipping at 1, fused AdamW with decay 0.01 (not on biases and layer norms). transformers runs as its Trainer runs it on a
CPU: attention by scaled_dot_product_attention, bf16 by autocast. A round is one turn of each; a turn is some steps, of
which the first is thrown away (the caches belong to whoever computed last).
"""

import argparse
import os
import statistics
import subprocess
import sys


def serve(args):
    import time

    import torch
    import transformers

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    size = dict(hidden_size=384, num_hidden_layers=6, intermediate_size=1536) if args.mini_lm else {}
    model = transformers.BertForSequenceClassification(transformers.BertConfig(**size)).train()
    plain = [p for n, p in model.named_parameters() if n.endswith("bias") or "LayerNorm" in n]
    decayed = [p for n, p in model.named_parameters() if not (n.endswith("bias") or "LayerNorm" in n)]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-5, fused=True)
    mask = torch.ones(args.batch, args.length, dtype=torch.long)
    for turn in sys.stdin:
        seconds = []
        for _ in range(int(turn)):
            ids = torch.randint(0, 30522, (args.batch, args.length))
            labels = torch.randint(0, 2, (args.batch,))
            start = time.perf_counter()
            with torch.autocast("cpu", torch.bfloat16, enabled=args.precision == "bf16"):
                loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            loss.item()
            seconds.append(time.perf_counter() - start)
        print(*("%.4f" % s for s in seconds), flush=True)


def start(command):
    environment = dict(os.environ, OMP_NUM_THREADS="2")
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def turn(process, steps):
    process.stdin.write(f"{steps}\n")
    process.stdin.flush()
    return [float(s) for s in process.stdout.readline().split()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("class_path", nargs="?")
    parser.add_argument("--mini-lm", action="store_true")
    parser.add_argument("--precision", default="bf16", choices=["bf16", "fp32"])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--steps", type=int, default=0, help="a turn; default 3, with --mini-lm 11")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        return serve(args)

    shape = ["--batch", str(args.batch), "--length", str(args.length), "--threads", str(args.threads)]
    shape += ["--mini-lm"] if args.mini_lm else []
    graft = start(["java", "-cp", args.class_path, "ai.graft.finetune.bench.BenchMain", "turns",
                   "--variant", "engine_" + args.precision, *shape])
    python = start([sys.executable, __file__, "--serve", "--precision", args.precision, *shape])
    steps = args.steps or (11 if args.mini_lm else 3)
    ratios, seconds = [], {"transformers": [], "graft": []}
    for round in range(-1, args.rounds):  # the first round warms up
        theirs = statistics.median(turn(python, steps)[1:])
        ours = statistics.median(turn(graft, steps)[1:])
        if round >= 0:
            ratios.append(theirs / ours)
            seconds["transformers"].append(theirs)
            seconds["graft"].append(ours)
    for process in (graft, python):
        process.stdin.close()
        process.wait()
    for name, values in seconds.items():
        print(f"{name:14} {statistics.median(values):.3f} s a step ({min(values):.3f} to {max(values):.3f})")
    print(f"ratio          {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), {args.rounds} rounds")


main()
