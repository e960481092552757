package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleStreamTest {
    private static final ReadOptions TEXTS = ReadOptions.defaults().withLabelled(false);
    private static final int ROWS = 20_000;

    @TempDir
    Path folder;

    private Path generated(int brokenRow) throws IOException {
        Path file = folder.resolve("big.csv");
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            writer.write("id,text\n");
            for (int i = 1; i <= ROWS; i++) {
                writer.write(i == brokenRow ? i + "\n" : i + ",some words of row " + i + "\n");
            }
        }
        return file;
    }

    @Test
    void next_brokenRowFarDown_rowsBeforeItAreGivenFirst() throws IOException {
        try (ExampleStream rows = ExampleStream.open(generated(15_000), TEXTS)) {
            assertThat(rows.description()).isEqualTo("read as CSV, quoting, header");
            assertThat(rows.next(10_000)).hasSize(10_000);
            List<Example> last = rows.next(10_000);
            assertThat(last).hasSize(4_999);
            assertThat(last.get(4_998).text()).isEqualTo("some words of row 14999");
            assertThatThrownBy(() -> rows.next(10_000))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("big.csv, row 15001: 1 cell, expected 2 (id, text)");
        }
    }

    @Test
    void next_rowsGivenBefore_areNotKept() throws IOException {
        List<WeakReference<Example>> given = new ArrayList<>();
        try (ExampleStream rows = ExampleStream.open(generated(0), TEXTS)) {
            for (List<Example> group = rows.next(500); !group.isEmpty(); group = rows.next(500)) {
                group.forEach(row -> given.add(new WeakReference<>(row)));
            }
            System.gc();
            long held = given.stream().filter(row -> row.get() != null).count();
            assertThat(given).hasSize(ROWS);
            assertThat(held).isLessThanOrEqualTo(500);
            assertThat(rows.next()).isEmpty();
        }
    }
}
