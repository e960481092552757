package ai.graft.notebooks;

import ai.graft.notebooks.show.Figure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.jspecify.annotations.Nullable;

/** A kernel of Jupyter for Java: the protocol is jjava-jupyter's, cells are evaluated by a {@link CellShell} in this process. */
final class GraftKernel extends BaseKernel {
    /** No magics: a line beginning with % is Java's business. */
    private static final String NEVER = "(?!)";

    private final CellShell shell = new CellShell();

    /** That which runs a cell, while one is run. */
    private final AtomicReference<@Nullable Thread> running = new AtomicReference<>();

    GraftKernel() {
        super(
                "graft",
                "1",
                new LanguageInfo.Builder("Java")
                        .version(Integer.toString(Runtime.version().feature()))
                        .mimetype("text/x-java-source")
                        .fileExtension(".jshell")
                        .pygments("java")
                        .codemirror("java")
                        .build(),
                List.of(),
                null,
                new JupyterIO(StandardCharsets.UTF_8),
                new CommManager(),
                new Renderer(),
                new MagicParser(NEVER, NEVER, new MagicTranspiler()),
                new MagicsRegistry(),
                false,
                new StringStyler.Builder().build());
    }

    /**
     * Serves until Jupyter ends the connection.
     *
     * @param connection the file that Jupyter wrote for this kernel
     * @throws IOException where it cannot be read, or names a way to sign that Java does not have
     */
    static void serve(Path connection) throws IOException {
        try {
            JupyterConnection jupyter =
                    new JupyterConnection(KernelConnectionProperties.parse(Files.readString(connection)));
            new GraftKernel().becomeHandlerForConnection(jupyter);
            jupyter.connect();
            jupyter.waitUntilClose();
        } catch (GeneralSecurityException e) {
            throw new IOException(connection + ": " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Object evalRaw(String code) {
        return shell.run(code).orElse(null);
    }

    @Override
    public @Nullable DisplayData eval(String code) {
        running.set(Thread.currentThread());
        try {
            return shell.run(code).map(GraftKernel::display).orElse(null);
        } finally {
            running.set(null);
            Thread.interrupted(); // what came too late is not for the next cell
        }
    }

    /** Interrupts the thread of the cell: what sleeps, waits or predicts ends; a training goes on to its end. */
    @Override
    public void interrupt() {
        Thread thread = running.get();
        if (thread != null) {
            thread.interrupt();
        }
    }

    private static DisplayData display(Object value) {
        DisplayData data = new DisplayData(value.toString());
        if (value instanceof Figure figure) {
            data.putHTML(figure.page());
        }
        return data;
    }

    /** The message with its line, and the trace of what was thrown; not what called the cell. */
    @Override
    public List<String> formatError(Throwable thrown) {
        if (!(thrown instanceof CellException failed)) {
            return super.formatError(thrown);
        }
        List<String> lines = new ArrayList<>(List.of(String.valueOf(failed.getMessage())));
        Stream.of(failed.getStackTrace()).map(element -> "\tat " + element).forEach(lines::add);
        return lines;
    }

    @Override
    public @Nullable DisplayData inspect(String code, int at, boolean extra) {
        return null;
    }

    @Override
    public ReplacementOptions complete(String code, int at) {
        CellShell.Suggestions suggestions = shell.suggestions(code, at);
        return new ReplacementOptions(suggestions.texts(), suggestions.from(), at);
    }

    @Override
    public String isComplete(String code) {
        return shell.complete(code) ? IS_COMPLETE_YES : IS_COMPLETE_MAYBE;
    }

    @Override
    public void onShutdown(boolean restart) {
        shell.close();
        super.onShutdown(restart);
    }
}
