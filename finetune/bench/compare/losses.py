"""What parts of a training step cost: the step of Graft's program, written in eager PyTorch, with one part taken away or done
in another way at a time. An upper bound, or a first look, before the program itself is changed.

    python compare/losses.py [--base] [--batch 32] [--length 32] [--rounds 14] [--products]

Parts: casts (weights are kept in bfloat16: no casts of them, none of their gradients), gelu (relu in its place), dropout (none),
factors (dropout multiplies with what is made of the random bytes for all sites at once), qkv (one product in place of three).
With --products only the share of matrix products in the step as it is. Variants run in turn; the ratio is of the processor's time, variant by variant, to the step as it is.
"""

import argparse
import statistics
import time

import torch
from torch.nn import functional
from torch.profiler import ProfilerActivity, profile

HALF = torch.bfloat16
THRESHOLD = 26  # of 256: dropout 0.1
PRODUCTS = {"aten::addmm", "aten::mm", "aten::bmm", "aten::baddbmm", "aten::mkldnn_linear", "mkldnn::_linear_pointwise"}
RATE = 256 / (256 - THRESHOLD)


class Step:
    def __init__(self, batch, length, hidden, layers, heads, inner):
        self.batch, self.length, self.hidden, self.heads = batch, length, hidden, heads
        self.weights, self.halves = [], {}
        self.table = torch.randn(30522, hidden) * 0.02
        self.positions, self.types = self.weight(512, hidden), self.weight(2, hidden)
        self.norm = self.pair(hidden)
        self.layers = [
            dict(q=self.linear(hidden, hidden), k=self.linear(hidden, hidden), v=self.linear(hidden, hidden),
                 o=self.linear(hidden, hidden), norm1=self.pair(hidden), inner=self.linear(inner, hidden),
                 outer=self.linear(hidden, inner), norm2=self.pair(hidden))
            for _ in range(layers)
        ]
        self.pooler, self.classifier = self.linear(hidden, hidden), self.linear(2, hidden)
        tokens = batch * length
        drops = layers * (batch * heads * length * length + 2 * tokens * hidden) + (tokens + batch) * hidden
        self.noise = torch.randint(0, 256, (drops,), dtype=torch.uint8)
        self.ids = torch.randint(0, 30522, (batch, length))
        self.labels = torch.randint(0, 2, (batch,))

    def weight(self, *shape):
        self.weights.append((torch.randn(*shape) * 0.02).requires_grad_())
        return self.weights[-1]

    def linear(self, outputs, inputs):
        return self.weight(outputs, inputs), self.weight(outputs)

    def pair(self, size):
        return self.weight(size), self.weight(size)

    def half(self, weight):
        if self.variant != "casts":
            return weight.to(HALF)
        if id(weight) not in self.halves:
            self.halves[id(weight)] = weight.detach().to(HALF).requires_grad_()
        return self.halves[id(weight)]

    def apply(self, x, linear):
        return functional.linear(x, self.half(linear[0]), self.half(linear[1]))

    def layer_norm(self, x, norm):
        return torch.layer_norm(x.to(HALF), [self.hidden], self.half(norm[0]), self.half(norm[1]), 1e-12)

    def dropout(self, x):
        if self.variant == "dropout":
            return x
        start, self.used = self.used, self.used + x.numel()
        if self.variant == "factors":
            return x * self.factors[start : self.used].view(x.shape)
        kept = torch.ge(self.noise[start : self.used].view(x.shape), THRESHOLD)
        return torch.where(kept, x * RATE, x.new_zeros([]))

    def split_heads(self, x):
        return x.reshape(self.batch, self.length, self.heads, -1).transpose(1, 2)

    def queries_keys_values(self, x, layer):
        if self.variant != "qkv":
            return [self.split_heads(self.apply(x, layer[name])) for name in "qkv"]
        weights, biases = (torch.cat([self.half(layer[name][i]) for name in "qkv"]) for i in (0, 1))
        joined = functional.linear(x, weights, biases)
        return joined.reshape(self.batch, self.length, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)

    def layer(self, x, layer):
        q, k, v = self.queries_keys_values(x, layer)
        scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-2, -1))
        weights = self.dropout(torch.softmax(scores + self.mask, -1))
        context = torch.matmul(weights, v).transpose(1, 2).reshape(x.shape)
        x = self.layer_norm(x + self.dropout(self.apply(context, layer["o"])), layer["norm1"])
        inner = self.apply(x, layer["inner"])
        inner = functional.relu(inner) if self.variant == "gelu" else functional.gelu(inner)
        return self.layer_norm(x + self.dropout(self.apply(inner, layer["outer"])), layer["norm2"])

    def run(self, variant):
        """Processor's seconds and seconds of a pass forward and backward."""
        self.variant, self.used = variant, 0
        cpu, wall = time.process_time(), time.perf_counter()
        if variant == "factors":
            kept, none = torch.tensor(RATE, dtype=HALF), torch.zeros([], dtype=HALF)
            self.factors = torch.where(torch.ge(self.noise, THRESHOLD), kept, none)
        self.mask = torch.zeros(self.batch, 1, 1, self.length, dtype=HALF)
        words = torch.embedding(self.table, self.ids).requires_grad_()
        types = torch.embedding(self.types, torch.zeros_like(self.ids))
        x = self.dropout(self.layer_norm(words + self.positions[: self.length] + types, self.norm))
        for layer in self.layers:
            x = self.layer(x, layer)
        pooled = self.dropout(torch.tanh(self.apply(x[:, 0], self.pooler)))
        loss = functional.cross_entropy(self.apply(pooled, self.classifier).float(), self.labels)
        leaves = [self.halves.get(id(w), w) if variant == "casts" else w for w in self.weights]
        torch.autograd.grad(loss, leaves + [words])
        return time.process_time() - cpu, time.perf_counter() - wall


def share_of_products(step, rounds):
    """Of the processor's time inside PyTorch's operators, what its profiler counts for matrix products."""
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        for _ in range(rounds):
            step.run("as it is")
    times = {event.key: event.self_cpu_time_total for event in profiler.key_averages()}
    products = sum(time for name, time in times.items() if name in PRODUCTS)
    return products / sum(times.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", action="store_true", help="BERT-base in place of MiniLM")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=14)
    parser.add_argument("--products", action="store_true", help="the share of matrix products, nothing else")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    size = (768, 12, 12, 3072) if args.base else (384, 6, 12, 1536)
    step = Step(args.batch, args.length, *size)
    if args.products:
        share_of_products(step, 2)
        print(f"matrix products: {share_of_products(step, args.rounds):.1%} of the step")
        return
    variants = ["as it is", "casts", "gelu", "dropout", "factors", "qkv"]
    times = {variant: [] for variant in variants}
    for _ in range(args.rounds + 2):  # two rounds warm up
        for variant in variants:
            times[variant].append(step.run(variant))
    plain = times["as it is"][2:]
    for variant in variants:
        here = times[variant][2:]
        for place, clock in enumerate(("processor", "wall")):
            ratios = [a[place] / b[place] for a, b in zip(plain, here)]
            print(f"{variant:9} {clock:9} {statistics.median(t[place] for t in here):.4f} s,"
                  f" {statistics.median(ratios):.3f} times as fast ({min(ratios):.3f} to {max(ratios):.3f})")


main()
