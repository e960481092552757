package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which positions stay, worked out by hand: [CLS] a… [SEP], or [CLS] a… [SEP] b… [SEP]. */
class CutTest {

    /** Positions: 0 is [CLS], 1 to {@code tokens} the text, then [SEP]. */
    private static Cut text(int tokens) {
        int[] ids = new int[tokens + 2];
        ids[0] = -1;
        ids[tokens + 1] = -1;
        return new Cut(ids);
    }

    private static Cut pair(int first, int second) {
        int[] ids = new int[first + second + 3];
        Arrays.fill(ids, first + 2, first + 2 + second, 1);
        ids[0] = -1;
        ids[first + 1] = -1;
        ids[first + second + 2] = -1;
        return new Cut(ids);
    }

    @Test
    void truncate_headTail512_is128And382OfTheText() {
        // The division of Sun et al.
        int[] kept = text(1000).truncate(Truncation.headTail(512), false);

        assertThat(kept).hasSize(512);
        assertThat(Arrays.copyOf(kept, 129))
                .containsExactly(IntStream.rangeClosed(0, 128).toArray());
        assertThat(kept[129]).isEqualTo(1000 - 382 + 1);
        assertThat(kept[510]).isEqualTo(1000);
        assertThat(kept[511]).isEqualTo(1001);
    }

    @Test
    void truncate_headTail_keepsAQuarterAndTheEnd() {
        // 8 places: 2 of the beginning, 6 of the end of 12 tokens.
        assertThat(text(12).truncate(Truncation.headTail(10), false)).containsExactly(0, 1, 2, 7, 8, 9, 10, 11, 12, 13);
    }

    @Test
    void truncate_headTailOfShortText_keepsAll() {
        assertThat(text(3).truncate(Truncation.headTail(10), false)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void truncate_headTailOfPair_cutsOnlyTheLonger() {
        // 8 places: 2 for the second text, which has no more; 6 for the first: 2 of its beginning, 4 of its end.
        assertThat(pair(10, 2).truncate(Truncation.headTail(11), true))
                .containsExactly(0, 1, 2, 7, 8, 9, 10, 11, 12, 13, 14);
    }

    @Test
    void truncate_longestFirstOfPair_secondKeepsTheOddToken() {
        assertThat(pair(6, 6).truncate(Truncation.longestFirst(8), true)) // 5 places: 2 and 3
                .containsExactly(0, 1, 2, 7, 8, 9, 10, 14);
    }

    @Test
    void windowsOverLonger_elevenTokensFourAtATime_lastEndsWithTheText() {
        // A quarter of 4 is shared: windows start at tokens 1, 4, 7, and the last at 8 instead of 10.
        assertThat(text(11).windowsOverLonger(6)).isDeepEqualTo(new int[][] {
            {0, 1, 2, 3, 4, 12}, {0, 4, 5, 6, 7, 12}, {0, 7, 8, 9, 10, 12}, {0, 8, 9, 10, 11, 12}
        });
    }

    @Test
    void windowsOverLonger_shortText_isOneWindowOfAll() {
        assertThat(text(4).windowsOverLonger(6)).isDeepEqualTo(new int[][] {{0, 1, 2, 3, 4, 5}});
    }

    @Test
    void windowsOverLonger_oneTokenAtATime_movesOn() {
        assertThat(text(3).windowsOverLonger(3)).isDeepEqualTo(new int[][] {{0, 1, 4}, {0, 2, 4}, {0, 3, 4}});
    }

    @Test
    void windowsOverLonger_pairWithLongSecond_firstStandsBeforeEach() {
        // 6 places, 2 of them for the first text: windows of 4 over the 6 tokens 4 to 9 behind [SEP] at 3.
        assertThat(pair(2, 6).windowsOverLonger(9))
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3, 4, 5, 6, 7, 10}, {0, 1, 2, 3, 6, 7, 8, 9, 10}});
    }

    @Test
    void windowsOverLonger_pairWithLongFirst_secondStandsBehindEach() {
        assertThat(pair(6, 2).windowsOverLonger(9))
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3, 4, 7, 8, 9, 10}, {0, 3, 4, 5, 6, 7, 8, 9, 10}});
    }

    @Test
    void windowsOverLonger_bothLong_shorterIsCutToHalfTheRoom() {
        int[][] windows = pair(5, 7).windowsOverLonger(9); // 6 places: 3 of the first, windows of 3 over the second

        assertThat(windows[0]).containsExactly(0, 1, 2, 3, 6, 7, 8, 9, 14);
        assertThat(windows[windows.length - 1]).containsExactly(0, 1, 2, 3, 6, 11, 12, 13, 14);
    }
}
