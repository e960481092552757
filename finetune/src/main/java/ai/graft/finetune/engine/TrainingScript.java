package ai.graft.finetune.engine;

import ai.graft.finetune.engine.TorchScriptOps.LookUp;
import ai.graft.model.network.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the methods that train: passes forward and backward, and AdamW (Loshchilov and Hutter, arXiv 1711.05101).
 *
 * <p>A table that token ids pick rows of never has a gradient of its own size: a step touches some hundred of its rows. What
 * was looked up is differentiated in its place, rows of one id are summed, and AdamW, which moves every row by its moments,
 * goes through the table block by block with one small gradient. The numbers are those of a whole gradient.
 */
final class TrainingScript {
    /** What AdamW keeps for each group: weights, moments, step counts. */
    private static final List<String> GROUP_LISTS = List.of("w", "m", "v", "t");

    /** Elements of a block of the table: its gradient stays in the processor's cache. */
    private static final int BLOCK = 1 << 20;

    /** Every block has lists of its own; a very large table has larger blocks instead of more. */
    private static final int MOST_BLOCKS = 48;

    /** A small table has several blocks too: what small tests show then holds for large tables. */
    private static final int FEWEST_BLOCKS = 4;

    private static final String PASSES = """
              def forward(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor, noise: Tensor) -> Tensor:
                self.noise = [noise]
                torch._set_item(self.used, 0, 0)
                loss = (self).loss_of(ids, mask, types, targets, )
                self.noise = annotate(List[Tensor], [])
                self.passed = [loss]
                return torch.detach(loss)
              def take(self: __torch__.Graft, scale: Tensor) -> List[Tensor]:
                loss = torch.mul(self.passed[0], scale)
                self.passed = annotate(List[Tensor], [])
                go = torch.grad([loss], torch.add(self.w, torch.slice(self.looked, 0, 1, 1)), None, None, False, False)
                g = annotate(List[Tensor], [])
                for i in range(torch.len(self.w)):
                  _0 = torch.append(g, torch.contiguous(unchecked_cast(Tensor, go[i])))
                for j in range(torch.len(self.w), torch.len(go)):
                  rows = unchecked_cast(Tensor, go[j])
                  _1 = torch.append(self.rows, torch.reshape(rows, [-1, torch.size(rows, -1)]))
                  _2 = torch.append(self.ids, torch.reshape(self.looked[1], [-1]))
                self.looked = annotate(List[Tensor], [])
                return g
              def forget(self: __torch__.Graft, x: Tensor) -> Tensor:
                self.g = annotate(List[Tensor], [])
                self.ids = annotate(List[Tensor], [])
                self.rows = annotate(List[Tensor], [])
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
                for j in range(torch.len(self.table)):
                  _1 = torch.append(best, torch.clone(self.table[j]))
                self.best = best
                return x
              def recall(self: __torch__.Graft, x: Tensor) -> Tensor:
                if torch.gt(torch.len(self.best), 0):
                  for i in range(torch.len(self.w)):
                    _0 = torch.copy_(torch.detach(self.w[i]), self.best[i])
                  for j in range(torch.len(self.table)):
                    _1 = torch.copy_(self.table[j], self.best[torch.add(torch.len(self.w), j)])
                else:
                  pass
                return x
            """;

    private static final String ALL_COUNT = """
              def loss_of(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor) -> Tensor:
                return (self).loss((self).train(ids, mask, types, ), targets, )
            """;

    /** The same loss, since the others count for nothing. */
    private static final String LABELLED_COUNT = """
              def loss_of(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor, targets: Tensor) -> Tensor:
                places = (self).places(targets, )
                return (self).loss((self).train(ids, mask, types, places, ), (self).given(targets, places, ), )
            """;

    private final TrainingSetup setup;
    private final List<WeightSpec> weights;
    private final Optional<Table> table;
    private final List<Slot> slots;
    private final boolean labels;

    /**
     * @param weights of the network, in the order of {@code self.p}
     * @param lookUp the look-up that the training program took out of the graph
     * @param labels whether the training program takes the places of labelled tokens and gives logits of these alone
     */
    TrainingScript(TrainingSetup setup, List<WeightSpec> weights, Optional<LookUp> lookUp, boolean labels) {
        this.setup = setup;
        this.weights = weights;
        this.labels = labels;
        this.table = lookUp.map(l -> Table.of(index(l.table()), weights.get(index(l.table())), l.padRow()));
        this.slots = slots();
    }

    /** A large weight of which only rows are used. */
    private record Table(int index, String name, int rows, int padRow, int rowsABlock) {

