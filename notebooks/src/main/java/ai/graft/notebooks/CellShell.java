package ai.graft.notebooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Evaluates the cells of one notebook with the JDK's JShell: what a cell declares, later ones see. Code runs in this process with its
 * class path, so that native libraries are loaded once. Of one thread; close it.
 *
 * <p>JShell takes snippets and not cells: a cell is cut into them, and their lines are counted so that a mistake has its line in the cell.
 */
final class CellShell implements AutoCloseable {
    /** What a cell need not import. */
    private static final List<String> IMPORTED =
            List.of("java.io.*", "java.nio.file.*", "java.util.*", "java.util.function.*", "java.util.stream.*");

    private final CellExecution execution = new CellExecution();
    private final JShell shell;
    private final SourceCodeAnalysis analysis;

    CellShell() {
        shell = JShell.builder().executionEngine(provider(execution), Map.of()).build();
        // At once: for every call, JShell would read all of it again.
        shell.addToClasspath(System.getProperty("java.class.path"));
        analysis = shell.sourceCodeAnalysis();
        IMPORTED.forEach(name -> run("import " + name + ";"));
    }

    private static ExecutionControlProvider provider(CellExecution execution) {
        return new ExecutionControlProvider() {
            @Override
            public String name() {
                return "cells";
            }

            @Override
            public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
                return execution;
            }
        };
    }

    /**
     * Runs a cell and gives the value of its last line where that is an expression without a semicolon.
     *
     * @throws CellException at the first thing that does not compile or throws; what stands before it has been run
     */
    Optional<Object> run(String code) {
        List<SnippetEvent> events = new ArrayList<>();
        Optional<Object> value = Optional.empty();
        String rest = code.stripLeading(); // JShell counts lines from the first that is not blank
        while (!rest.isEmpty()) {
            int line = 1 + lines(code, code.length() - rest.length());
            CompletionInfo info = analysis.analyzeCompletion(rest);
            if (info.completeness() == Completeness.EMPTY) {
                break; // comments
            }
            boolean incomplete = info.completeness() == Completeness.DEFINITELY_INCOMPLETE;
            String source = incomplete ? rest : info.source();
            List<SnippetEvent> these = shell.eval(source);
            for (SnippetEvent event : these) {
                require(event, source, line);
            }
            events.addAll(these);
            value = source.stripTrailing().endsWith(";") ? Optional.empty() : value(these);
            rest = incomplete ? "" : info.remaining().stripLeading();
        }
        requireResolved(events);
        return value;
    }

    private Optional<Object> value(List<SnippetEvent> events) {
        boolean expression = events.stream()
                .map(event -> event.snippet().subKind())
                .anyMatch(kind -> kind == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND
                        || kind == Snippet.SubKind.VAR_VALUE_SUBKIND
                        || kind == Snippet.SubKind.OTHER_EXPRESSION_SUBKIND);
        return expression ? execution.value() : Optional.empty();
    }

    private void require(SnippetEvent event, String source, int line) {
        if (event.status() == Snippet.Status.REJECTED) {
            Optional<Diag> first =
                    shell.diagnostics(event.snippet()).filter(Diag::isError).findFirst();
            int offset = (int) first.map(Diag::getPosition).orElse(0L).longValue();
            throw new CellException(
                    line + lines(source, offset), first.map(CellShell::message).orElse("does not compile"));
        }
        if (event.exception() != null) {
            Throwable thrown = execution.thrown().orElse(event.exception());
            throw new CellException(line - 1 + lineOf(event), thrown);
        }
    }

    /** Javac's messages go over several lines. */
    private static String message(Diag diag) {
        return diag.getMessage(null).lines().map(String::strip).collect(Collectors.joining(" "));
    }

    /** The deepest line of the snippet itself: a method of an earlier cell has lines of its own. */
    private static int lineOf(SnippetEvent event) {
        String own = "#" + event.snippet().id();
        return Stream.of(event.exception().getStackTrace())
                .filter(element -> own.equals(element.getFileName()))
                .findFirst()
                .map(StackTraceElement::getLineNumber)
                .orElse(1);
    }

    /** JShell lets a method name what is not there yet; at the end of a cell it must be. */
    private void requireResolved(List<SnippetEvent> events) {
        for (SnippetEvent event : events) {
            Snippet snippet = event.snippet();
            if (shell.status(snippet) == Snippet.Status.RECOVERABLE_DEFINED
                    || shell.status(snippet) == Snippet.Status.RECOVERABLE_NOT_DEFINED) {
                throw new CellException(
                        1,
                        snippet.source().lines().findFirst().orElse("") + " … needs what is not there: "
                                + String.join(", ", unresolved(snippet)));
            }
        }
    }

    private List<String> unresolved(Snippet snippet) {
        return snippet instanceof jdk.jshell.DeclarationSnippet declaration
                ? shell.unresolvedDependencies(declaration).toList()
                : List.of();
    }

    private static int lines(String text, int offset) {
        return (int) text.substring(0, Math.min(offset, text.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
    }

    /** How a beginning may go on, and where that begins. */
    record Suggestions(List<String> texts, int from) {}

    /** What could stand at a place of a cell. */
    Suggestions suggestions(String code, int at) {
        int[] anchor = {at};
        List<String> texts = analysis.completionSuggestions(code, at, anchor).stream()
                .map(SourceCodeAnalysis.Suggestion::continuation)
                .distinct()
                .sorted()
                .toList();
        return new Suggestions(texts, anchor[0]);
    }

    /** Whether a cell could be run as it stands. */
    boolean complete(String code) {
        return analysis.analyzeCompletion(code).completeness() != Completeness.DEFINITELY_INCOMPLETE;
    }

    @Override
    public void close() {
        shell.close();
    }
}
