package ai.graft.tokenizer;

import java.util.Arrays;
import java.util.Set;

/**
 * The tokens of one text without the special ones around it, and the word that each belongs to: the pieces that the
 * tokenizer cuts a text into before it looks at its vocabulary.
 *
 * <p>The arrays are neither copied in nor out: do not change them.
 *
 * @param inputIds the ids
 * @param words number of each token's word, ascending; {@link PackedWindow#NONE} for special tokens that the text itself holds
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, never compared
record WordTokens(int[] inputIds, int[] words) {

    /** Reads an encoding with special tokens around one text. */
    static WordTokens read(NativeTokenizer.NativeEncoding found, Set<Integer> specialIds) {
        int[] ids = found.ids().inputIds();
        int[] words = found.wordIds();
        int[] texts = found.sequenceIds();
        int[] keptIds = new int[ids.length];
        int[] keptWords = new int[ids.length];
        int length = 0;
        for (int i = 0; i < ids.length; i++) {
            if (texts[i] == 0) {
                keptIds[length] = ids[i];
                keptWords[length] = specialIds.contains(ids[i]) ? PackedWindow.NONE : words[i];
                length++;
            }
        }
        return new WordTokens(Arrays.copyOf(keptIds, length), Arrays.copyOf(keptWords, length));
    }

    int length() {
        return inputIds.length;
    }

    boolean hasWords() {
        for (int word : words) {
            if (word != PackedWindow.NONE) {
                return true;
            }
        }
        return false;
    }

    /** The last place up to {@code most} that a word begins at, or the text's end; {@code from} where there is none behind it. */
    int wordBoundary(int from, int most) {
        if (most >= length()) {
            return length();
        }
        int to = most;
        while (to > from && words[to] == words[to - 1] && words[to] != PackedWindow.NONE) {
            to--;
        }
        return Math.max(from, to);
    }
}
