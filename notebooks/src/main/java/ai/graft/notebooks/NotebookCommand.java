package ai.graft.notebooks;

import ai.graft.finetune.cli.AddedCommand;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code graft notebook}: prepares Jupyter for notebooks in Java, or runs them without it. */
@Command(
        name = "notebook",
        description = "Prepare Jupyter for Graft's notebooks, or run them without it.",
        footer = {
            "",
            "Example: graft notebook --run notebooks/1-first-classifier.ipynb",
            "Ends with exit code 1 where a cell fails, naming notebook, cell and line."
        })
public final class NotebookCommand implements AddedCommand {
    private static final int CELL_FAILED = 1;

    /** Where {@code ./graft} lies; it says so itself. */
    private static final String LAUNCHER = "graft.launcher";

    @Option(
            names = "--kernel-dir",
            paramLabel = "D",
            description = "Folder that Jupyter searches; the user's own by default.")
    private Optional<Path> folder = Optional.empty();

    @Option(names = "--print", description = "Say where and what would be written, and write nothing.")
    private boolean print;

    @Option(names = "--run", paramLabel = "F", arity = "1..*", description = "Notebooks to run here and now.")
    private List<Path> run = List.of();

    @Option(names = "--serve", paramLabel = "F", hidden = true, description = "Be the kernel of this connection.")
    private Optional<Path> serve = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object on one line, for programs.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (serve.isPresent()) {
            GraftKernel.serve(serve.get());
            return 0;
        }
        return run.isEmpty() ? prepare() : runAll();
    }

    private int prepare() throws IOException {
        KernelSpec kernel = KernelSpec.ofLauncher(launcher());
        Path place = folder.orElseGet(NotebookCommand::userFolder);
        Path file = print ? KernelSpec.file(place) : kernel.write(place);
        if (json) {
            ObjectNode facts = JsonNodeFactory.instance.objectNode();
            facts.put("kernel", KernelSpec.NAME).put("file", file.toString()).put("written", !print);
            facts.set("spec", kernel.json());
            out().println(facts);
        } else if (print) {
            out().println(file);
            out().println(kernel.json().toPrettyString());
        } else {
            out().println("Wrote " + file + ".");
            out().println("Open the notebooks, with Python's Jupyter (Debian, Ubuntu: apt install jupyter-notebook):");
            folder.ifPresent(given -> out().println("  export JUPYTER_PATH=" + given));
            out().println("  jupyter notebook " + launcher().resolveSibling("notebooks"));
            out().println("Without Jupyter: ./graft notebook --run notebooks/1-first-classifier.ipynb");
        }
        return 0;
    }

    private static Path launcher() {
        return Optional.ofNullable(System.getProperty(LAUNCHER))
                .map(Path::of)
                .orElseThrow(() ->
                        new IllegalStateException("Jupyter starts the kernel by ./graft, but this Graft was started"
                                + " in another way. Run ./graft notebook."));
    }

    private static Path userFolder() {
        return KernelSpec.userFolder(
                System.getenv(), System.getProperty("os.name", ""), Path.of(System.getProperty("user.home")));
    }

    private int runAll() throws IOException {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        boolean failed = false;
        for (Path file : run) {
            Notebook notebook = Notebook.read(file);
            long start = System.nanoTime();
            Optional<String> failure = failure(notebook);
            double seconds = (System.nanoTime() - start) / 1e9;
            failed |= failure.isPresent();
            ObjectNode result = results.addObject().put("notebook", notebook.name());
            result.put("ok", failure.isEmpty()).put("seconds", seconds);
            failure.ifPresent(text -> result.put("failure", text));
            if (!json) {
                out().println(failure.orElse(
                        String.format(Locale.ROOT, "%s: all cells passed, %.0f s", notebook.name(), seconds)));
                out().flush();
            }
        }
        if (json) {
            out().println(JsonNodeFactory.instance.objectNode().set("notebooks", results));
        }
        return failed ? CELL_FAILED : 0;
    }

    private Optional<String> failure(Notebook notebook) {
        try {
            NotebookRunner.run(notebook, value -> {
                if (!json) {
                    out().println(value);
                    out().flush();
                }
            });
            return Optional.empty();
        } catch (NotebookException e) {
            return Optional.of(e.getMessage());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
