package ai.graft.finetune.engine;

import ai.graft.model.config.Activation;
import ai.graft.model.network.Attention;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.DropoutSite;
import ai.graft.model.network.Init;
import ai.graft.model.network.Ops;
import ai.graft.model.network.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Writes a network as TorchScript source: straight-line code, one method for the whole and one a layer. A tensor is the name
 * of a variable. The code expects the weights in the list {@code self.p}, and the step's random bytes in {@code
 * self.noise[0]} with the number of those used so far in {@code self.used[0]}.
 */
final class TorchScriptOps implements Ops<String> {
    private final String program;
    private final Map<String, Integer> weightIndex;
    private final Precision precision;
    private final DropoutRates dropout;
    private final boolean fusedAttention;
    private final Set<String> apart;
    private final boolean labels;
    private final boolean between;
    private final StringBuilder layers = new StringBuilder();
    private final List<String> hiddenStates = new ArrayList<>();
    private StringBuilder body = new StringBuilder();
    private Optional<LookUp> lookUp = Optional.empty();
    private int temporaries;

    /**
     * @param program what the methods' names begin with, so that several programs fit into one module
     * @param weightIndex place of each weight in {@code self.p}
     * @param fusedAttention whether attention without dropout is one kernel, which pays on a GPU only: on a CPU its backward
     *     pass is slower than three plain products at every length up to 512
     * @param apart names of weights that a look-up by token ids takes out of the graph: what was looked up is then to be
     *     differentiated in place of the table, and lies with the ids in {@code self.looked}
     * @param labels whether the caller knows labels: the program then takes one more argument, {@code labelled}, the places of
     *     labelled tokens among all (B·S)
     */
    TorchScriptOps(
            String program,
            Map<String, Integer> weightIndex,
            Precision precision,
            DropoutRates dropout,
            boolean fusedAttention,
            Set<String> apart,
            boolean labels) {
        this(program, weightIndex, precision, dropout, fusedAttention, apart, labels, false);
    }

    private TorchScriptOps(
            String program,
            Map<String, Integer> weightIndex,
            Precision precision,
            DropoutRates dropout,
            boolean fusedAttention,
            Set<String> apart,
            boolean labels,
            boolean between) {
        this.between = between;
        this.program = program;
        this.weightIndex = weightIndex;
        this.precision = precision;
        this.dropout = dropout;
        this.fusedAttention = fusedAttention;
        this.apart = apart;
        this.labels = labels;
        body.append("    m = ").append(cast("mask")).append('\n');
    }

    /**
     * Writes a program that looks the words up on the straight lines from those of other ids, {@code self.between[0]}, to
     * its own, at the places {@code self.between[1]} (B, 1, 1) from 0 to 1; what it looked up is to be differentiated, and lies
     * with the lines' whole lengths (1, S, H) in {@code self.looked}.
     */
    static TorchScriptOps between(String program, Map<String, Integer> weightIndex, boolean fusedAttention) {
        return new TorchScriptOps(
                program, weightIndex, Precision.FP32, DropoutRates.NONE, fusedAttention, Set.of(), false, true);
    }

    /**
     * The layers' methods, then the method {@code name(ids, mask, types)}, or {@code name(ids, mask, types, labelled)}, that
     * returns what {@code result} says.
     */
    String methods(String name, String type, String result) {
        return layers
                + "  def " + name + "(self: __torch__.Graft, ids: Tensor, mask: Tensor, types: Tensor"
                + (labels ? ", labelled: Tensor" : "") + ") -> " + type + ":\n"
                + "    p = self.p\n" + body + "    return " + result + "\n";
    }

    /** {@code x} as fp32. */
    String widen(String x) {
        return precision == Precision.FP32 ? x : let("torch.to(%s, 6, False, False, None)", x);
    }

    /** The variables that hold the embeddings' output and every layer's. */
    List<String> hiddenStates() {
        return hiddenStates;
    }

