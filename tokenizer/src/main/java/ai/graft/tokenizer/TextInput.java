package ai.graft.tokenizer;

import java.util.Objects;
import java.util.Optional;

/**
 * One text, or two that belong together (premise and hypothesis, question and context).
 *
 * @param text the first or only text
 * @param pair the second text; present and empty is not the same as absent
 */
public record TextInput(String text, Optional<String> pair) {

    /** Checks that nothing is null. */
    public TextInput {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(pair, "pair");
    }

    /**
     * Gives an input of one text.
     *
     * @param text the text
     * @return the input
     */
    public static TextInput of(String text) {
        return new TextInput(text, Optional.empty());
    }

    /**
     * Gives an input of two texts.
     *
     * @param text the first text
     * @param pair the second text
     * @return the input
     */
    public static TextInput of(String text, String pair) {
        return new TextInput(text, Optional.of(pair));
    }
}
