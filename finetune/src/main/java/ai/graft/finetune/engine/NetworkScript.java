package ai.graft.finetune.engine;

import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.Outputs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the whole program of a network: holding its weights, predicting, and, where asked, training with AdamW
 * (Loshchilov and Hutter, arXiv 1711.05101).
 *
 * <p>Attributes, all lists: {@code p} weights in the network's order; {@code w} the trained ones among them in the order of
 * the groups, {@code g} their gradients, {@code best} a copy of them; for each group by its number {@code w0} weights, {@code
 * m0} and {@code v0} moments, {@code t0} step counts; {@code noise} and {@code used} the dropout's random bytes; {@code passed} the loss
 * between its pass forward and the one backward.
 */
final class NetworkScript {
    private static final List<String> ATTRIBUTES = List.of("p", "w", "g", "best", "noise", "used", "passed");
    private static final List<String> GROUP_LISTS = List.of("w", "m", "v", "t");

    private static final String HOLDING = """
              p : List[Tensor]
              w : List[Tensor]
              g : List[Tensor]
              best : List[Tensor]
              noise : List[Tensor]
              used : List[int]
              passed : List[Tensor]
              def clear(self: __torch__.Graft, x: Tensor) -> Tensor:
                self.p = annotate(List[Tensor], [])
                self.w = annotate(List[Tensor], [])
                self.g = annotate(List[Tensor], [])
                self.best = annotate(List[Tensor], [])
                self.noise = annotate(List[Tensor], [])
                self.used = annotate(List[int], [0])
                self.passed = annotate(List[Tensor], [])
                return x
              def add(self: __torch__.Graft, shape: Tensor) -> Tensor:
                _0 = torch.append(self.p, torch.empty_like(torch.detach(shape)))
                return torch.tensor(torch.len(self.p))
              def fill(self: __torch__.Graft, i: Tensor, start: Tensor, part: Tensor) -> Tensor:
                all = torch.reshape(torch.detach(self.p[int(i)]), [-1])
                begin = int(start)
                _0 = torch.copy_(torch.slice(all, 0, begin, torch.add(begin, torch.numel(part)), 1), part)
                return start
              def weight(self: __torch__.Graft, i: Tensor) -> Tensor:
                return torch.clone(torch.detach(self.p[int(i)]))
            """;

    private static final String TRAINING = """
              def forward(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor, noise: Tensor) -> Tensor:
                self.noise = [noise]
                torch._set_item(self.used, 0, 0)
                loss = (self).loss((self).train(ids, mask, types, ), targets, )
                self.noise = annotate(List[Tensor], [])
                self.passed = [loss]
                return torch.detach(loss)
              def take(self: __torch__.Graft, scale: Tensor) -> List[Tensor]:
                loss = torch.mul(self.passed[0], scale)
                self.passed = annotate(List[Tensor], [])
                go = torch.grad([loss], self.w, None, None, False, False)
                g = annotate(List[Tensor], [])
                for i in range(torch.len(go)):
                  _0 = torch.append(g, torch.contiguous(unchecked_cast(Tensor, go[i])))
                return g
              def forget(self: __torch__.Graft, x: Tensor) -> Tensor:
                self.g = annotate(List[Tensor], [])
                return x
              def backward(self: __torch__.Graft, scale: Tensor) -> Tensor:
                self.g = (self).take(scale, )
                return scale
              def accumulate(self: __torch__.Graft, scale: Tensor) -> Tensor:
                torch._foreach_add_(self.g, (self).take(scale, ))
                return scale
              def gradient(self: __torch__.Graft, i: Tensor) -> Tensor:
                return torch.clone(torch.detach(self.g[int(i)]))
              def remember(self: __torch__.Graft, x: Tensor) -> Tensor:
                best = annotate(List[Tensor], [])
                for i in range(torch.len(self.w)):
                  _0 = torch.append(best, torch.clone(torch.detach(self.w[i])))
                self.best = best
                return x
              def recall(self: __torch__.Graft, x: Tensor) -> Tensor:
                for i in range(torch.len(self.best)):
                  _0 = torch.copy_(torch.detach(self.w[i]), self.best[i])
                return x
            """;

