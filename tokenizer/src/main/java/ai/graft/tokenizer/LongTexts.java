package ai.graft.tokenizer;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What becomes of texts that are longer than a model reads. */
public enum LongTexts {
    /** The beginning stays. */
    HEAD("were cut at the end"),
    /**
     * A quarter of what stays is the beginning, the rest the end. Source: C. Sun et al., How to fine-tune BERT for text
     * classification? (2019, arXiv 1905.05583), section 5.3.1.
     */
    HEAD_TAIL("lost their middle"),
    /**
     * The text is read in windows that share a quarter, and the mean of their logits is its answer. Since the last layer
     * of every head is linear, that is the mean pooling of windows of Sun et al.; and numbers are averaged like labels.
     * In training each window is an example with the text's label: so the model also learns to read what is no beginning.
     */
    WINDOWS("were read in windows");

    private final String fate;

    LongTexts(String fate) {
        this.fate = fate;
    }

    /**
     * Reads {@code head}, {@code head-tail} or {@code windows}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static LongTexts parse(String name) {
        return Arrays.stream(values())
                .filter(value -> value.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("long is '" + name + "', expected one of "
                        + Arrays.stream(values()).map(LongTexts::toString).collect(Collectors.joining(", "))));
    }

    /** What happened to long texts, as in "3 texts …". */
    String fate() {
        return fate;
    }

    /** The name that {@link #parse} reads. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
