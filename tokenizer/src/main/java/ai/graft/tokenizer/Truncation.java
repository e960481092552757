package ai.graft.tokenizer;

import java.util.Objects;

/**
 * How long an encoding may be, and which text gives way; tokens are cut off on the right, with {@link
 * Strategy#HEAD_TAIL} out of the middle.
 *
 * @param maxLength the most tokens, special tokens included; at least 1
 * @param strategy which text is cut
 */
public record Truncation(int maxLength, Strategy strategy) {

    /** Which text is cut when the two together are too long. */
    public enum Strategy {
        /** The longer text first, until both are equally long; the second keeps the odd token. */
        LONGEST_FIRST,
        /** Only the first text; refused where it cannot give enough and keep one token. */
        ONLY_FIRST,
        /** Only the second text; refused where it cannot give enough and keep one token. */
        ONLY_SECOND,
        /**
         * As {@link #LONGEST_FIRST}, but each text that is cut loses its middle: a quarter of what it may keep is its
         * beginning, the rest its end. Source: C. Sun et al., How to fine-tune BERT for text classification? (2019,
         * arXiv 1905.05583), section 5.3.1, where 128 and 382 of 510 tokens did best.
         */
        HEAD_TAIL,
        /** Nothing is cut. */
        NONE
    }

    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException when {@code maxLength} is below 1
     */
    public Truncation {
        Objects.requireNonNull(strategy, "strategy");
        if (maxLength < 1) {
            throw new IllegalArgumentException("maxLength is " + maxLength + ", it must be 1 or more");
        }
    }

    /**
     * Cuts nothing.
     *
     * @return the rule
     */
    public static Truncation none() {
        return new Truncation(Integer.MAX_VALUE, Strategy.NONE);
    }

    /**
     * Cuts the longer text first.
     *
     * @param maxLength the most tokens, special tokens included
     * @return the rule
     */
    public static Truncation longestFirst(int maxLength) {
        return new Truncation(maxLength, Strategy.LONGEST_FIRST);
    }

    /**
     * Cuts the first text only.
     *
     * @param maxLength the most tokens, special tokens included
     * @return the rule
     */
    public static Truncation onlyFirst(int maxLength) {
        return new Truncation(maxLength, Strategy.ONLY_FIRST);
    }

    /**
     * Cuts the second text only.
     *
     * @param maxLength the most tokens, special tokens included
     * @return the rule
     */
    public static Truncation onlySecond(int maxLength) {
        return new Truncation(maxLength, Strategy.ONLY_SECOND);
    }

    /**
     * Cuts the middle out, of the longer text first.
     *
     * @param maxLength the most tokens, special tokens included
     * @return the rule
     */
    public static Truncation headTail(int maxLength) {
        return new Truncation(maxLength, Strategy.HEAD_TAIL);
    }

    boolean exceededBy(int length) {
        return strategy != Strategy.NONE && length > maxLength;
    }
}
