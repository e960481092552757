package ai.graft.model.network;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import org.junit.jupiter.api.Test;

class InputsTest {
    private static final ModelConfig BERT = config("bert", 4);

    @Test
    void check_lastIdTypeAndPosition_pass() {
        Inputs inputs = batch(1, 4, new int[] {30, 0, 30, 0}, new int[] {1, 0, 1, 0});

        assertThatCode(() -> inputs.check(BERT)).doesNotThrowAnyException();
    }

    @Test
    void check_idBeyondVocabulary_namesRowPositionAndSize() {
        Inputs inputs = batch(2, 2, new int[] {1, 2, 3, 31}, new int[4]);

        assertThatThrownBy(() -> inputs.check(BERT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 1, position 1: token id 31 is beyond the model's vocabulary (vocab_size 31):"
                        + " the tokenizer does not fit the model");
    }

    @Test
    void check_negativeId_refused() {
        assertThatThrownBy(() -> batch(1, 2, new int[] {1, -1}, new int[2]).check(BERT))
                .hasMessageStartingWith("row 0, position 1: token id -1 is beyond");
    }

    @Test
    void check_tooLong_namesBothLengthsAndTheCure() {
        assertThatThrownBy(() -> batch(1, 5, new int[5], new int[5]).check(BERT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a text of 5 tokens is longer than the 4 positions of the model;"
                        + " truncate it with a maximum length of 4 or less");
    }

    @Test
    void check_tokenTypeBeyondTable_refused() {
        assertThatThrownBy(() -> batch(1, 2, new int[2], new int[] {0, 2}).check(BERT))
                .hasMessage("row 0, position 1: token type 2 is beyond the model's token types (type_vocab_size 2)");
    }

    @Test
    void check_architectureWithoutTypes_takesOnlyZero() {
        ModelConfig distilBert = config("distilbert", 4);

        assertThatCode(() -> batch(1, 2, new int[2], new int[2]).check(distilBert))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> batch(1, 2, new int[2], new int[] {0, 1}).check(distilBert))
                .hasMessageContaining("token type 1");
    }

    @Test
    void check_roberta_hasTwoPositionsLessThanItsTable() {
        assertThatThrownBy(() -> batch(1, 3, new int[3], new int[3]).check(config("roberta", 4)))
                .hasMessageContaining("3 tokens is longer than the 2 positions");
    }

    @Test
    void construct_emptyBatch_refused() {
        assertThatThrownBy(() -> new Inputs(0, 3, new int[0], new int[0], new int[0]))
                .hasMessage("a batch needs a row and a column, got 0 × 3");
    }

    @Test
    void construct_arraysOfOtherSize_refusedWithAllSizes() {
        assertThatThrownBy(() -> new Inputs(2, 3, new int[6], new int[5], new int[6]))
                .hasMessage("a batch of 2 × 3 needs 6 ids, masks and types, got 6, 5 and 6");
    }

    private static Inputs batch(int rows, int columns, int[] ids, int[] types) {
        return new Inputs(rows, columns, ids, new int[rows * columns], types);
    }

    private static ModelConfig config(String type, int positions) {
        return ConfigFile.parse(
                        "{\"model_type\": \"%s\", \"vocab_size\": 31, \"max_position_embeddings\": %d}"
                                .formatted(type, positions),
                        "tiny")
                .model();
    }
}
