package ai.graft.serving;

import ai.graft.fixtures.RandomBatch;
import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A network of a few thousand random weights in Hugging Face's layout, and what it computes in doubles.
 *
 * @param weights by name; with deviation 0.3, biases and norms too: none at a value where its absence would not show
 */
public record TinyCheckpoint(Path directory, Network network, Head head, Map<String, float[]> weights) {
    /** Three layers, as wide as a runtime's kernels like it. */
    public static final String BERT = """
            {"model_type": "bert", "vocab_size": 60, "hidden_size": 16, "num_attention_heads": 2, "num_hidden_layers": 3,
             "intermediate_size": 32, "max_position_embeddings": 24, "type_vocab_size": 2, "hidden_act": "gelu"}""";

    /** {@link #BERT}, and every configuration of {@link TinyNetworks}. */
    public static final List<String> CONFIGS =
            Stream.concat(Stream.of(BERT), TinyNetworks.CONFIGS.stream()).toList();

    /** All heads that there are. */
    public static final List<Head> HEADS = TinyNetworks.HEADS;

    /** Writes one with labels {@code a}, {@code b}, … */
    public static TinyCheckpoint write(Path directory, String config, Head head) {
        return write(directory, config, head, Optional.empty());
    }

    /** Writes one of a kind of problem. */
    public static TinyCheckpoint write(Path directory, String config, Head head, Optional<String> problemType) {
        Network network = Network.of(ConfigFile.parse(config, "tiny").model());
        ConfigFile file = ConfigFile.parse(config, "tiny").withHead(network.className(head), labels(head), problemType);
        Map<String, float[]> weights = TinyNetworks.weights(network, head, 1);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (WeightSpec spec : ShapeOps.weights(network, head)) {
            tensors.put(spec.name(), Tensor.ofFloats(spec.shape(), weights.getOrDefault(spec.name(), new float[0])));
        }
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("config.json"), file.toJson());
            Files.writeString(
                    directory.resolve("vocab.txt"), vocabulary(network.config().vocabSize()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SafetensorsFile.write(directory.resolve("model.safetensors"), tensors);
        return new TinyCheckpoint(directory, network, head, weights);
    }

    private static List<String> labels(Head head) {
        int labels = 2;
        if (head instanceof Head.SequenceClassification classification) {
            labels = classification.labels();
        } else if (head instanceof Head.TokenClassification tokens) {
            labels = tokens.labels();
        }
        return IntStream.range(0, labels)
                .mapToObj(i -> String.valueOf((char) ('a' + i)))
                .toList();
    }

    /** Special tokens, then a letter a word: {@code a} has id 5. */
    private static String vocabulary(int size) {
        StringBuilder lines = new StringBuilder("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
        for (int i = 5; i < size; i++) {
            lines.append(i - 5 < 26 ? (char) ('a' + i - 5) : "[unused" + i + "]")
                    .append('\n');
        }
        return lines.toString();
    }

    /** What the head gives in doubles, by the names of an exported file's outputs. */
    public Map<String, double[]> reference(Inputs inputs) {
        Outputs<DoubleTensor> outputs =
                network.forward(new ReferenceOps(inputs, this::elements), head, Extent.ALL_TOKENS);
        Map<String, double[]> named = new LinkedHashMap<>();
        if (head instanceof Head.None) {
            named.put("last_hidden_state", outputs.hidden().data());
            outputs.pooled().ifPresent(pooled -> named.put("pooler_output", pooled.data()));
            return named;
        }
        double[] logits = outputs.logits().orElseThrow().data();
        if (head instanceof Head.QuestionAnswering) {
            named.put("start_logits", every(logits, 0));
            named.put("end_logits", every(logits, 1));
        } else {
            named.put("logits", logits);
        }
        return named;
    }

    private Elements elements(String name) {
        return Elements.of(FloatBuffer.wrap(weights.getOrDefault(name, new float[0])));
    }

    private static double[] every(double[] pairs, int side) {
        return IntStream.range(0, pairs.length / 2)
                .mapToDouble(i -> pairs[2 * i + side])
                .toArray();
    }

    /** Rows of random ids of these lengths, padded on the right to {@code columns}. */
    public Inputs batch(int columns, int... lengths) {
        return RandomBatch.of(network.config(), columns, columns, lengths);
    }

    @Override
    public String toString() {
        return network.className(head) + " of " + network.config().hiddenSize() + ", " + head;
    }
}
