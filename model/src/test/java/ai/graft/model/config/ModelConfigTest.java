package ai.graft.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults are those of the configuration classes of transformers 4.57. */
class ModelConfigTest {

    @Test
    void parse_bertWithoutKeys_hasTransformersDefaults() {
        assertThat(parse("{'model_type': 'bert'}")).isEqualTo(bert(30522, 0));
    }

    @Test
    void parse_robertaWithoutKeys_hasTransformersDefaults() {
        assertThat(parse("{'model_type': 'roberta'}")).isEqualTo(new RobertaConfig("roberta", bert(50265, 1)));
    }

    @Test
    void parse_xlmRobertaWithoutKeys_hasTransformersDefaults() {
        assertThat(parse("{'model_type': 'xlm-roberta'}")).isEqualTo(new RobertaConfig("xlm-roberta", bert(30522, 1)));
    }

    @Test
    void parse_distilBertWithoutKeys_hasTransformersDefaults() {
        assertThat(parse("{'model_type': 'distilbert'}"))
                .isEqualTo(new DistilBertConfig(
                        30522, 768, 6, 12, 3072, Activation.GELU, 0.1, 0.1, 0.2, 0.1, 512, 0.02, 0, true));
    }

    private static BertConfig bert(int vocabSize, int padTokenId) {
        return new BertConfig(
                vocabSize, 768, 12, 12, 3072, Activation.GELU, 0.1, 0.1, -1, 512, 2, 0.02, 1e-12, padTokenId, true);
    }

    @Test
    void parse_everyBertKey_isRead() {
        ModelConfig config = parse("{'model_type': 'bert', 'vocab_size': 31, 'hidden_size': 12, 'num_hidden_layers': 3,"
                + " 'num_attention_heads': 4, 'intermediate_size': 20, 'hidden_act': 'gelu_new',"
                + " 'hidden_dropout_prob': 0.2, 'attention_probs_dropout_prob': 0.3, 'classifier_dropout': 0.4,"
                + " 'max_position_embeddings': 17, 'type_vocab_size': 5, 'initializer_range': 0.5,"
                + " 'layer_norm_eps': 1e-7, 'pad_token_id': 6, 'tie_word_embeddings': false}");

        assertThat(config)
                .isEqualTo(new BertConfig(
                        31, 12, 3, 4, 20, Activation.GELU_TANH, 0.2, 0.3, 0.4, 17, 5, 0.5, 1e-7, 6, false));
    }

    @Test
    void parse_everyDistilBertKey_isRead() {
        ModelConfig config = parse("{'model_type': 'distilbert', 'vocab_size': 31, 'dim': 12, 'n_layers': 3,"
                + " 'n_heads': 4, 'hidden_dim': 20, 'activation': 'relu', 'dropout': 0.2, 'attention_dropout': 0.3,"
                + " 'seq_classif_dropout': 0.4, 'qa_dropout': 0.5, 'max_position_embeddings': 17,"
                + " 'initializer_range': 0.6, 'pad_token_id': 7, 'tie_word_embeddings': false}");

        assertThat(config)
                .isEqualTo(
                        new DistilBertConfig(31, 12, 3, 4, 20, Activation.RELU, 0.2, 0.3, 0.4, 0.5, 17, 0.6, 7, false));
    }

    @ParameterizedTest
    @CsvSource({
        "'',0.3",
        "'\"classifier_dropout\": null,',0.3",
        "'\"classifier_dropout\": 0.0,',0",
        "'\"classifier_dropout\": 0.7,',0.7"
    })
    void headDropout_classifierDropoutAbsentNullOrGiven_fallsBackToHidden(String key, double expected) {
        ModelConfig config = parse("{" + key + "'model_type': 'bert', 'hidden_dropout_prob': 0.3}");

        assertThat(((BertConfig) config).headDropout()).isEqualTo(expected);
    }

    /** A real token's position begins behind the pad token's: 514 rows hold 512 tokens. */
    @Test
    void maxTokens_roberta_leavesOutRowsUpToThePadToken() {
        assertThat(parse("{'model_type': 'roberta', 'max_position_embeddings': 514}")
                        .maxTokens())
                .isEqualTo(512);
        assertThat(parse("{'model_type': 'bert', 'max_position_embeddings': 514}")
                        .maxTokens())
                .isEqualTo(514);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | config.json: the key 'model_type' is missing. Add it",
                "{'model_type': 'gpt2'} | model_type 'gpt2' has no network here; known are [bert, roberta, xlm-roberta, distilbert]",
                "{'model_type': 7} | model_type is 7, expected a text",
                "{'model_type': 'bert', 'hidden_size': 0} | hidden_size is 0, expected a whole number above 0",
                "{'model_type': 'bert', 'hidden_size': '12'} | hidden_size is \"12\", expected a whole number",
                "{'model_type': 'bert', 'hidden_size': 12.5} | hidden_size is 12.5, expected a whole number",
                "{'model_type': 'bert', 'hidden_size': 12, 'num_attention_heads': 5} | hidden size 12 is not a multiple of the 5 attention heads",
                "{'model_type': 'distilbert', 'dim': 12, 'n_heads': 5} | hidden size 12 is not a multiple of the 5 attention heads",
                "{'model_type': 'bert', 'hidden_act': 'mish'} | hidden_act is 'mish', which is not among [gelu, gelu_new, gelu_pytorch_tanh, relu, silu, swish, tanh]",
                "{'model_type': 'bert', 'hidden_dropout_prob': 1} | hidden_dropout_prob is 1, expected a share from 0 to below 1",
                "{'model_type': 'bert', 'classifier_dropout': -0.5} | classifier_dropout is -0.5, expected a share from 0 to below 1",
                "{'model_type': 'bert', 'layer_norm_eps': 'small'} | layer_norm_eps is \"small\", expected a number",
                "{'model_type': 'bert', 'layer_norm_eps': -1} | layer_norm_eps is -1, expected a number from 0 on",
                "{'model_type': 'bert', 'initializer_range': -1} | initializer_range is -1, expected a number from 0 on",
                "{'model_type': 'bert', 'tie_word_embeddings': 1} | tie_word_embeddings is 1, expected true or false",
                "{'model_type': 'bert', 'position_embedding_type': 'relative_key'} | position_embedding_type 'relative_key' is not supported; only 'absolute' is",
                "{'model_type': 'bert', 'is_decoder': true} | is_decoder is true, but only encoders have a network here",
                "{'model_type': 'bert', 'vocab_size': 31, 'pad_token_id': 31} | pad_token_id is 31, which is not in the vocabulary of 31",
                "{'model_type': 'distilbert', 'pad_token_id': -1} | pad_token_id is -1, which is not in the vocabulary of 30522",
                "{'model_type': 'roberta', 'max_position_embeddings': 2} | max_position_embeddings is 2, which leaves no position behind the pad token's 1",
            })
    void parse_wrongValue_namesKeyAndBothValues(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "gelu, GELU",
        "gelu_new, GELU_TANH",
        "gelu_pytorch_tanh, GELU_TANH",
        "relu, RELU",
        "silu, SILU",
        "swish, SILU",
        "tanh, TANH"
    })
    void named_transformersName_isTheFunction(String name, Activation activation) {
        assertThat(Activation.named(name)).contains(activation);
    }

    private static ModelConfig parse(String json) {
        return ConfigFile.parse(json.replace('\'', '"'), "config.json").model();
    }
}