        static Table of(int index, WeightSpec weight, int padRow) {
            int rows = weight.shape().get(0);
            int cached = Math.max(1, BLOCK / weight.shape().get(1));
            int most = Math.max(1, rows / FEWEST_BLOCKS);
            int fewest = (rows + MOST_BLOCKS - 1) / MOST_BLOCKS;
            return new Table(index, weight.name(), rows, padRow, Math.max(fewest, Math.min(cached, most)));
        }

        int blocks() {
            return (rows + rowsABlock - 1) / rowsABlock;
        }

        int start(int block) {
            return Math.min(rows, block * rowsABlock);
        }
    }

    /**
     * Weights that one call of AdamW's kernel moves: those of a group, whose gradients are {@code self.g} from {@code from} to
     * {@code to}; or a block of the table.
     */
    private record Slot(int group, List<String> names, int from, int to, int block) {}

    private List<Slot> slots() {
        List<Slot> found = new ArrayList<>();
        int from = 0;
        for (int group = 0; group < setup.groups().size(); group++) {
            List<String> all = setup.groups().get(group).names();
            List<String> dense = all.stream().filter(name -> !isTable(name)).toList();
            if (!dense.isEmpty()) { // the kernel refuses an empty list
                found.add(new Slot(group, dense, from, from + dense.size(), -1));
            }
            from += dense.size();
            if (dense.size() < all.size()) {
                for (int block = 0; block < table.orElseThrow().blocks(); block++) {
                    found.add(new Slot(group, List.of(), 0, 0, block));
                }
            }
        }
        return found;
    }

    private boolean isTable(String name) {
        return table.isPresent() && table.get().name().equals(name);
    }

