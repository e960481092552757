package ai.graft.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading notebooks, and running them without Jupyter. */
class NotebookTest {
    private static final Path PLANTED = Path.of("src", "test", "resources", "planted-error.ipynb");

    @TempDir
    Path folder;

    @Test
    void read_cells_haveTheirKindNumberAndLines() throws IOException {
        Notebook notebook = Notebook.read(PLANTED);

        assertThat(notebook.name()).isEqualTo("planted-error.ipynb");
        assertThat(notebook.cells()).extracting(Cell::number).containsExactly(1, 2, 3, 4);
        assertThat(notebook.cells()).extracting(Cell::code).containsExactly(false, true, true, true);
        assertThat(notebook.cells().get(1).source()).isEqualTo("int rows = 3;\nrows + 1");
    }

    @Test
    void read_sourceAsOneText_isTheSame() throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.ipynb"),
                "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": \"a\\nb\"}]}");

        assertThat(Notebook.read(file).cells()).containsExactly(new Cell(1, true, "a\nb"));
    }

    @Test
    void read_whatIsNoNotebook_isRefusedByName() throws IOException {
        Path text = Files.writeString(folder.resolve("text.ipynb"), "hello");
        Path old = Files.writeString(folder.resolve("old.ipynb"), "{\"nbformat\": 3}");

        assertThatThrownBy(() -> Notebook.read(text)).hasMessageContaining("text.ipynb: is no notebook, which is JSON");
        assertThatThrownBy(() -> Notebook.read(old)).hasMessageContaining("old.ipynb: nbformat is 3, expected 4");
        assertThatThrownBy(() -> Notebook.read(folder.resolve("none.ipynb"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void run_aPlantedError_namesNotebookCellAndLineAndStopsThere() throws IOException {
        Notebook notebook = Notebook.read(PLANTED);
        List<Object> shown = new ArrayList<>();

        assertThatThrownBy(() -> NotebookRunner.run(notebook, shown::add))
                .isInstanceOf(NotebookException.class)
                .hasMessageStartingWith("planted-error.ipynb, cell 3, line 4: cannot find symbol")
                .hasMessageEndingWith("\n    colums + 1");
        assertThat(shown).containsExactly(4);
    }
}