    private final Network network;
    private final Head head;
    private final Map<String, Integer> weightIndex;
    private final boolean fusedAttention;

    NetworkScript(Network network, Head head, List<String> weights, boolean fusedAttention) {
        this.network = network;
        this.head = head;
        this.fusedAttention = fusedAttention;
        this.weightIndex = new LinkedHashMap<>();
        for (String name : weights) {
            weightIndex.put(name, weightIndex.size());
        }
    }

    /**
     * The source. Methods for use: {@code clear}, {@code add}, {@code fill}, {@code weight}; {@code everything} (hidden, then pooled and
     * logits where there are any); with a head {@code predict} (logits), without one {@code states} (of every layer); with a setup also {@code prepare}, {@code forward}, {@code forget}, {@code
     * backward}, {@code accumulate}, {@code update}, {@code gradient}, {@code remember}, {@code recall}, {@code release} and {@code loss}.
     */
    String source(Precision predictionPrecision, Optional<TrainingSetup> training) {
        StringBuilder source = new StringBuilder("class Graft(Module):\n  __parameters__ = []\n  __buffers__ = []\n");
        groupAttributes(training)
                .forEach(name -> source.append("  ").append(name).append(" : List[Tensor]\n"));
        source.append(HOLDING);
        source.append(everything());
        if (head instanceof Head.None) {
            source.append(states());
        } else {
            source.append(logits("predict", predictionPrecision, DropoutRates.NONE, Extent.HEAD_ONLY));
        }
        training.ifPresent(setup -> source.append(logits("train", setup.precision(), setup.dropout(), setup.extent()))
                .append(LossScript.method(setup.loss()))
                .append(TRAINING)
                .append(prepare(setup.groups()))
                .append(release(setup.groups().size()))
                .append(update(setup)));
        return source.toString();
    }

    /** Names of all attributes, each an empty list to begin with. */
    static List<String> attributes(Optional<TrainingSetup> training) {
        return Stream.concat(ATTRIBUTES.stream(), groupAttributes(training)).toList();
    }

    private static Stream<String> groupAttributes(Optional<TrainingSetup> training) {
        int groups = training.map(setup -> setup.groups().size()).orElse(0);
        return IntStream.range(0, groups)
                .boxed()
                .flatMap(group -> GROUP_LISTS.stream().map(list -> list + group));
    }

    private String everything() {
        TorchScriptOps ops = ops("everything", Precision.FP32, DropoutRates.NONE);
        Outputs<String> outputs = network.forward(ops, head, Extent.ALL_TOKENS);
        StringBuilder list = new StringBuilder("[").append(outputs.hidden());
        outputs.pooled().ifPresent(pooled -> list.append(", ").append(pooled));
        outputs.logits().ifPresent(logits -> list.append(", ").append(logits));
        return ops.methods("everything", "List[Tensor]", list.append("]").toString());
    }

    private String states() {
        TorchScriptOps ops = ops("states", Precision.FP32, DropoutRates.NONE);
        network.forward(ops, head, Extent.ALL_TOKENS);
        return ops.methods("states", "List[Tensor]", "[" + String.join(", ", ops.hiddenStates()) + "]");
    }

    private String logits(String name, Precision precision, DropoutRates dropout, Extent extent) {
        TorchScriptOps ops = ops(name, precision, dropout);
        String logits = ops.widen(network.forward(ops, head, extent).logits().orElseThrow());
        return ops.methods(name, "Tensor", logits);
    }

    private TorchScriptOps ops(String program, Precision precision, DropoutRates dropout) {
        return new TorchScriptOps(program, weightIndex, precision, dropout, fusedAttention);
    }

