package ai.graft.datasets;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Which columns hold what.
 *
 * @param text columns of the text, one at least
 * @param textPair column of the second text
 * @param label column of the label
 */
record Roles(List<Integer> text, OptionalInt textPair, OptionalInt label) {
    Roles {
        text = List.copyOf(text);
    }

    /** The least number of cells that a row needs. */
    int width() {
        int last = text.stream().mapToInt(column -> column).max().orElseThrow();
        return 1 + IntStream.of(last, textPair.orElse(0), label.orElse(0)).max().orElseThrow();
    }

    /** The text of a row, given its cells by column: one cell as it is, several that are not blank joined with blanks. */
    String joined(IntFunction<String> cell) {
        if (text.size() == 1) {
            return cell.apply(text.get(0));
        }
        List<String> filled = text.stream()
                .map(cell::apply)
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
        return String.join(" ", filled);
    }
}
