package ai.graft.model.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A BERT encoder taken out of another format.
 *
 * @param tensors by Hugging Face's names of a bare BertModel
 * @param layers number of layers
 * @param heads attention heads a layer
 * @param activation {@code hidden_act} of the configuration
 * @param layerNormEps epsilon of every layer norm
 */
record ImportedEncoder(Map<String, Tensor> tensors, int layers, int heads, String activation, double layerNormEps) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Writes {@code config.json} and {@code model.safetensors}. */
    void write(Path directory) {
        try {
            String config = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config());
            Files.writeString(directory.resolve("config.json"), config + "\n");
        } catch (IOException e) {
            throw new CheckpointException(directory + ": config.json cannot be written: " + e, e);
        }
        SafetensorsFile.write(directory.resolve("model.safetensors"), tensors, DType.F32);
    }

    /** The longest sequence, in tokens. */
    int maxPositions() {
        return extent("embeddings.position_embeddings.weight", 0);
    }

    private ObjectNode config() {
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add("BertModel");
        return config.put("attention_probs_dropout_prob", 0.1) // BertConfig's defaults: an encoder's graph has none
                .put("hidden_act", activation)
                .put("hidden_dropout_prob", 0.1)
                .put("hidden_size", extent("embeddings.word_embeddings.weight", 1))
                .put("initializer_range", 0.02)
                .put("intermediate_size", extent("encoder.layer.0.intermediate.dense.weight", 0))
                .put("layer_norm_eps", layerNormEps)
                .put("max_position_embeddings", maxPositions())
                .put("model_type", "bert")
                .put("num_attention_heads", heads)
                .put("num_hidden_layers", layers)
                .put("pad_token_id", 0)
                .put("position_embedding_type", "absolute")
                .put("type_vocab_size", extent("embeddings.token_type_embeddings.weight", 0))
                .put("vocab_size", extent("embeddings.word_embeddings.weight", 0));
    }

    private int extent(String name, int axis) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalStateException("an imported encoder without " + name);
        }
        return tensor.shape().get(axis);
    }
}
