package ai.graft.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every notebook runs from its first cell to its last, without Jupyter. They train: some minutes in all. */
@Tag("slow")
class RunNotebooksTest {
    static List<Path> notebooks() {
        return StoredNotebooks.files();
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void run_allCells_pass(Path file) throws IOException {
        Notebook notebook = Notebook.read(file);
        List<Object> shown = new ArrayList<>();
        PrintStream before = System.out;
        try (PrintStream quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
            System.setOut(quiet);
            assertThatCode(() -> NotebookRunner.run(notebook, shown::add)).doesNotThrowAnyException();
        } finally {
            System.setOut(before);
        }
        assertThat(shown).hasSizeGreaterThan(5);
    }
}
