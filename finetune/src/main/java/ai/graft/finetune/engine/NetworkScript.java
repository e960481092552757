package ai.graft.finetune.engine;

import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.Outputs;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.task.Loss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The whole program of a network: holding its weights, predicting, and, where asked, training.
 *
 * <p>Attributes, all lists: {@code p} weights in the network's order; {@code w} those among them that have a gradient {@code
 * g}; {@code table} the trained one that only token ids pick rows of, {@code looked} what they picked with the ids, {@code ids}
 * and {@code rows} the gradients of that, {@code buffer} a place for a part of them; {@code best} a copy of {@code w} and {@code
 * table}; {@code between} where an explanation's inputs lie ({@link TorchScriptOps#between}); {@code noise} and {@code used} the dropout's random bytes; {@code passed} the loss between its pass forward and the
 * one backward; and for each call of AdamW's kernel, by its number, {@code w0} weights, {@code m0} and {@code v0} moments, {@code
 * t0} step counts.
 */
final class NetworkScript {
    private static final List<String> TENSORS =
            List.of("p", "w", "g", "best", "noise", "passed", "table", "looked", "ids", "rows", "buffer", "between");
    private static final String COUNTER = "used";

    private static final String HOLDING = """
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

    /** Masked words are few, and their logits as wide as the vocabulary: they are computed where a label is, nowhere else. */
    private static final String LABELS = """
              def places(self: __torch__.Graft, targets: Tensor) -> Tensor:
                return torch.reshape(torch.nonzero(torch.ne(torch.reshape(targets, [-1]), %1$d)), [-1])
              def given(self: __torch__.Graft, targets: Tensor, places: Tensor) -> Tensor:
                return torch.index_select(torch.reshape(targets, [-1]), 0, places)
              def token_losses(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor) -> Tensor:
                places = (self).places(targets, )
                logits = (self).guess(ids, mask, types, places, )
                return torch.cross_entropy_loss(logits, (self).given(targets, places, ), None, 0, %1$d, 0.)
            """.formatted(Loss.IGNORED);

    /** Rows of places on one way: every row has the same ids. */
    private static final String SLOPES = """
              def slopes(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, start: Tensor, places: Tensor, label: Tensor) -> List[Tensor]:
                self.between = [start, places]
                logits = (self).way(ids, mask, types, )
                score = torch.sum(torch.select(logits, 1, int(label)))
                go = torch.grad([score], torch.slice(self.looked, 0, 1, 1), None, None, False, False)
                slopes = torch.sum(torch.mul(unchecked_cast(Tensor, go[0]), self.looked[1]), [-1])
                self.looked = annotate(List[Tensor], [])
                self.between = annotate(List[Tensor], [])
                return [torch.detach(logits), slopes]
            """;

    private final Network network;
    private final Head head;
    private final Map<String, Integer> weightIndex = new LinkedHashMap<>();
    private final boolean fusedAttention;
    private final List<String> tensors = new ArrayList<>(TENSORS);
    private final StringBuilder methods = new StringBuilder(HOLDING);
    private final Optional<TrainingScript> training;

    /**
     * Writes the program. Methods for use: {@code clear}, {@code add}, {@code fill}, {@code weight}; {@code everything}
     * (hidden, then pooled and logits where there are any); with a head {@code predict} (logits), without one {@code states} (of
     * every layer); with a classifier's {@code slopes}, with a masked-LM head {@code token_losses}; with a setup those of {@link
     * TrainingScript}.
     *
     * @param weights of the network, in the order in which they will be added
     */
    NetworkScript(
            Network network,
            Head head,
            List<WeightSpec> weights,
            boolean fusedAttention,
            Precision predictionPrecision,
            Optional<TrainingSetup> setup) {
        this.network = network;
        this.head = head;
        this.fusedAttention = fusedAttention;
        weights.forEach(weight -> weightIndex.put(weight.name(), weightIndex.size()));
        methods.append(everything());
        if (head instanceof Head.None) {
            methods.append(states());
        } else {
            methods.append(logits("predict", Extent.HEAD_ONLY, ops("predict", predictionPrecision, false)));
        }
        if (head instanceof Head.MaskedLm) {
            methods.append(logits("guess", Extent.HEAD_ONLY, ops("guess", predictionPrecision, true)))
                    .append(LABELS);
        }
        if (head instanceof Head.SequenceClassification) {
            TorchScriptOps way = TorchScriptOps.between("way", weightIndex, fusedAttention);
            methods.append(logits("way", Extent.HEAD_ONLY, way)).append(SLOPES);
        }
        training = setup.map(given -> training(given, weights));
    }

    private TrainingScript training(TrainingSetup setup, List<WeightSpec> weights) {
        // A table that the head multiplies with too has a gradient of its own size.
        Set<String> apart = network.tiedNames(head).isEmpty() ? new HashSet<>(setup.names()) : Set.of();
        boolean labels = head instanceof Head.MaskedLm && setup.extent() == Extent.HEAD_ONLY;
        TorchScriptOps ops = new TorchScriptOps(
                "train", weightIndex, setup.precision(), setup.dropout(), fusedAttention, apart, labels);
        methods.append(logits("train", setup.extent(), ops));
        TrainingScript script = new TrainingScript(setup, weights, ops.lookUp(), labels);
        tensors.addAll(script.attributes());
        methods.append(script.methods());
        return script;
    }

    /** The part that trains, where it was asked for. */
    Optional<TrainingScript> training() {
        return training;
    }

    /** Names of all attributes, each an empty list to begin with. */
    List<String> attributes() {
        return Stream.concat(tensors.stream(), Stream.of(COUNTER)).toList();
    }

    String source() {
        StringBuilder source = new StringBuilder("class Graft(Module):\n  __parameters__ = []\n  __buffers__ = []\n");
        tensors.forEach(name -> source.append("  ").append(name).append(" : List[Tensor]\n"));
        source.append("  " + COUNTER + " : List[int]\n  def clear(self: __torch__.Graft, x: Tensor) -> Tensor:\n");
        // An empty list out of the archive has no type of its own.
        tensors.forEach(name -> source.append("    self.").append(name).append(" = annotate(List[Tensor], [])\n"));
        source.append("    self." + COUNTER + " = annotate(List[int], [0])\n    return x\n");
        return source.append(methods).toString();
    }

    private String everything() {
        TorchScriptOps ops = ops("everything", Precision.FP32, false);
        Outputs<String> outputs = network.forward(ops, head, Extent.ALL_TOKENS);
        StringBuilder list = new StringBuilder("[").append(outputs.hidden());
        outputs.pooled().ifPresent(pooled -> list.append(", ").append(pooled));
        outputs.logits().ifPresent(logits -> list.append(", ").append(logits));
        return ops.methods("everything", "List[Tensor]", list.append("]").toString());
    }

    private String states() {
        TorchScriptOps ops = ops("states", Precision.FP32, false);
        network.forward(ops, head, Extent.ALL_TOKENS);
        return ops.methods("states", "List[Tensor]", "[" + String.join(", ", ops.hiddenStates()) + "]");
    }

    private String logits(String name, Extent extent, TorchScriptOps ops) {
        String logits = ops.widen(network.forward(ops, head, extent).logits().orElseThrow());
        return ops.methods(name, "Tensor", logits);
    }

    private TorchScriptOps ops(String program, Precision precision, boolean labels) {
        return new TorchScriptOps(program, weightIndex, precision, DropoutRates.NONE, fusedAttention, Set.of(), labels);
    }
}
