package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is hidden, how often, and what stands in its place. */
final class WordMaskingTest {
    private static final int MASK = 4;
    private static final int VOCAB = 1000;
    private static final Set<Integer> SPECIAL = Set.of(0, 1, 2, 3, MASK);
    private static final WordMasking MASKING = new WordMasking(0.15, MASK, VOCAB, SPECIAL);

    /** 200 windows of 100 words of one to three tokens, special tokens between them. */
    private static final List<PackedWindow> WINDOWS = windows();

    private static List<PackedWindow> windows() {
        SplittableRandom random = new SplittableRandom(7);
        return IntStream.range(0, 200).mapToObj(i -> window(random)).toList();
    }

    private static PackedWindow window(SplittableRandom random) {
        int[] ids = new int[512];
        int[] words = new int[512];
        int length = 0;
        for (int word = 0; word < 100; word++) {
            for (int piece = random.nextInt(3); piece >= 0; piece--) {
                ids[length] = 5 + random.nextInt(VOCAB - 5);
                words[length++] = word;
            }
            ids[length] = 3;
            words[length++] = PackedWindow.NONE;
        }
        return new PackedWindow(Arrays.copyOf(ids, length), Arrays.copyOf(words, length), new int[length]);
    }

    /** Five standard deviations of a binomial: one run in two million would fail by chance, were the seed not fixed. */
    private static void assertShare(long hits, long of, double share) {
        double limit = 5 * Math.sqrt(share * (1 - share) / of);
        assertThat(hits / (double) of).isCloseTo(share, within(limit));
    }

    @Test
    void mask_manyWindows_hidesTheShareOfWordsWhole() {
        SplittableRandom random = new SplittableRandom(1);
        long words = 0;
        for (PackedWindow window : WINDOWS) {
            MaskedIds masked = MASKING.mask(window, random);
            Set<Integer> chosen = new TreeSet<>();
            Arrays.stream(masked.places()).forEach(place -> chosen.add(window.words()[place]));
            assertThat(chosen).isNotEmpty().doesNotContain(PackedWindow.NONE);
            long tokens = Arrays.stream(window.words()).filter(chosen::contains).count();
            assertThat(masked.places()).as("every token of a chosen word").hasSize((int) tokens);
            words += chosen.size();
        }
        assertShare(words, 200 * 100, 0.15);
    }

    @Test
    void mask_chosenTokens_are80HiddenTenReplacedTenKept() {
        SplittableRandom random = new SplittableRandom(2);
        long all = 0;
        long hidden = 0;
        long kept = 0;
        for (PackedWindow window : WINDOWS) {
            MaskedIds masked = MASKING.mask(window, random);
            for (int place : masked.places()) {
                all++;
                int id = masked.ids().inputIds()[place];
                hidden += id == MASK ? 1 : 0;
                kept += id == window.inputIds()[place] ? 1 : 0;
                assertThat(id == MASK || !SPECIAL.contains(id))
                        .as("a special token drawn")
                        .isTrue();
            }
        }
        assertShare(hidden, all, 0.8);
        assertShare(kept, all, 0.1 + 0.1 / (VOCAB - 5)); // now and then the token itself is drawn
        assertShare(all - hidden - kept, all, 0.1);
    }

    @Test
    void mask_otherTokens_stayAndTheWindowIsNotTouched() {
        PackedWindow window = WINDOWS.get(0);
        int[] before = window.inputIds().clone();
        MaskedIds masked = MASKING.mask(window, new SplittableRandom(3));

        assertThat(window.inputIds()).isEqualTo(before);
        for (int i = 0; i < before.length; i++) {
            if (Arrays.binarySearch(masked.places(), i) < 0) {
                assertThat(masked.ids().inputIds()[i]).isEqualTo(before[i]);
            }
        }
        assertThat(masked.ids().tokenTypeIds()).containsOnly(0).hasSameSizeAs(before);
    }

    @Test
    void mask_sameSeed_sameWords_otherSeed_otherWords() {
        PackedWindow window = WINDOWS.get(0);

        assertThat(MASKING.mask(window, new SplittableRandom(5)))
                .isEqualTo(MASKING.mask(window, new SplittableRandom(5)));
        assertThat(MASKING.mask(window, new SplittableRandom(5)))
                .isNotEqualTo(MASKING.mask(window, new SplittableRandom(6)));
    }

    @Test
    void mask_oneWord_isAlwaysHidden() {
        PackedWindow window = new PackedWindow(new int[] {2, 9, 3}, new int[] {-1, 0, -1}, new int[] {-1, 0, -1});
        for (int seed = 0; seed < 20; seed++) {
            assertThat(MASKING.mask(window, new SplittableRandom(seed)).places())
                    .containsExactly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1, Double.NaN})
    void share_outOfRange_isRefused(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WordMasking(share, MASK, VOCAB, SPECIAL))
                .withMessageContaining("" + share);
    }
}