    @Override
    public String inputIds() {
        return "ids";
    }

    @Override
    public String tokenTypeIds() {
        return "types";
    }

    @Override
    public String weight(String name, Init init, int... shape) {
        if (!weightIndex.containsKey(name)) {
            throw new IllegalStateException("the program has no weight '" + name + "'");
        }
        return variable(name);
    }

    private String variable(String weight) {
        return "p[" + weightIndex.get(weight) + "]";
    }

    /** The look-up that was taken out of the graph, where there was one. */
    Optional<LookUp> lookUp() {
        return lookUp;
    }

    /** A table of which token ids pick rows; the row {@code padRow} learns nothing from them. */
    record LookUp(String table, int padRow) {}

    @Override
    public String embedding(String ids, String table, int padRow) {
        Optional<String> name =
                apart.stream().filter(n -> table.equals(variable(n))).findFirst();
        if (name.isPresent() && ids.equals(inputIds())) {
            lookUp = Optional.of(new LookUp(name.get(), padRow));
            String rows = let("torch.requires_grad_(torch.embedding(%s, %s, %d), True)", table, ids, padRow);
            body.append("    self.looked = [").append(rows).append(", ids]\n");
            return rows;
        }
        String rows = let("torch.embedding(%s, %s, %d)", table, ids, padRow);
        return between && ids.equals(inputIds()) ? onTheWay(rows, table) : rows;
    }

    private String onTheWay(String end, String table) {
        String start = let("torch.embedding(%s, self.between[0])", table);
        String place = let("torch.requires_grad_(torch.lerp(%s, %s, self.between[1]), True)", start, end);
        body.append("    self.looked = [").append(place);
        body.append(", torch.sub(").append(end).append(", ").append(start).append(")]\n");
        return place;
    }

    @Override
    public String positionEmbedding(Positions positions, String table) {
        if (positions instanceof Positions.AfterPadding after) {
            String real = let("torch.to(torch.ne(ids, %d), 4, False, False, None)", after.padTokenId());
            String rows = let("torch.add(torch.mul(torch.cumsum(%s, 1), %s), %d)", real, real, after.padTokenId());
            return embedding(rows, table, after.padTokenId());
        }
        return let("torch.unsqueeze(torch.slice(%s, 0, 0, torch.size(ids, 1), 1), 0)", table);
    }

    @Override
    public String linear(String x, String weight, String bias) {
        return let("torch.linear(%s, %s, %s)", x, cast(weight), cast(bias));
    }

    @Override
    public String lowRank(String x, String down, String up, double scale) {
        String narrow = let("torch.linear(%s, %s, None)", x, cast(down));
        return let("torch.mul(torch.linear(%s, %s, None), %s)", narrow, cast(up), scale);
    }

    @Override
    public String layerNorm(String x, String weight, String bias, double eps) {
        return let(
                "torch.layer_norm(%s, [torch.size(%s, -1)], %s, %s, %s, False)",
                cast(x), x, cast(weight), cast(bias), eps);
    }

    @Override
    public String attention(String query, String key, String value, Attention spec) {
        String q = heads(query, spec);
        String k = heads(key, spec);
        String v = heads(value, spec);
        boolean fused = fusedAttention && dropout.threshold(DropoutSite.ATTENTION) == 0;
        String context = fused ? let("torch.scaled_dot_product_attention(%s, %s, %s, m)", q, k, v) : plain(q, k, v);
        return let("torch.reshape(torch.transpose(%s, 1, 2), torch.size(%s))", context, query);
    }

    /** Attention by two products and a softmax: (B, A, Q, D). */
    private String plain(String q, String k, String v) {
        String scale = let("torch.pow(torch.size(%s, -1), -0.5)", q);
        String scores = let("torch.matmul(torch.mul(%s, %s), torch.transpose(%s, -2, -1))", q, scale, k);
        String weights = let("torch.softmax(torch.add(%s, m), -1)", scores); // (B, A, Q, S)
        return let("torch.matmul(%s, %s)", dropout(weights, DropoutSite.ATTENTION), v);
    }

