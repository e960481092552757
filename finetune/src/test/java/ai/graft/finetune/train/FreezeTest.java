package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreezeTest {
    @Test
    void parse_eachForm_isItsRecord() {
        assertThat(Freeze.parse("nothing")).isEqualTo(new Freeze.Nothing());
        assertThat(Freeze.parse("embeddings")).isEqualTo(new Freeze.Layers(0));
        assertThat(Freeze.parse("layers:0")).isEqualTo(new Freeze.Layers(0));
        assertThat(Freeze.parse("layers:12")).isEqualTo(new Freeze.Layers(12));
        assertThat(Freeze.parse("encoder")).isEqualTo(new Freeze.Encoder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "embeddings", "layers:3", "encoder"})
    void toString_anyForm_canBeParsedAgain(String text) {
        assertThat(Freeze.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "layers", "layers:", "layers:-1", "layers:12345", "Encoder", "all"})
    void parse_otherText_listsTheForms(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Freeze.parse(text))
                .withMessage("freeze is '" + text + "', expected embeddings, layers:N, encoder or nothing");
    }

    @Test
    void layers_negative_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Freeze.Layers(-1))
                .withMessage("freeze layers:-1, expected 0 or more");
    }

    @Test
    void names_moreLayersThanThereAre_saysHowMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Freeze.Layers(7).names(List.of(), 6))
                .withMessage("freeze layers:7: the model has 6 layers; 'encoder' freezes them all");
    }
}
