package ai.graft.datasets;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The columns that the caller asked for.
 *
 * @param text columns of the text, in the order in which they are joined; empty if the caller did not say
 * @param textPair column of the second text, if the caller said
 * @param label column of the label, if the caller said
 */
record Wanted(List<String> text, Optional<String> textPair, Optional<String> label) {
    private static final int LONGEST = 3;

    Wanted {
        text = List.copyOf(text);
    }

    /** Text, second text if there are three, label. */
    static Wanted inShort(SourceFile file, ReadOptions options) {
        List<String> columns = options.columns();
        boolean both = options.wanted().names().findAny().isPresent();
        if (both || columns.size() > LONGEST) {
            throw file.error(
                    "columns " + columns + " mean text, second text and label in that order, so at most 3 can be given,"
                            + " and none by withText, withTextPair or withLabel besides. Give one or the other.");
        }
        return new Wanted(
                List.of(columns.get(0)),
                columns.size() == LONGEST ? Optional.of(columns.get(1)) : Optional.empty(),
                columns.size() > 1 ? Optional.of(columns.get(columns.size() - 1)) : Optional.empty());
    }

    /** All of them. */
    Stream<String> names() {
        return Stream.concat(text.stream(), Stream.concat(textPair.stream(), label.stream()));
    }
}