    /** (B, Q, H) to (B, A, Q, D). */
    private String heads(String x, Attention spec) {
        return let(
                "torch.transpose(torch.reshape(%s, [torch.size(%s, 0), torch.size(%s, 1), %d, -1]), 1, 2)",
                x, x, x, spec.heads());
    }

    @Override
    public String activation(String x, Activation function) {
        return switch (function) {
            case GELU -> let("torch.gelu(%s)", x);
            case GELU_TANH -> let("torch.gelu(%s, approximate=\"tanh\")", x);
            case RELU -> let("torch.relu(%s)", x);
            case SILU -> let("torch.silu(%s)", x);
            case TANH -> let("torch.tanh(%s)", x);
        };
    }

    @Override
    public String add(String a, String b) {
        return let("torch.add(%s, %s)", a, b);
    }

    @Override
    public String dropout(String x, DropoutSite site) {
        int threshold = dropout.threshold(site);
        if (threshold == 0) {
            return x;
        }
        String from = let("self.used[0]");
        String to = let("torch.add(%s, torch.numel(%s))", from, x);
        let("torch._set_item(self.used, 0, %s)", to);
        String bytes = let("torch.reshape(torch.slice(self.noise[0], 0, %s, %s, 1), torch.size(%s))", from, to, x);
        String kept = let("torch.ge(%s, %d)", bytes, threshold);
        String scaled = let("torch.mul(%s, %s)", x, dropout.scale(site));
        // Differentiated, it holds the booleans alone, half of what a product with factors in bfloat16 would hold.
        return let("torch.where(%s, %s, torch.new_zeros(%s, annotate(List[int], [])))", kept, scaled, x);
    }

    @Override
    public String firstToken(String x) {
        return let("torch.slice(%s, 1, 0, 1, 1)", x);
    }

    /** The mask is 0 at tokens, and at padding so far below that its exponential is 0. */
    @Override
    public String meanToken(String x) {
        String real = let("torch.select(torch.exp(mask), 1, 0)"); // (B, 1, S)
        String shares = let("torch.div(%s, torch.clamp(torch.sum(%s, [-1], True), 1, None))", real, real);
        return let("torch.matmul(%s, %s)", cast(shares), x);
    }

    @Override
    public String squeezeToken(String x) {
        return let("torch.select(%s, 1, 0)", x);
    }

    @Override
    public String labelled(String x) {
        return labels ? let("torch.index_select(torch.reshape(%s, [-1, torch.size(%s, -1)]), 0, labelled)", x, x) : x;
    }

    /** A method of its own keeps the interpreter's frames, and what a reader of the source must hold, small. */
    @Override
    public String layer(int index, String x, UnaryOperator<String> layer) {
        StringBuilder outer = body;
        body = new StringBuilder();
        String result = layer.apply("x");
        String name = program + "_layer" + index;
        layers.append("  def ")
                .append(name)
                .append("(self: __torch__.Graft, x: Tensor, m: Tensor) -> Tensor:\n    p = self.p\n")
                .append(body)
                .append("    return ")
                .append(result)
                .append('\n');
        body = outer;
        if (hiddenStates.isEmpty()) {
            hiddenStates.add(x);
        }
        String output = let("(self).%s(%s, m, )", name, x);
        hiddenStates.add(output);
        return output;
    }

    private String cast(String x) {
        return precision == Precision.FP32
                ? x
                : "torch.to(" + x + ", " + precision.scalarType() + ", False, False, None)";
    }

    private String let(String expression, Object... arguments) {
        String name = "t" + temporaries++;
        String value = String.format(Locale.ROOT, expression, arguments);
        body.append("    ").append(name).append(" = ").append(value).append('\n');
        return name;
    }
}
