package ai.graft.model.network;

import java.util.List;
import java.util.Locale;

/**
 * Low-rank adapters beside linear layers (Hu et al., arXiv 2106.09685): h = Wx + b + (alpha/rank)·B(Ax), where only A and B
 * are trained. Names and defaults as PEFT has them.
 *
 * @param rank of B·A, 1 or more
 * @param alpha the adapters' sum is multiplied by alpha/rank, above 0
 * @param targets names of the linear layers that get one: the ends of their modules' names, such as {@code query} or {@code
 *     output.dense}; {@link #ALL_LINEAR} for every one in the encoder's layers
 */
public record Lora(int rank, double alpha, List<String> targets) {
    /** Every linear layer of the encoder. */
    public static final String ALL_LINEAR = "all-linear";

    private static final String WEIGHT = ".weight";

    public Lora {
        targets = List.copyOf(targets);
        if (rank < 1 || rank > 1024) {
            throw new IllegalArgumentException("the rank of LoRA is " + rank + ", expected 1 to 1024");
        }
        if (!(alpha > 0) || !Double.isFinite(alpha)) {
            throw new IllegalArgumentException("alpha of LoRA is " + alpha + ", expected above 0 and finite");
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("LoRA has no targets; name layers such as query, or " + ALL_LINEAR);
        }
    }

    /** What B·A is multiplied by. */
    public double scale() {
        return alpha / rank;
    }

    /** Whether the linear layer of this weight gets an adapter. */
    boolean adapts(String weight) {
        return targets.stream().anyMatch(target -> adapts(target, weight));
    }

    /** Whether it gets one by this target. */
    static boolean adapts(String target, String weight) {
        return target.equals(ALL_LINEAR) ? isInALayer(weight) : ("." + module(weight)).endsWith("." + target);
    }

    /** Whether a weight belongs to a layer of the encoder. */
    static boolean isInALayer(String weight) {
        return weight.contains("layer.");
    }

    /** The last two parts of a module's name, which tell it from all others in its layer: {@code self.query}. */
    public static String layer(String weight) {
        String module = module(weight);
        int last = module.lastIndexOf('.');
        return module.substring(module.lastIndexOf('.', last - 1) + 1);
    }

    /** The name of A beside a weight. */
    public static String down(String weight) {
        return module(weight) + ".lora_A" + WEIGHT;
    }

    /** The name of B beside a weight. */
    public static String up(String weight) {
        return module(weight) + ".lora_B" + WEIGHT;
    }

    /** Whether this is the name of an adapter's matrix. */
    public static boolean isAdapter(String weight) {
        return weight.endsWith(".lora_A" + WEIGHT) || weight.endsWith(".lora_B" + WEIGHT);
    }

    /** The weight beside which an adapter's matrix stands. */
    public static String adapted(String adapter) {
        return adapter.substring(0, adapter.lastIndexOf(".lora_")) + WEIGHT;
    }

    private static String module(String weight) {
        return weight.endsWith(WEIGHT) ? weight.substring(0, weight.length() - WEIGHT.length()) : weight;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "rank %d, alpha %s, of %s", rank, alpha, String.join(", ", targets));
    }
}
