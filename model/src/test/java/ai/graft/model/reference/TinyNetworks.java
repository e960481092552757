package ai.graft.model.reference;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Networks small enough for loops in doubles; no two of their sizes are equal, so no axis passes for another. */
final class TinyNetworks {
    static final List<Head> HEADS = List.of(
            new Head.None(),
            new Head.SequenceClassification(5),
            new Head.TokenClassification(4),
            new Head.QuestionAnswering(),
            new Head.MaskedLm());

    private static final String BERT_SIZES = "\"vocab_size\": 31, \"hidden_size\": 12, \"num_hidden_layers\": 2,"
            + " \"num_attention_heads\": 3, \"intermediate_size\": 20, \"max_position_embeddings\": 17";

    static Network bert() {
        return of("{\"model_type\": \"bert\", \"type_vocab_size\": 3, " + BERT_SIZES + "}");
    }

    static Network roberta() {
        return of(
                "{\"model_type\": \"roberta\", \"type_vocab_size\": 1, \"layer_norm_eps\": 1e-5, " + BERT_SIZES + "}");
    }

    static Network distilBert() {
        return of("{\"model_type\": \"distilbert\", \"vocab_size\": 31, \"dim\": 12, \"n_layers\": 2, \"n_heads\": 3,"
                + " \"hidden_dim\": 20, \"max_position_embeddings\": 17}");
    }

    static Network bertWithUntiedDecoder() {
        return of("{\"model_type\": \"bert\", \"tie_word_embeddings\": false, " + BERT_SIZES + "}");
    }

    private static Network of(String json) {
        return Network.of(ConfigFile.parse(json, "tiny").model());
    }

    /** Every weight normal with deviation 0.3, none at a value where its absence would not show. */
    static Function<String, double[]> weights(Network network, Head head, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, double[]> weights = new LinkedHashMap<>();
        for (WeightSpec weight : ShapeOps.weights(network, head)) {
            double[] values = new double[Math.toIntExact(weight.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = 0.3 * random.nextGaussian();
            }
            weights.put(weight.name(), values);
        }
        return name -> {
            double[] values = weights.get(name);
            if (values == null) {
                throw new IllegalArgumentException("no weight " + name);
            }
            return values;
        };
    }

    private TinyNetworks() {}
}
