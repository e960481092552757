package ai.graft.notebooks;

/** Code of a cell that does not compile, or threw. */
public final class CellException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;

    CellException(int line, String message) {
        super(message);
        this.line = line;
    }

    CellException(int line, String message, Throwable cause) {
        super(message, cause);
        this.line = line;
    }

    /** Line of the cell, from 1. */
    public int line() {
        return line;
    }
}
