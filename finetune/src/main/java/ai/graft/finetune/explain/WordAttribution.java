package ai.graft.finetune.explain;

/**
 * A word of a text and what it carried of a prediction.
 *
 * @param sequence 0 for the first text, 1 for the second of a pair
 * @param start UTF-16 index in its text, and {@code end} that behind it
 * @param word the word as it stands there
 * @param value what its tokens added to the logit, in the logit's unit; below 0 they spoke against the label
 */
public record WordAttribution(int sequence, int start, int end, String word, double value) {
    /** Whether it holds a letter or a digit, and so is no mark of punctuation. */
    public boolean isSpoken() {
        return word.codePoints().anyMatch(Character::isLetterOrDigit);
    }
}
