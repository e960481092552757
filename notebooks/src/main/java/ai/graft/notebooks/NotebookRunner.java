package ai.graft.notebooks;

import java.util.function.Consumer;

/** Runs notebooks without Jupyter: every cell of code in its order, in this process. The first that fails ends the run. */
public final class NotebookRunner {
    private NotebookRunner() {}

    /**
     * Runs a notebook in the process's working directory.
     *
     * @param shown is given what cells show, in their order
     * @throws NotebookException naming notebook, cell and line of what failed
     */
    public static void run(Notebook notebook, Consumer<Object> shown) {
        try (CellShell shell = new CellShell()) {
            for (Cell cell : notebook.cells()) {
                if (cell.code()) {
                    run(notebook, cell, shell, shown);
                }
            }
        }
    }

    private static void run(Notebook notebook, Cell cell, CellShell shell, Consumer<Object> shown) {
        try {
            shell.run(cell.source()).ifPresent(shown);
        } catch (CellException e) {
            String line = cell.source().lines().skip(e.line() - 1L).findFirst().orElse("");
            throw new NotebookException(
                    notebook.name() + ", cell " + cell.number() + ", " + e.getMessage() + "\n    " + line.strip(), e);
        }
    }
}
