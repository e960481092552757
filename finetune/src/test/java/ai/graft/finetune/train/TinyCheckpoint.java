package ai.graft.finetune.train;

import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Init;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A BERT with random weights, small enough to be trained in a fraction of a second, in Hugging Face's layout. */
final class TinyCheckpoint {
    static final int VOCAB = 60;
    static final int POSITIONS = 64;
    private static final double DEVIATION = 0.1;
    private static final List<String> WORDS = List.of(
            "good", "great", "bad", "awful", "film", "movie", "plot", "actor", "story", "the", "was", "is", "very",
            "and", "but", "it", "this", "that", "of", "in", "to", "we", "saw", "one", "end", "music", "scene", "cast",
            ".");

    /** One layer. */
    static Path write(Path directory) {
        return write(directory, 1);
    }

    static Path write(Path directory, int layers) {
        return write(directory, config(layers, VOCAB));
    }

    static Path write(Path directory, String config) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("config.json"), config);
            Files.writeString(directory.resolve("vocab.txt"), vocabulary());
            Files.writeString(
                    directory.resolve("tokenizer_config.json"),
                    "{\"do_lower_case\": true, \"model_max_length\": 64, \"tokenizer_class\": \"BertTokenizer\"}\n");
            SafetensorsFile.write(directory.resolve("model.safetensors"), tensors(config), DType.F32);
            return directory;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String config(int layers, int vocabSize) {
        return """
                {
                  "architectures": ["BertModel"],
                  "model_type": "bert",
                  "hidden_size": 16,
                  "num_hidden_layers": %d,
                  "num_attention_heads": 2,
                  "intermediate_size": 32,
                  "vocab_size": %d,
                  "max_position_embeddings": 64,
                  "type_vocab_size": 2,
                  "pad_token_id": 0,
                  "some_unknown_key": {"kept": [1, 2]}
                }
                """.formatted(layers, vocabSize);
    }

    /** The elements of each weight below {@code bert.}, the same each time. */
    static Map<String, float[]> weights(int layers) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (WeightSpec spec : specs(config(layers, VOCAB))) {
            weights.put("bert." + spec.name(), elements(spec));
        }
        return weights;
    }

    private static Map<String, Tensor> tensors(String config) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (WeightSpec spec : specs(config)) {
            tensors.put(spec.name(), Tensor.ofFloats(spec.shape(), elements(spec)));
        }
        return tensors;
    }

    private static List<WeightSpec> specs(String config) {
        Network network = Network.of(ConfigFile.parse(config, "config.json").model());
        return ShapeOps.weights(network, new Head.None());
    }

    private static float[] elements(WeightSpec spec) {
        float[] values = new float[(int) spec.size()];
        Arrays.fill(values, spec.init() == Init.ONES ? 1 : 0);
        Random random = new Random(spec.name().hashCode());
        for (int i = 0; i < values.length && spec.init() == Init.NORMAL; i++) {
            values[i] = (float) (DEVIATION * random.nextGaussian());
        }
        return values;
    }

    private static String vocabulary() {
        StringBuilder lines = new StringBuilder("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
        WORDS.forEach(word -> lines.append(word).append('\n'));
        for (char letter = 'a'; letter <= 'z'; letter++) {
            lines.append(letter).append('\n');
        }
        return lines.toString();
    }

    private TinyCheckpoint() {}
}
