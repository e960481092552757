package ai.graft.model.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Init;
import ai.graft.model.network.Network;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names and shapes as {@code state_dict()} of transformers lists them; the numbers of dropout bytes counted by hand. */
class ShapeOpsTest {
    private static final String SIZES = "\"vocab_size\": 31, \"hidden_size\": 12, \"num_hidden_layers\": 2,"
            + " \"num_attention_heads\": 3, \"intermediate_size\": 20, \"max_position_embeddings\": 17";
    private static final Network BERT = tiny("{\"model_type\": \"bert\", \"type_vocab_size\": 3, " + SIZES + "}");
    private static final Network ROBERTA =
            tiny("{\"model_type\": \"roberta\", \"type_vocab_size\": 1, \"layer_norm_eps\": 1e-5, " + SIZES + "}");
    private static final Network DISTILBERT =
            tiny("{\"model_type\": \"distilbert\", \"vocab_size\": 31, \"dim\": 12, \"n_layers\": 2, \"n_heads\": 3,"
                    + " \"hidden_dim\": 20, \"max_position_embeddings\": 17}");
    private static final Network UNTIED_BERT =
            tiny("{\"model_type\": \"bert\", \"tie_word_embeddings\": false, " + SIZES + "}");

    private static final String BERT_LAYER = """
            attention.self.query.weight [12, 12]
            attention.self.query.bias [12]
            attention.self.key.weight [12, 12]
            attention.self.key.bias [12]
            attention.self.value.weight [12, 12]
            attention.self.value.bias [12]
            attention.output.dense.weight [12, 12]
            attention.output.dense.bias [12]
            attention.output.LayerNorm.weight [12]
            attention.output.LayerNorm.bias [12]
            intermediate.dense.weight [20, 12]
            intermediate.dense.bias [20]
            output.dense.weight [12, 20]
            output.dense.bias [12]
            output.LayerNorm.weight [12]
            output.LayerNorm.bias [12]
            """;

    private static final String DISTILBERT_LAYER = """
            attention.q_lin.weight [12, 12]
            attention.q_lin.bias [12]
            attention.k_lin.weight [12, 12]
            attention.k_lin.bias [12]
            attention.v_lin.weight [12, 12]
            attention.v_lin.bias [12]
            attention.out_lin.weight [12, 12]
            attention.out_lin.bias [12]
            sa_layer_norm.weight [12]
            sa_layer_norm.bias [12]
            ffn.lin1.weight [20, 12]
            ffn.lin1.bias [20]
            ffn.lin2.weight [12, 20]
            ffn.lin2.bias [12]
            output_layer_norm.weight [12]
            output_layer_norm.bias [12]
            """;

