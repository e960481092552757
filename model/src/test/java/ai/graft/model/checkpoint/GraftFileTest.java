package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraftFileTest {
    private static final Task.OfText NO_YES = new Task.SingleLabel(List.of("no", "yes"));

    @TempDir
    Path folder;

    private GraftFile file(String entries) throws IOException {
        Files.writeString(folder.resolve(GraftFile.NAME), "{\"format\": 1" + entries + "}");
        return GraftFile.read(folder);
    }

    @Test
    void apply_temperature_isOfSingleLabelTasksAlone() throws IOException {
        GraftFile file = file(", \"temperature\": 1.5");
        Task.OfText topics = new Task.MultiLabel(List.of("no", "yes"));

        assertThat(file.apply(NO_YES)).isEqualTo(new Task.SingleLabel(List.of("no", "yes"), 1.5));
        assertThat(file.apply(topics)).isEqualTo(topics);
    }

    @Test
    void apply_noTemperature_leavesTheTaskAsItIs() throws IOException {
        assertThat(file("").apply(NO_YES)).isEqualTo(NO_YES);
        assertThat(GraftFile.read(folder.resolve("none")).apply(NO_YES)).isEqualTo(NO_YES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-2.0", "\"warm\"", "null"})
    void apply_temperatureThatIsNone_refusedWithTheFile(String value) throws IOException {
        GraftFile file = file(", \"temperature\": " + value);

        assertThatThrownBy(() -> file.apply(NO_YES))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(
                        folder.resolve("graft.json") + ": a single-label task needs a temperature above 0, got ");
    }
}
