package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRatesTest {
    private static ModelConfig model(int width) {
        String config = TinyCheckpoint.config(1, TinyCheckpoint.VOCAB)
                .replace("\"hidden_size\": 16", "\"hidden_size\": " + width);
        return ConfigFile.parse(config, "config.json").model();
    }

    @ParameterizedTest
    @CsvSource({"16, 1e-4, 1e-3", "384, 1e-4, 1e-3", "768, 5e-5, 5e-4", "1024, 3.75e-5, 3.75e-4"})
    void of_nothingGiven_fallsWithTheWidth(int width, double encoder, double head) {
        LearningRates rates = LearningRates.of(TrainingOptions.defaults(), model(width));

        assertThat(rates.encoder()).isCloseTo(encoder, offset(1e-12));
        assertThat(rates.head()).isCloseTo(head, offset(1e-12));
    }

    @Test
    void of_onlyTheOneGiven_theHeadsIsTenTimesThat() {
        TrainingOptions options = TrainingOptions.builder().learningRate(2e-5).build();
        assertThat(LearningRates.of(options, model(384)).head()).isCloseTo(2e-4, offset(1e-12));
    }

    @Test
    void of_bothGiven_areThose() {
        TrainingOptions options = TrainingOptions.builder()
                .learningRate(2e-5)
                .headLearningRate(3e-5)
                .build();
        assertThat(LearningRates.of(options, model(384))).isEqualTo(new LearningRates(2e-5, 3e-5));
    }
}