    /** Gathers the trained weights and makes their moments. */
    private String prepare(List<ParameterGroup> groups) {
        StringBuilder code = new StringBuilder("  def prepare(self: __torch__.Graft, x: Tensor) -> Tensor:\n");
        for (int group = 0; group < groups.size(); group++) {
            for (String list : GROUP_LISTS) {
                code.append("    self.%s%d = annotate(List[Tensor], [])\n".formatted(list, group));
            }
            for (String name : groups.get(group).names()) {
                code.append("    w = torch.requires_grad_(self.p[%d], True)\n".formatted(weightIndex.get(name)));
                code.append("    _0 = torch.append(self.w, w)\n");
                code.append("    _1 = torch.append(self.w%d, w)\n".formatted(group));
                code.append("    _2 = torch.append(self.m%d, torch.zeros_like(w))\n".formatted(group));
                code.append("    _3 = torch.append(self.v%d, torch.zeros_like(w))\n".formatted(group));
                code.append("    _4 = torch.append(self.t%d, torch.to(torch.zeros([]), x, False, False, None))\n"
                        .formatted(group));
            }
        }
        return code.append("    return x\n").toString();
    }

    /** Lets go of all that only training needs. */
    private static String release(int groups) {
        StringBuilder code = new StringBuilder("  def release(self: __torch__.Graft, x: Tensor) -> Tensor:\n");
        Stream<String> perGroup =
                IntStream.range(0, groups).boxed().flatMap(group -> Stream.of("m" + group, "v" + group));
        Stream.concat(Stream.of("g", "best"), perGroup)
                .forEach(list -> code.append("    self.%s = annotate(List[Tensor], [])\n".formatted(list)));
        // A weight that autograd watches takes other paths through the products than one that was read from a file.
        code.append("    for i in range(torch.len(self.w)):\n");
        code.append("      _0 = torch.requires_grad_(self.w[i], False)\n");
        return code.append("    return x\n").toString();
    }

    /**
     * {@code update(rates)}: one step of AdamW a group, with its learning rate out of {@code rates}; gives the gradients'
     * global norm. The kernel divides by the clipping's scale itself.
     *
     * <p>Every list that the kernel writes to is an attribute: a slice of a list is a new list to the script's compiler,
     * which then removes the call as one without effect.
     */
    private static String update(TrainingSetup setup) {
        StringBuilder code = new StringBuilder("  def update(self: __torch__.Graft, rates: Tensor) -> Tensor:\n"
                + "    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(self.g, 2)), 2)\n");
        String scale = setup.maxGradNorm().isEmpty()
                ? "torch.ones_like(norm)"
                : "torch.clamp(torch.div(torch.add(norm, 1e-06), "
                        + setup.maxGradNorm().getAsDouble() + "), 1.0, None)";
        code.append("    scale = ").append(scale).append('\n');
        int from = 0;
        for (int group = 0; group < setup.groups().size(); group++) {
            int to = from + setup.groups().get(group).names().size();
            code.append("    torch._foreach_add_(self.t%d, 1)\n".formatted(group));
            code.append(
                    ("    torch._fused_adamw_(self.w%1$d, torch.slice(self.g, %2$d, %3$d, 1), self.m%1$d, self.v%1$d,"
                                    + " annotate(List[Tensor], []), self.t%1$d, lr=float(rates[%1$d]), beta1=%4$s, beta2=%5$s,"
                                    + " weight_decay=%6$s, eps=%7$s, amsgrad=False, maximize=False, grad_scale=scale,"
                                    + " found_inf=None)\n")
                            .formatted(
                                    group,
                                    from,
                                    to,
                                    setup.beta1(),
                                    setup.beta2(),
                                    setup.groups().get(group).weightDecay(),
                                    setup.eps()));
            from = to;
        }
        return code.append("    return norm\n").toString();
    }
}
