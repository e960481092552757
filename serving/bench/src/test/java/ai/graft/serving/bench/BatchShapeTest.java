package ai.graft.serving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchShapeTest {
    private static final ModelConfig CONFIG = ConfigFile.parse("""
            {"model_type": "bert", "vocab_size": 31, "hidden_size": 12, "num_attention_heads": 3, "num_hidden_layers": 2,
             "intermediate_size": 20, "max_position_embeddings": 17, "type_vocab_size": 2, "hidden_act": "gelu"}""", "tiny").model();

    @Test
    void lengths_halfPadded_runEvenlyToAllColumns() {
        assertThat(BatchShape.parse("4x10/2").lengths()).containsExactly(1, 4, 7, 10);
        assertThat(BatchShape.parse("2x10").lengths()).containsExactly(10, 10);
        assertThatThrownBy(() -> BatchShape.parse("8*128"))
                .hasMessageContaining("'8*128'")
                .hasMessageContaining("8x128");
        assertThatThrownBy(() -> BatchShape.parse("0x128")).hasMessageContaining("0 rows of 128 tokens");
    }

    @Test
    void inputs_halfPadded_haveAsManyTokens() {
        Inputs inputs = BatchShape.parse("4x10/2").inputs(CONFIG);

        assertThat(Arrays.stream(inputs.attentionMask()).sum()).isEqualTo(22);
        assertThat(Arrays.stream(inputs.inputIds()).filter(id -> id != 0)).hasSize(22);
    }

    /** Two layers; a token: 2·(4·12² + 2·12·20) = 2,112; a text of 3: 4·3²·12 = 432 for attention. */
    @Test
    void flops_oneText_areCountedByHand() {
        assertThat(BatchShape.parse("1x3").flops(CONFIG)).isEqualTo(2 * (3 * 2_112 + 432));
    }
}
