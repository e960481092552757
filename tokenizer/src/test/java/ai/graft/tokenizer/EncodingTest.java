package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EncodingTest {

    /** {@code <cls> ab <sep> cd ef <sep>} over the texts "ab" and "cd ef". */
    private static final Encoding PAIR = new Encoding(
            new int[] {1, 5, 2, 6, 7, 2},
            new int[] {0, 0, 0, 1, 1, 1},
            List.of("<cls>", "ab", "<sep>", "cd", "ef", "<sep>"),
            new int[] {0, 0, 0, 0, 3, 0},
            new int[] {0, 2, 0, 2, 5, 0},
            new int[] {-1, 0, -1, 0, 1, -1},
            new int[] {-1, 0, -1, 1, 1, -1},
            new int[] {1, 0, 1, 0, 0, 1});

    @Test
    void tokensOf_wordAndPartsOfWords_tokensThatCoverThem() {
        assertThat(PAIR.tokensOf(1, 3, 5)).contains(new TokenSpan(4, 4));
        assertThat(PAIR.tokensOf(1, 1, 4)).contains(new TokenSpan(3, 4));
        assertThat(PAIR.tokensOf(0, 0, 2)).contains(new TokenSpan(1, 1));
    }

    @Test
    void tokensOf_stretchBeyondTheTokens_empty() {
        assertThat(PAIR.tokensOf(1, 3, 6)).isEmpty();
        assertThat(PAIR.tokensOf(2, 0, 1)).isEmpty();
        assertThatThrownBy(() -> PAIR.tokensOf(1, 3, 3)).hasMessageContaining("got start 3 and end 3");
    }

    @Test
    void new_unequalLengths_areListed() {
        int[] one = {0};
        assertThatThrownBy(() -> new Encoding(one, one, List.of(), one, one, one, one, one))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[1, 1, 0, 1, 1, 1, 1, 1]");
        assertThatThrownBy(() -> new TokenSpan(3, 2)).hasMessageContaining("got first 3 and last 2");
        assertThatThrownBy(() -> Truncation.longestFirst(0)).hasMessage("maxLength is 0, it must be 1 or more");
    }
}
