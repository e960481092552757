package ai.graft.tokenizer;

import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Hides whole words for a masked language model: each word is chosen with the same probability, at least one a window. Of the
 * tokens of the chosen words 80 % become the mask token, 10 % a token drawn from the whole vocabulary without its special
 * tokens, and 10 % stay as they are (Devlin et al., arXiv 1810.04805, section 3.1; whole words: the README of their code).
 * Special tokens are neither chosen nor drawn. Made by {@link Tokenizer#wordMasking}; may be shared between threads.
 */
public final class WordMasking {
    private static final double HIDDEN = 0.8;
    private static final double REPLACED = 0.1;

    private final double share;
    private final int maskId;
    private final int vocabSize;
    private final Set<Integer> specialIds;

    WordMasking(double share, int maskId, int vocabSize, Set<Integer> specialIds) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "the share of masked words is " + share + ", it must lie between 0 and 1");
        }
        this.share = share;
        this.maskId = maskId;
        this.vocabSize = vocabSize;
        this.specialIds = Set.copyOf(specialIds);
    }

    /**
     * Hides words of a window.
     *
     * @param window one with a word in it
     * @param random decides which words, and what becomes of them
     */
    public MaskedIds mask(PackedWindow window, SplittableRandom random) {
        boolean[] chosen = choose(window.wordCount(), random);
        int[] ids = window.inputIds().clone();
        int[] places = new int[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            int word = window.words()[i];
            if (word != PackedWindow.NONE && chosen[word]) {
                ids[i] = replacement(ids[i], random);
                places[count++] = i;
            }
        }
        return new MaskedIds(new TokenIds(ids, new int[ids.length]), Arrays.copyOf(places, count));
    }

    private boolean[] choose(int words, SplittableRandom random) {
        boolean[] chosen = new boolean[words];
        boolean any = false;
        for (int word = 0; word < words; word++) {
            chosen[word] = random.nextDouble() < share;
            any |= chosen[word];
        }
        if (!any) {
            chosen[random.nextInt(words)] = true; // a window without a word to guess would teach nothing
        }
        return chosen;
    }

    private int replacement(int id, SplittableRandom random) {
        double drawn = random.nextDouble();
        if (drawn < HIDDEN) {
            return maskId;
        }
        return drawn < HIDDEN + REPLACED ? ordinaryToken(random) : id;
    }

    private int ordinaryToken(SplittableRandom random) {
        int id = random.nextInt(vocabSize);
        while (specialIds.contains(id)) {
            id = random.nextInt(vocabSize);
        }
        return id;
    }
}