    @Test
    void weights_bertClassifier_areThoseOfTransformers() {
        List<String> expected = Stream.of(
                        prefixed("bert.embeddings.", embeddings(17) + "token_type_embeddings.weight [3, 12]\n"),
                        prefixed("bert.encoder.layer.0.", BERT_LAYER),
                        prefixed("bert.encoder.layer.1.", BERT_LAYER),
                        prefixed("", """
                                bert.pooler.dense.weight [12, 12]
                                bert.pooler.dense.bias [12]
                                classifier.weight [5, 12]
                                classifier.bias [5]
                                """))
                .flatMap(lines -> lines)
                .toList();

        assertThat(weights(BERT, new Head.SequenceClassification(5))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void weights_robertaClassifier_hasTwoLayersAndNoPooler() {
        List<String> expected = Stream.of(
                        prefixed("roberta.embeddings.", embeddings(17) + "token_type_embeddings.weight [1, 12]\n"),
                        prefixed("roberta.encoder.layer.0.", BERT_LAYER),
                        prefixed("roberta.encoder.layer.1.", BERT_LAYER),
                        prefixed("", """
                                classifier.dense.weight [12, 12]
                                classifier.dense.bias [12]
                                classifier.out_proj.weight [5, 12]
                                classifier.out_proj.bias [5]
                                """))
                .flatMap(lines -> lines)
                .toList();

        assertThat(weights(ROBERTA, new Head.SequenceClassification(5))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void weights_distilBertMaskedLm_tiesItsProjector() {
        List<String> expected = Stream.of(
                        prefixed("distilbert.embeddings.", embeddings(17)),
                        prefixed("distilbert.transformer.layer.0.", DISTILBERT_LAYER),
                        prefixed("distilbert.transformer.layer.1.", DISTILBERT_LAYER),
                        prefixed("", """
                                vocab_transform.weight [12, 12]
                                vocab_transform.bias [12]
                                vocab_layer_norm.weight [12]
                                vocab_layer_norm.bias [12]
                                vocab_projector.bias [31]
                                """))
                .flatMap(lines -> lines)
                .toList();

        assertThat(weights(DISTILBERT, new Head.MaskedLm())).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void weights_bareEncoder_haveNoPrefix() {
        assertThat(weights(BERT, new Head.None()))
                .contains("embeddings.word_embeddings.weight [31, 12]", "pooler.dense.weight [12, 12]")
                .noneMatch(name -> name.startsWith("bert."));
    }

    @Test
    void weights_untiedMaskedLm_hasADecoderOfItsOwn() {
        assertThat(weights(UNTIED_BERT, new Head.MaskedLm()))
                .contains("cls.predictions.decoder.weight [31, 12]", "cls.predictions.decoder.bias [31]");
        assertThat(weights(BERT, new Head.MaskedLm()))
                .contains("cls.predictions.bias [31]")
                .noneMatch(name -> name.contains("decoder"));
    }

    /** As {@code _init_weights} does: normal matrices, biases 0, norms 1. */
    @Test
    void weights_begin_asTransformersInitialisesThem() {
        ShapeOps.weights(BERT, new Head.SequenceClassification(5)).forEach(weight -> {
            Init expected = weight.name().endsWith(".bias")
                    ? Init.ZEROS
                    : weight.name().contains("LayerNorm") ? Init.ONES : Init.NORMAL;
            assertThat(weight.init()).as(weight.name()).isEqualTo(expected);
        });
    }

    /**
     * B 2, S 5, H 12, A 3, two layers: embeddings 2·5·12 = 120; a layer 2·3·5·5 = 150 of attention and twice 120; the
     * classifier 2·12 = 24. For the head alone the last layer takes 2·3·1·5 = 30 and twice 24.
     */
    @Test
    void dropoutBytes_bertClassifier_areCountedByHand() {
        assertThat(bertBytes(Extent.ALL_TOKENS, new DropoutRates(0.1, 0.1, 0.1)))
                .isEqualTo(120 + 2 * (150 + 240) + 24);
        assertThat(bertBytes(Extent.HEAD_ONLY, new DropoutRates(0.1, 0.1, 0.1)))
                .isEqualTo(120 + (150 + 240) + (30 + 48) + 24);
        assertThat(bertBytes(Extent.ALL_TOKENS, new DropoutRates(0, 0.1, 0))).isEqualTo(2 * 150);
        assertThat(bertBytes(Extent.ALL_TOKENS, new DropoutRates(0, 0, 0.1))).isEqualTo(24);
        assertThat(bertBytes(Extent.ALL_TOKENS, DropoutRates.NONE)).isZero();
    }

    /** DistilBERT drops nothing behind its attention's output layer; RoBERTa's classifier drops twice. */
    @Test
    void dropoutBytes_otherArchitectures_haveTheirOwnSites() {
        DropoutRates all = new DropoutRates(0.1, 0.1, 0.1);
        Head head = new Head.SequenceClassification(5);

        assertThat(ShapeOps.dropoutBytes(DISTILBERT, head, Extent.ALL_TOKENS, all, 2, 5))
                .isEqualTo(120 + 2 * (150 + 120) + 24);
        assertThat(ShapeOps.dropoutBytes(ROBERTA, head, Extent.ALL_TOKENS, all, 2, 5))
                .isEqualTo(120 + 2 * (150 + 240) + 2 * 24);
    }

    @Test
    void dropoutBytes_moreThanALong_areRefused() {
        assertThatThrownBy(() -> ShapeOps.dropoutBytes(
                        BERT,
                        new Head.None(),
                        Extent.ALL_TOKENS,
                        new DropoutRates(0.1, 0, 0),
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
    }

    private static long bertBytes(Extent extent, DropoutRates rates) {
        return ShapeOps.dropoutBytes(BERT, new Head.SequenceClassification(5), extent, rates, 2, 5);
    }

    private static Network tiny(String config) {
        return Network.of(ConfigFile.parse(config, "tiny").model());
    }

    private static List<String> weights(Network network, Head head) {
        return ShapeOps.weights(network, head).stream()
                .map(weight -> weight.name() + " " + weight.shape())
                .toList();
    }

    private static String embeddings(int positions) {
        return """
                word_embeddings.weight [31, 12]
                position_embeddings.weight [%d, 12]
                LayerNorm.weight [12]
                LayerNorm.bias [12]
                """.formatted(positions);
    }

    private static Stream<String> prefixed(String prefix, String lines) {
        return lines.lines().map(line -> prefix + line);
    }
}
