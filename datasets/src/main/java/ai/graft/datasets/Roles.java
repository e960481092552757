package ai.graft.datasets;

import java.util.OptionalInt;

/**
 * Which columns hold what.
 *
 * @param text column of the text
 * @param textPair column of the second text
 * @param label column of the label
 */
record Roles(int text, OptionalInt textPair, OptionalInt label) {
    /** The least number of cells that a row needs. */
    int width() {
        return 1 + Math.max(text, Math.max(textPair.orElse(0), label.orElse(0)));
    }
}
