package ai.graft.finetune.engine;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A network below a head, small enough for the reference interpreter. No two of its sizes are equal, so no axis passes for
 * another.
 */
record TinyNetwork(String name, Network network, Head head) {
    /** Every architecture, activation and number of layers from 1 to 3; decoders tied and untied. */
    private static final List<String> CONFIGS = List.of("""
            {"model_type": "bert", "vocab_size": 31, "hidden_size": 12, "num_attention_heads": 3, "num_hidden_layers": 2,
             "intermediate_size": 20, "max_position_embeddings": 17, "type_vocab_size": 2, "hidden_act": "gelu"}""", """
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

    private static final List<Head> HEADS = List.of(
            new Head.None(),
            new Head.SequenceClassification(4),
            new Head.SequenceClassification(1),
            new Head.TokenClassification(5),
            new Head.QuestionAnswering(),
            new Head.MaskedLm());

    static {
        TorchNetwork.threads(1); // nothing here is worth waking a second one
    }

    /** Every configuration below every head. */
    static Stream<TinyNetwork> all() {
        return HEADS.stream().flatMap(TinyNetwork::below);
    }

    /** Every configuration below one head. */
    static Stream<TinyNetwork> below(Head head) {
        return CONFIGS.stream().map(json -> of(json, head));
    }

    /** Two layers of BERT below a classifier. */
    static TinyNetwork bert(Head head) {
        return of(CONFIGS.get(0), head);
    }

    private static TinyNetwork of(String json, Head head) {
        Network network = Network.of(ConfigFile.parse(json, "tiny").model());
        int layers = network.config().numHiddenLayers();
        return new TinyNetwork(network.className(head) + ", " + layers + " layers, " + head, network, head);
    }

    /** Normal weights with deviation 0.3, biases and norms too: none at a value where its absence would not show. */
    Map<String, float[]> weights(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (WeightSpec weight : ShapeOps.weights(network, head)) {
            float[] values = new float[Math.toIntExact(weight.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.3 * random.nextGaussian());
            }
            weights.put(weight.name(), values);
        }
        return weights;
    }

    /** Names of all weights. */
    List<String> names() {
        return specs().stream().map(WeightSpec::name).toList();
    }

    /** All weights. */
    List<WeightSpec> specs() {
        return ShapeOps.weights(network, head);
    }

    TorchNetwork forPrediction(long seed, Precision precision) {
        Map<String, float[]> weights = weights(seed);
        return TorchNetwork.forPrediction(network, head, w -> named(weights, w), precision, ComputeDevice.CPU);
    }

    TorchNetwork forTraining(long seed, TrainingSetup setup) {
        Map<String, float[]> weights = weights(seed);
        return TorchNetwork.forTraining(network, head, w -> named(weights, w), setup, ComputeDevice.CPU);
    }

    private static float[] named(Map<String, float[]> weights, WeightSpec weight) {
        return weights.getOrDefault(weight.name(), new float[0]);
    }

    /** Rates that differ from site to site, or none at all. */
    static DropoutRates dropout(boolean wanted) {
        return wanted ? new DropoutRates(0.2, 0.3, 0.25) : DropoutRates.NONE;
    }

    @Override
    public String toString() {
        return name;
    }
}
