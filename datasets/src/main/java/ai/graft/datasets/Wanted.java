package ai.graft.datasets;

import java.util.List;
import java.util.Optional;

/**
 * The columns that the caller asked for.
 *
 * @param text column of the text, if the caller said
 * @param textPair column of the second text, if the caller said
 * @param label column of the label, if the caller said
 */
record Wanted(Optional<String> text, Optional<String> textPair, Optional<String> label) {
    private static final int LONGEST = 3;

    static Wanted separately(ReadOptions options) {
        return new Wanted(options.text(), options.textPair(), options.label());
    }

    /** Text, second text if there are three, label. */
    static Wanted inShort(SourceFile file, ReadOptions options) {
        List<String> columns = options.columns();
        boolean both = options.text().isPresent()
                || options.textPair().isPresent()
                || options.label().isPresent();
        if (both || columns.size() > LONGEST) {
            throw file.error(
                    "columns " + columns + " mean text, second text and label in that order, so at most 3 can be given,"
                            + " and none by withText, withTextPair or withLabel besides. Give one or the other.");
        }
        return new Wanted(
                Optional.of(columns.get(0)),
                columns.size() == LONGEST ? Optional.of(columns.get(1)) : Optional.empty(),
                columns.size() > 1 ? Optional.of(columns.get(columns.size() - 1)) : Optional.empty());
    }
}
