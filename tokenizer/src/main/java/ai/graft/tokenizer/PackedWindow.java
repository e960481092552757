package ai.graft.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Stretches of documents in one row of a language model's training: {@code [CLS] document [SEP] document [SEP]}. Each stretch
 * ends with a separator, so that boundaries can be seen; attention reaches over them, as in RoBERTa's pretraining (Liu et al.,
 * arXiv 1907.11692, "FULL-SENTENCES"). All arrays have the length S.
 *
 * <p>The arrays are neither copied in nor out, because millions of these are made: do not change them.
 *
 * @param inputIds the ids
 * @param words number of the word in this window, from 0; {@link #NONE} for special tokens
 * @param documents number of the document among those that were packed, from 0; {@link #NONE} for those between them
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, see above; equals compares contents
public record PackedWindow(int[] inputIds, int[] words, int[] documents) {
    /** No word, no document. */
    public static final int NONE = -1;

    /** Tokens, special ones included. */
    public int length() {
        return inputIds.length;
    }

    /** Words, 0 where every token is special. */
    public int wordCount() {
        return 1 + Arrays.stream(words).max().orElse(NONE);
    }

    /**
     * Packs documents in their order. A window is full, but for what a word more would take; a document that does not fit goes
     * on in the next window, and only a word that is longer than a window is cut itself. Documents without words are left out.
     *
     * @param maxLength most tokens of a window, special tokens included; 3 or more
     */
    static List<PackedWindow> pack(List<WordTokens> documents, int maxLength, int clsId, int sepId) {
        List<PackedWindow> windows = new ArrayList<>();
        Filling filling = new Filling(maxLength, clsId, sepId);
        for (int document = 0; document < documents.size(); document++) {
            WordTokens tokens = documents.get(document);
            int from = tokens.hasWords() ? 0 : tokens.length();
            while (from < tokens.length()) {
                int to = tokens.wordBoundary(from, from + filling.room());
                if (to == from && filling.isEmpty()) {
                    to = from + filling.room();
                }
                if (to > from) {
                    filling.add(tokens, from, to, document);
                    from = to;
                }
                if (from < tokens.length() || filling.room() < 1) {
                    filling.flushTo(windows);
                }
            }
        }
        filling.flushTo(windows);
        return windows;
    }

    /** A window while it is filled. */
    private static final class Filling {
        private final int maxLength;
        private final int sepId;
        private final int[] ids;
        private final int[] words;
        private final int[] documents;
        private int length = 1;
        private int wordCount;

        Filling(int maxLength, int clsId, int sepId) {
            this.maxLength = maxLength;
            this.sepId = sepId;
            this.ids = new int[maxLength];
            this.words = new int[maxLength];
            this.documents = new int[maxLength];
            ids[0] = clsId;
            words[0] = NONE;
            documents[0] = NONE;
        }

        boolean isEmpty() {
            return length == 1;
        }

        /** Tokens of one more document that find room beside its separator. */
        int room() {
            return maxLength - length - 1;
        }

        void add(WordTokens tokens, int from, int to, int document) {
            for (int i = from; i < to; i++) {
                boolean begins = i == from || tokens.words()[i] != tokens.words()[i - 1];
                boolean special = tokens.words()[i] == NONE;
                wordCount += begins && !special ? 1 : 0;
                put(tokens.inputIds()[i], special ? NONE : wordCount - 1, document);
            }
            put(sepId, NONE, NONE);
        }

        private void put(int id, int word, int document) {
            ids[length] = id;
            words[length] = word;
            documents[length] = document;
            length++;
        }

        /** Gives the window away where there is a word in it, and begins the next. */
        void flushTo(List<PackedWindow> windows) {
            if (wordCount > 0) {
                windows.add(new PackedWindow(
                        Arrays.copyOf(ids, length), Arrays.copyOf(words, length), Arrays.copyOf(documents, length)));
            }
            length = 1;
            wordCount = 0;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedWindow that
                && Arrays.equals(inputIds, that.inputIds)
                && Arrays.equals(words, that.words)
                && Arrays.equals(documents, that.documents);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(inputIds) + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return "PackedWindow[inputIds=" + Arrays.toString(inputIds) + ", words=" + Arrays.toString(words)
                + ", documents=" + Arrays.toString(documents) + "]";
    }
}
