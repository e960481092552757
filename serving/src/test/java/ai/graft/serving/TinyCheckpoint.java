package ai.graft.serving;

import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Network;
import ai.graft.model.network.Outputs;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.DoubleTensor;
import ai.graft.model.reference.ReferenceOps;
import ai.graft.model.reference.ShapeOps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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

    /** Every architecture, sizes that are no multiples of each other, every activation. */
    public static final List<String> CONFIGS = List.of(BERT, """
            {"model_type": "bert", "vocab_size": 29, "hidden_size": 14, "num_attention_heads": 7, "num_hidden_layers": 1,
             "intermediate_size": 9, "max_position_embeddings": 13, "type_vocab_size": 3, "hidden_act": "gelu_new",
             "pad_token_id": 5, "tie_word_embeddings": false}""", """
            {"model_type": "bert", "vocab_size": 23, "hidden_size": 6, "num_attention_heads": 1, "num_hidden_layers": 3,
             "intermediate_size": 11, "max_position_embeddings": 19, "type_vocab_size": 1, "hidden_act": "tanh"}""", """
            {"model_type": "roberta", "vocab_size": 31, "hidden_size": 12, "num_attention_heads": 3, "num_hidden_layers": 2,
             "intermediate_size": 20, "max_position_embeddings": 17, "type_vocab_size": 1, "hidden_act": "relu",
             "layer_norm_eps": 1e-5}""", """
            {"model_type": "xlm-roberta", "vocab_size": 37, "hidden_size": 10, "num_attention_heads": 2,
             "num_hidden_layers": 1, "intermediate_size": 15, "max_position_embeddings": 18, "type_vocab_size": 2,
             "hidden_act": "silu", "tie_word_embeddings": false}""", """
            {"model_type": "distilbert", "vocab_size": 31, "dim": 12, "n_heads": 3, "n_layers": 2, "hidden_dim": 20,
             "max_position_embeddings": 17, "activation": "gelu"}""", """
            {"model_type": "distilbert", "vocab_size": 27, "dim": 15, "n_heads": 5, "n_layers": 1, "hidden_dim": 7,
             "max_position_embeddings": 11, "activation": "relu", "tie_word_embeddings": false}""");

    /** All heads that there are. */
    public static final List<Head> HEADS = List.of(
            new Head.None(),
            new Head.SequenceClassification(4),
            new Head.SequenceClassification(1),
            new Head.TokenClassification(5),
            new Head.QuestionAnswering(),
            new Head.MaskedLm());

    /** Writes one with labels {@code a}, {@code b}, … */
    public static TinyCheckpoint write(Path directory, String config, Head head) {
        return write(directory, config, head, Optional.empty());
    }

    /** Writes one of a kind of problem. */
    public static TinyCheckpoint write(Path directory, String config, Head head, Optional<String> problemType) {
        Network network = Network.of(ConfigFile.parse(config, "tiny").model());
        ConfigFile file = ConfigFile.parse(config, "tiny").withHead(network.className(head), labels(head), problemType);
        Map<String, float[]> weights = weights(network, head);
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

    private static Map<String, float[]> weights(Network network, Head head) {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (WeightSpec spec : ShapeOps.weights(network, head)) {
            float[] values = new float[Math.toIntExact(spec.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.3 * random.nextGaussian());
            }
            weights.put(spec.name(), values);
        }
        return weights;
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
                network.forward(new ReferenceOps(inputs, this::doubles), head, Extent.ALL_TOKENS);
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

    private double[] doubles(String name) {
        float[] values = weights.getOrDefault(name, new float[0]);
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] every(double[] pairs, int side) {
        return IntStream.range(0, pairs.length / 2)
                .mapToDouble(i -> pairs[2 * i + side])
                .toArray();
    }

    /** Rows of random ids of these lengths, padded on the right to {@code columns}. */
    public Inputs batch(int columns, int... lengths) {
        ModelConfig config = network.config();
        SplittableRandom random = new SplittableRandom(columns);
        int size = lengths.length * columns;
        int[] ids = new int[size];
        int[] mask = new int[size];
        int[] types = new int[size];
        Arrays.fill(ids, config.padTokenId());
        for (int row = 0; row < lengths.length; row++) {
            for (int i = row * columns; i < row * columns + lengths[row]; i++) {
                ids[i] = (config.padTokenId() + 1 + random.nextInt(config.vocabSize() - 1)) % config.vocabSize();
                mask[i] = 1;
                types[i] = random.nextInt(Math.max(1, config.typeVocabSize()));
            }
        }
        return new Inputs(lengths.length, columns, ids, mask, types);
    }

    @Override
    public String toString() {
        return network.className(head) + " of " + network.config().hiddenSize() + ", " + head;
    }
}
