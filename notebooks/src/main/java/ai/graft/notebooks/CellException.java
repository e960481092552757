package ai.graft.notebooks;

import java.util.Arrays;

/**
 * Code of a cell that does not compile, or threw. The message begins with the line; the trace is the part of what was thrown that lies
 * above the cell, and nothing of who ran it.
 */
public final class CellException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What JShell calls the method that it puts the lines of a cell into. */
    private static final String CELL = "do_it$";

    private final int line;

    CellException(int line, String message) {
        super(text(line, message));
        this.line = line;
        setStackTrace(new StackTraceElement[0]);
    }

    CellException(int line, Throwable thrown) {
        super(text(line, thrown.toString()), thrown);
        this.line = line;
        setStackTrace(Arrays.stream(thrown.getStackTrace())
                .takeWhile(element -> !element.getMethodName().equals(CELL))
                .toArray(StackTraceElement[]::new));
    }

    private static String text(int line, String message) {
        return "line " + line + ": " + message;
    }

    /** Line of the cell, from 1. */
    public int line() {
        return line;
    }
}
