package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Network;
import ai.graft.model.network.Outputs;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.DoubleTensor;
import ai.graft.model.reference.Elements;
import ai.graft.model.reference.ReferenceOps;
import ai.graft.model.reference.ShapeOps;
import ai.graft.tokenizer.TokenIds;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Made-up rows with what {@link ReferenceOps} computes of them, for a checkpoint that brings no golden data. */
final class ReferenceRows {
    /** Multiplications that may be spent on the longest row: some seconds. Small models are compared at full length. */
    private static final long BUDGET = 1_000_000_000;

    private static final int[] LENGTHS = {1, 2, 7};

    /** Rows of 1, 2 and 7 tokens, and of as many as can be computed in seconds. */
    static List<ExampleRow> of(PretrainedNetwork pretrained, int maxLength) {
        List<WeightSpec> specs = ShapeOps.weights(pretrained.network(), pretrained.head());
        Map<String, WeightSpec> byName = specs.stream().collect(Collectors.toMap(WeightSpec::name, spec -> spec));
        Function<String, Elements> weights = name -> {
            WeightSpec spec = byName.get(name);
            if (spec == null) {
                throw new IllegalStateException("the network has no weight '" + name + "'");
            }
            return elements(pretrained, spec);
        };
        long parameters = specs.stream().mapToLong(WeightSpec::size).sum();
        TreeSet<Integer> lengths = new TreeSet<>();
        Arrays.stream(LENGTHS).filter(length -> length <= maxLength).forEach(lengths::add);
        lengths.add((int) Math.max(1, Math.min(maxLength, BUDGET / parameters)));
        SplittableRandom random = new SplittableRandom(1);
        List<ExampleRow> rows = new ArrayList<>();
        for (int length : lengths) {
            TokenIds ids = ids(pretrained.network().config(), length, random);
            rows.add(new ExampleRow("made-up row of " + length + " tokens", ids, outputs(pretrained, ids, weights)));
        }
        return rows;
    }

    private static TokenIds ids(ModelConfig config, int length, SplittableRandom random) {
        int types = Math.max(1, config.typeVocabSize());
        int[] ids = random.ints(length, 0, config.vocabSize())
                .map(id -> id == config.padTokenId() ? (id + 1) % config.vocabSize() : id)
                .toArray();
        return new TokenIds(ids, random.ints(length, 0, types).toArray());
    }

    private static Map<String, float[]> outputs(
            PretrainedNetwork pretrained, TokenIds ids, Function<String, Elements> weights) {
        int[] mask = new int[ids.length()];
        Arrays.fill(mask, 1);
        Inputs inputs = new Inputs(1, ids.length(), ids.inputIds(), mask, ids.tokenTypeIds());
        Network network = pretrained.network();
        Outputs<DoubleTensor> outputs =
                network.forward(new ReferenceOps(inputs, weights), pretrained.head(), Extent.ALL_TOKENS);
        Map<String, float[]> named = new LinkedHashMap<>();
        if (pretrained.head() instanceof Head.None) {
            named.put("last_hidden_state", floats(outputs.hidden().data(), 0, 1));
            outputs.pooled()
                    .filter(pooled -> NetworkGraph.pooled(pretrained))
                    .ifPresent(pooled -> named.put("pooler_output", floats(pooled.data(), 0, 1)));
            return named;
        }
        double[] logits = outputs.logits().orElseThrow().data();
        if (pretrained.head() instanceof Head.QuestionAnswering) {
            named.put("start_logits", floats(logits, 0, 2));
            named.put("end_logits", floats(logits, 1, 2));
        } else {
            named.put("logits", floats(logits, 0, 1));
        }
        return named;
    }

    /** Every {@code step}th element. */
    private static float[] floats(double[] values, int from, int step) {
        float[] floats = new float[values.length / step];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i * step + from];
        }
        return floats;
    }

    /** Of a mapped fp32 checkpoint where they lie; others are copied for as long as they are used. */
    private static Elements elements(PretrainedNetwork pretrained, WeightSpec spec) {
        return pretrained
                .loaded()
                .tensor(spec.name())
                .map(tensor -> tensor.convertTo(DType.F32).data().asFloatBuffer())
                .map(Elements::of)
                .orElseGet(() -> Elements.of(FloatBuffer.wrap(pretrained.values(spec))));
    }

    private ReferenceRows() {}
}
