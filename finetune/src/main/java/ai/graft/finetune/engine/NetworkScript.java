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

/**
 * Writes the whole program of a network: holding its weights, predicting, and, where asked, training with AdamW
 * (Loshchilov and Hutter, arXiv 1711.05101).
 *
 * <p>Attributes, all lists of tensors: {@code p} weights in the network's order; {@code w} the trained ones among them in
 * the order of the groups, with {@code g} gradients, {@code m} and {@code v} moments, {@code t} step counts; {@code best} a
 * copy of {@code w}; {@code noise} and {@code used} the dropout's random bytes.
 */
final class NetworkScript {
    static final List<String> ATTRIBUTES = List.of("p", "w", "g", "m", "v", "t", "best", "noise", "used");

    private static final String HOLDING = """
            class Graft(Module):
              __parameters__ = []
              __buffers__ = []
              p : List[Tensor]
              w : List[Tensor]
              g : List[Tensor]
              m : List[Tensor]
              v : List[Tensor]
              t : List[Tensor]
              best : List[Tensor]
              noise : List[Tensor]
              used : List[int]
              def clear(self: __torch__.Graft, x: Tensor) -> Tensor:
                self.p = annotate(List[Tensor], [])
                self.w = annotate(List[Tensor], [])
                self.g = annotate(List[Tensor], [])
                self.m = annotate(List[Tensor], [])
                self.v = annotate(List[Tensor], [])
                self.t = annotate(List[Tensor], [])
                self.best = annotate(List[Tensor], [])
                self.noise = annotate(List[Tensor], [])
                self.used = annotate(List[int], [0])
                return x
              def add(self: __torch__.Graft, x: Tensor) -> Tensor:
                _0 = torch.append(self.p, torch.clone(torch.detach(x)))
                return torch.tensor(torch.len(self.p))
              def weight(self: __torch__.Graft, i: Tensor) -> Tensor:
                return torch.clone(torch.detach(self.p[int(i)]))
            """;

    private static final String TRAINING = """
              def take(self: __torch__.Graft, loss: Tensor, scale: Tensor) -> List[Tensor]:
                go = torch.grad([torch.mul(loss, scale)], self.w, None, None, False, False)
                g = annotate(List[Tensor], [])
                for i in range(torch.len(go)):
                  _0 = torch.append(g, torch.contiguous(unchecked_cast(Tensor, go[i])))
                return g
              def micro(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor, noise: Tensor) -> Tensor:
                self.noise = [noise]
                torch._set_item(self.used, 0, 0)
                loss = (self).loss((self).train(ids, mask, types, ), targets, )
                self.noise = annotate(List[Tensor], [])
                return loss
              def backward(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor, noise: Tensor, scale: Tensor) -> Tensor:
                loss = (self).micro(ids, mask, types, targets, noise, )
                self.g = (self).take(loss, scale, )
                return torch.detach(loss)
              def accumulate(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor, noise: Tensor, scale: Tensor) -> Tensor:
                loss = (self).micro(ids, mask, types, targets, noise, )
                torch._foreach_add_(self.g, (self).take(loss, scale, ))
                return torch.detach(loss)
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
     * The source. Methods for use: {@code clear}, {@code add}, {@code weight}; {@code predict} (logits) and {@code everything}
     * (hidden, then pooled and logits where there are any); with a setup also {@code prepare}, {@code backward}, {@code
     * accumulate}, {@code update}, {@code gradient}, {@code remember}, {@code recall} and {@code loss}.
     */
    String source(Precision predictionPrecision, Optional<TrainingSetup> training) {
        StringBuilder source = new StringBuilder(HOLDING);
        source.append(everything());
        if (!(head instanceof Head.None)) {
            source.append(logits("predict", predictionPrecision, DropoutRates.NONE, Extent.HEAD_ONLY));
        }
        training.ifPresent(setup -> source.append(logits("train", setup.precision(), setup.dropout(), setup.extent()))
                .append(LossScript.method(setup.loss()))
                .append(TRAINING)
                .append(prepare(setup.groups()))
                .append(update(setup)));
        return source.toString();
    }

    private String everything() {
        TorchScriptOps ops = ops("everything", Precision.FP32, DropoutRates.NONE);
        Outputs<String> outputs = network.forward(ops, head, Extent.ALL_TOKENS);
        StringBuilder list = new StringBuilder("[").append(outputs.hidden());
        outputs.pooled().ifPresent(pooled -> list.append(", ").append(pooled));
        outputs.logits().ifPresent(logits -> list.append(", ").append(logits));
        return ops.methods("everything", "List[Tensor]", list.append("]").toString());
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
        for (ParameterGroup group : groups) {
            for (String name : group.names()) {
                code.append("    _w = torch.append(self.w, torch.requires_grad_(self.p[")
                        .append(weightIndex.get(name))
                        .append("], True))\n");
            }
        }
        return code.append("""
                            for i in range(torch.len(self.w)):
                              _m = torch.append(self.m, torch.zeros_like(self.w[i]))
                              _v = torch.append(self.v, torch.zeros_like(self.w[i]))
                              _t = torch.append(self.t, torch.to(torch.zeros([], dtype=6), x, False, False, None))
                            return x
                        """).toString();
    }

    /**
     * {@code update(rates)}: one step of AdamW a group, with its learning rate out of {@code rates}; gives the gradients'
     * global norm. The kernel divides by the clipping's scale itself.
     */
    private static String update(TrainingSetup setup) {
        StringBuilder code = new StringBuilder("""
                  def update(self: __torch__.Graft, rates: Tensor) -> Tensor:
                    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(self.g, 2)), 2)
                """);
        String scale = setup.maxGradNorm().isEmpty()
                ? "torch.ones_like(norm)"
                : "torch.clamp(torch.div(torch.add(norm, 1e-06), "
                        + setup.maxGradNorm().getAsDouble() + "), 1.0, None)";
        code.append("    scale = ").append(scale).append("\n    torch._foreach_add_(self.t, 1)\n");
        int from = 0;
        for (int group = 0; group < setup.groups().size(); group++) {
            int to = from + setup.groups().get(group).names().size();
            String range = ", " + from + ", " + to + ", 1)";
            code.append("    torch._fused_adamw_(");
            for (String list : List.of("w", "g", "m", "v")) {
                code.append("torch.slice(self.").append(list).append(range).append(", ");
            }
            code.append("annotate(List[Tensor], []), torch.slice(self.t").append(range);
            code.append(", lr=float(rates[").append(group).append("]), beta1=").append(setup.beta1());
            code.append(", beta2=").append(setup.beta2());
            code.append(", weight_decay=").append(setup.groups().get(group).weightDecay());
            code.append(", eps=").append(setup.eps());
            code.append(", amsgrad=False, maximize=False, grad_scale=scale, found_inf=None)\n");
            from = to;
        }
        return code.append("    return norm\n").toString();
    }
}
