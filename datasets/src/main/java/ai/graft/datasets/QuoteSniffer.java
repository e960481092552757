package ai.graft.datasets;

import java.io.BufferedReader;
import java.io.IOException;

/**
 * Tells whether the double quotes of a TSV file are quoting.
 *
 * <p>They are if some cell starts with a quote, each such cell is well-formed (closed just before a tab or line end, quotes
 * inside doubled) and no other cell holds a quote, since whoever quotes cells quotes those. Even then they are not if some
 * quoted cell spans lines while the plain lines all have the same number of tabs: then two bare quotes far apart would swallow
 * the rows between them.
 */
final class QuoteSniffer {
    private enum State {
        CELL_START,
        PLAIN,
        QUOTED,
        QUOTE_IN_QUOTED
    }

    private State state = State.CELL_START;
    private boolean wellFormed = true;
    private boolean anyQuoted;
    private boolean anyAcrossLines;
    private final LineWidths widths = new LineWidths();

    private QuoteSniffer() {}

    /** Reads the whole file: one bare quote in the last row decides. */
    static boolean isQuoted(SourceFile file) {
        QuoteSniffer sniffer = new QuoteSniffer();
        try (BufferedReader reader = file.open()) {
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                sniffer.accept((char) c);
            }
        } catch (IOException e) {
            throw file.unreadable(e);
        }
        return sniffer.decide();
    }

    private boolean decide() {
        boolean swallowing = anyAcrossLines && widths.isTable();
        return anyQuoted && wellFormed && state != State.QUOTED && !swallowing;
    }

    private void accept(char c) {
        widths.accept(c);
        state = switch (state) {
            case CELL_START -> c == '"' ? startQuoted() : plain(c);
            case PLAIN -> plain(c);
            case QUOTED -> quoted(c);
            case QUOTE_IN_QUOTED -> c == '"' ? State.QUOTED : afterQuoted(c);
        };
    }

    private State startQuoted() {
        anyQuoted = true;
        return State.QUOTED;
    }

    private State quoted(char c) {
        anyAcrossLines |= c == '\n' || c == '\r';
        return c == '"' ? State.QUOTE_IN_QUOTED : State.QUOTED;
    }

    private State plain(char c) {
        wellFormed &= c != '"';
        return isCellEnd(c) ? State.CELL_START : State.PLAIN;
    }

    private State afterQuoted(char c) {
        wellFormed &= isCellEnd(c);
        return State.CELL_START;
    }

    private static boolean isCellEnd(char c) {
        return c == '\t' || c == '\n' || c == '\r';
    }
}