    private int index(String name) {
        return IntStream.range(0, weights.size())
                .filter(i -> weights.get(i).name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Names of the lists that each call of the kernel has for itself. */
    List<String> attributes() {
        return IntStream.range(0, slots.size())
                .boxed()
                .flatMap(slot -> GROUP_LISTS.stream().map(list -> list + slot))
                .toList();
    }

    /**
     * Where a trained weight's gradient lies in {@code self.g}; empty for the table, whose gradient the method {@code
     * table_gradient} makes.
     */
    OptionalInt gradientIndex(String name) {
        if (isTable(name)) {
            return OptionalInt.empty();
        }
        int index =
                slots.stream().flatMap(slot -> slot.names().stream()).toList().indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("'" + name + "' is not among the trained weights of this network");
        }
        return OptionalInt.of(index);
    }

    /**
     * {@code prepare}, {@code forward}, {@code forget}, {@code backward}, {@code accumulate}, {@code update}, {@code gradient},
     * {@code table_gradient}, {@code remember}, {@code recall}, {@code release} and {@code loss}. They call {@code train(ids,
     * mask, types)}, the network's logits; of labelled tokens alone with {@code places} and {@code given} of {@link
     * NetworkScript}.
     */
    String methods() {
        String loss = LossScript.method(setup.loss()) + (labels ? LABELLED_COUNT : ALL_COUNT);
        return loss + PASSES + prepare() + release() + tableGradient() + update();
    }

    /** Gathers the trained weights and makes their moments. */
    private String prepare() {
        StringBuilder code = new StringBuilder("  def prepare(self: __torch__.Graft, x: Tensor) -> Tensor:\n");
        table.ifPresent(t -> {
            code.append("    self.table = [self.p[%d]]\n".formatted(t.index()));
            code.append("    self.buffer = [torch.zeros_like(torch.slice(self.p[%d], 0, 0, %d, 1))]\n"
                    .formatted(t.index(), t.rowsABlock()));
        });
        for (int slot = 0; slot < slots.size(); slot++) {
            for (String list : GROUP_LISTS) {
                code.append("    self.%s%d = annotate(List[Tensor], [])\n".formatted(list, slot));
            }
            for (String weight : prepared(slots.get(slot))) {
                code.append("    w = ").append(weight).append('\n');
                code.append("    _1 = torch.append(self.w%d, w)\n".formatted(slot));
                code.append("    _2 = torch.append(self.m%d, torch.zeros_like(w))\n".formatted(slot));
                code.append("    _3 = torch.append(self.v%d, torch.zeros_like(w))\n".formatted(slot));
                code.append("    _4 = torch.append(self.t%d, torch.to(torch.zeros([]), x, False, False, None))\n"
                        .formatted(slot));
            }
        }
        return code.append("    return x\n").toString();
    }

    private List<String> prepared(Slot slot) {
        if (slot.block() >= 0) {
            Table rows = table.orElseThrow();
            return List.of("torch.slice(self.p[%d], 0, %d, %d, 1)"
                    .formatted(rows.index(), rows.start(slot.block()), rows.start(slot.block() + 1)));
        }
        return slot.names().stream()
                .map(name -> "torch.requires_grad_(self.p[%d], True)\n    _0 = torch.append(self.w, w)"
                        .formatted(index(name)))
                .toList();
    }

    /** Lets go of all that only training needs. */
    private String release() {
        StringBuilder code = new StringBuilder("  def release(self: __torch__.Graft, x: Tensor) -> Tensor:\n");
        Stream<String> moments =
                IntStream.range(0, slots.size()).boxed().flatMap(slot -> Stream.of("m" + slot, "v" + slot));
        Stream.concat(Stream.of("g", "ids", "rows", "buffer", "looked", "best"), moments)
                .forEach(list -> code.append("    self.%s = annotate(List[Tensor], [])\n".formatted(list)));
        // A weight that autograd watches takes other paths through the products than one that was read from a file.
        code.append("    for i in range(torch.len(self.w)):\n");
        code.append("      _0 = torch.requires_grad_(self.w[i], False)\n");
        return code.append("    return x\n").toString();
    }

    /** The table's gradient as a whole, for who wants to look at it. */
    private String tableGradient() {
        return table.map(t -> """
                          def table_gradient(self: __torch__.Graft, x: Tensor) -> Tensor:
                            return torch.embedding_dense_backward(torch.cat(self.rows), torch.cat(self.ids), %d, %d, False)
                        """.formatted(t.rows(), t.padRow())).orElse("");
    }

    /**
     * {@code update(rates)}: one step of AdamW a group, with its learning rate out of {@code rates}; gives the gradients'
     * global norm. The kernel divides by the clipping's scale itself.
     *
     * <p>Every list that the kernel writes to is an attribute: a slice of a list is a new list to the script's compiler,
     * which then removes the call as one without effect.
     */
    private String update() {
        StringBuilder code = new StringBuilder("  def update(self: __torch__.Graft, rates: Tensor) -> Tensor:\n"
                + "    norms = torch._foreach_norm(self.g, 2)\n");
        table.ifPresent(t -> code.append(summedRows(t)));
        code.append("    norm = torch.linalg_vector_norm(torch.stack(norms), 2)\n");
        String scale = setup.maxGradNorm().isEmpty()
                ? "torch.ones_like(norm)"
                : "torch.clamp(torch.div(torch.add(norm, 1e-06), "
                        + setup.maxGradNorm().getAsDouble() + "), 1.0, None)";
        code.append("    scale = ").append(scale).append('\n');
        for (int slot = 0; slot < slots.size(); slot++) {
            code.append(gradientOf(slots.get(slot))).append(kernel(slot));
        }
        return code.append("    return norm\n").toString();
    }

    /** {@code u}: the ids of the passes, each once, ascending; {@code sums}: the table's gradient in their rows. */
    private static String summedRows(Table table) {
        String code = """
                    u, place, = torch._unique(torch.cat(self.ids), True, True)
                    all = torch.embedding_dense_backward(torch.cat(self.rows), place, torch.size(u, 0), -1, False)
                    sums = torch.mul(all, torch.unsqueeze(torch.ne(u, %d), 1))
                    _0 = torch.append(norms, torch.linalg_vector_norm(sums, 2))
                    starts = torch.to(torch.arange(0, %d, %d), u, False, False, None)
                    bounds = torch.searchsorted(u, starts)
                """;
        int end = table.blocks() * table.rowsABlock() + 1;
        return code.formatted(table.padRow(), end, table.rowsABlock());
    }

    private String gradientOf(Slot slot) {
        if (slot.block() < 0) {
            return "    g = torch.slice(self.g, %d, %d, 1)\n".formatted(slot.from(), slot.to());
        }
        Table rows = table.orElseThrow();
        int start = rows.start(slot.block());
        return """
                    from = int(bounds[%1$d])
                    to = int(bounds[%2$d])
                    block = torch.zero_(torch.slice(self.buffer[0], 0, 0, %3$d, 1))
                    _0 = torch.index_copy_(block, 0, torch.sub(torch.slice(u, 0, from, to, 1), %4$d), torch.slice(sums, 0, from, to, 1))
                    g = [block]
                """.formatted(slot.block(), slot.block() + 1, rows.start(slot.block() + 1) - start, start);
    }

    private String kernel(int slot) {
        return ("    torch._foreach_add_(self.t%1$d, 1)\n"
                        + "    torch._fused_adamw_(self.w%1$d, g, self.m%1$d, self.v%1$d,"
                        + " annotate(List[Tensor], []), self.t%1$d, lr=float(rates[%2$d]), beta1=%3$s, beta2=%4$s,"
                        + " weight_decay=%5$s, eps=%6$s, amsgrad=False, maximize=False, grad_scale=scale,"
                        + " found_inf=None)\n")
                .formatted(
                        slot,
                        slots.get(slot).group(),
                        setup.beta1(),
                        setup.beta2(),
                        setup.groups().get(slots.get(slot).group()).weightDecay(),
                        setup.eps());
    }
}
