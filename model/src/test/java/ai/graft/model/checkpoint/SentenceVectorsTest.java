package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.network.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are as sentence-transformers writes them. */
class SentenceVectorsTest {
    private static final String STEP =
            "{\"idx\": 0, \"name\": \"0\", \"path\": \"\", \"type\": \"sentence_transformers.models.%s\"}";

    @TempDir
    Path folder;

    private void pooling(String cls, String mean, String max) throws IOException {
        Path file = Files.createDirectories(folder.resolve("1_Pooling")).resolve("config.json");
        Files.writeString(
                file,
                "{\"word_embedding_dimension\": 384, \"pooling_mode_cls_token\": %s, \"pooling_mode_mean_tokens\": %s, \"pooling_mode_max_tokens\": %s, \"pooling_mode_mean_sqrt_len_tokens\": false}"
                        .formatted(cls, mean, max));
    }

    private void modules(String last) throws IOException {
        Files.writeString(
                folder.resolve("modules.json"),
                "[%s, %s, %s]"
                        .formatted(STEP.formatted("Transformer"), STEP.formatted("Pooling"), STEP.formatted(last)));
    }

    @Test
    void read_noFiles_isEmpty() {
        assertThat(SentenceVectors.read(folder)).isEmpty();
    }

    @Test
    void read_meanWithAndWithoutNormalize_isToldApart() throws IOException {
        pooling("false", "true", "false");
        assertThat(SentenceVectors.read(folder)).contains(new SentenceVectors(Pooling.MEAN, false));
        modules("Normalize");
        assertThat(SentenceVectors.read(folder)).contains(new SentenceVectors(Pooling.MEAN, true));
    }

    @Test
    void read_firstToken_isCls() throws IOException {
        pooling("true", "false", "false");
        assertThat(SentenceVectors.read(folder)).contains(new SentenceVectors(Pooling.CLS, false));
    }

    @Test
    void read_poolingOrStepThatIsNotKnown_isRefusedByName() throws IOException {
        pooling("false", "false", "true");
        assertThatThrownBy(() -> SentenceVectors.read(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("asks for the pooling [max_tokens]");
        pooling("true", "true", "false");
        assertThatThrownBy(() -> SentenceVectors.read(folder)).hasMessageContaining("[cls_token, mean_tokens]");
        pooling("false", "true", "false");
        modules("Dense");
        assertThatThrownBy(() -> SentenceVectors.read(folder))
                .hasMessageContaining("has the step 'sentence_transformers.models.Dense'");
    }

    /** As the cards of the three models say. */
    @Test
    void carry_shortName_writesWhatItsCardSays() throws IOException {
        for (PretrainedModel model : PretrainedModel.values()) {
            Path to = Files.createDirectories(folder.resolve(model.shortName()));
            SentenceVectors.carry(model.shortName(), folder, to);
            Pooling pooling = model.shortName().equals("bge-small") ? Pooling.CLS : Pooling.MEAN;
            assertThat(SentenceVectors.read(to)).contains(new SentenceVectors(pooling, true));
        }
    }

    @Test
    void carry_directoryWithFiles_copiesThemAsTheyAre() throws IOException {
        pooling("false", "false", "true");
        modules("Dense");
        Path to = Files.createDirectories(folder.resolve("to"));
        SentenceVectors.carry("somewhere", folder, to);

        assertThat(to.resolve("1_Pooling/config.json"))
                .hasSameTextualContentAs(folder.resolve("1_Pooling/config.json"));
        assertThat(to.resolve("modules.json")).hasSameTextualContentAs(folder.resolve("modules.json"));
    }
}
