package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @TempDir
    Path folder;

    @Test
    void writeCsv_someEvaluations_readsBackWithTheSameBits() throws IOException {
        History history = new History();
        history.append(HistoryPoint.of(1, 0.1, 1.0 / 3e5, 0.7));
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", 0.5);
        metrics.put("accuracy", 0.1 + 0.2);
        history.append(new HistoryPoint(2, 0.2, 1e-5, Double.NaN, metrics));
        history.append(new HistoryPoint(10, 1, 0, 0.25, Map.of("macro_f1", 1.0)));
        Path csv = folder.resolve("history.csv");

        history.writeCsv(csv);

        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.get(0))
                .isEqualTo(
                        "step,epoch,learning_rate,train_loss,validation_loss,validation_accuracy,validation_macro_f1");
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).startsWith("1,0.1,").endsWith(",0.7,,,");
        assertThat(Double.parseDouble(lines.get(1).split(",", -1)[2])).isEqualTo(1.0 / 3e5);
        assertThat(lines.get(2)).isEqualTo("2,0.2,1.0E-5,NaN,0.5,0.30000000000000004,");
        assertThat(lines.get(3)).isEqualTo("10,1.0,0.0,0.25,,,1.0");
    }

    @Test
    void writeCsv_metricNameWithComma_isQuoted() throws IOException {
        History history = new History();
        history.append(new HistoryPoint(1, 0.1, 0, 0, Map.of("f1, \"strict\"", 1.0)));
        Path csv = folder.resolve("history.csv");

        history.writeCsv(csv);

        assertThat(Files.readString(csv)).contains("train_loss,\"validation_f1, \"\"strict\"\"\"\n");
    }

    @Test
    void append_stepNotAbove_isRefused() {
        History history = new History();
        history.append(HistoryPoint.of(5, 0.5, 0, 0));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> history.append(HistoryPoint.of(5, 0.5, 0, 0)))
                .withMessageStartingWith("step 5 follows step 5 in the history. Append steps in ascending order");
        assertThat(history.points()).hasSize(1);
    }

    @Test
    void point_notFinite_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HistoryPoint.of(1, 0.5, Double.NaN, 0))
                .withMessageContaining("learning rate NaN");
    }
}
