package ai.graft.finetune.explain;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.tokenizer.Encoding;
import ai.graft.tokenizer.TextInput;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
    /** Tokens with their sequences, -1 for special ones, and offsets. */
    private static Encoding encoding(int[] sequences, int[] starts, int[] ends) {
        int n = sequences.length;
        return new Encoding(
                new int[n], new int[n], Collections.nCopies(n, "t"), starts, ends, new int[n], sequences, new int[n]);
    }

    @Test
    void of_piecesOfAWord_areSummed() {
        // [CLS] do ##n ' t stop ! [SEP]
        Encoding encoding =
                encoding(new int[] {-1, 0, 0, 0, 0, 0, 0, -1}, new int[] {0, 0, 2, 3, 4, 6, 10, 0}, new int[] {
                    0, 2, 3, 4, 5, 10, 11, 0
                });

        List<WordAttribution> words =
                Words.of(TextInput.of("don't stop!"), encoding, new double[] {9, 1, 2, 4, 8, 16, 32, 9});

        assertThat(words)
                .containsExactly(
                        new WordAttribution(0, 0, 5, "don't", 15),
                        new WordAttribution(0, 6, 10, "stop", 16),
                        new WordAttribution(0, 10, 11, "!", 32));
        assertThat(words).extracting(WordAttribution::isSpoken).containsExactly(true, true, false);
    }

    @Test
    void of_tokenThatBringsItsBlank_belongsToTheWordBehindIt() {
        Encoding encoding = encoding(new int[] {0, 0}, new int[] {0, 1}, new int[] {1, 6});

        assertThat(Words.of(TextInput.of("a film"), encoding, new double[] {1, 2}))
                .containsExactly(new WordAttribution(0, 0, 1, "a", 1), new WordAttribution(0, 2, 6, "film", 2));
    }

    @Test
    void of_pairCutAndWideCharacters_keepsWhatWasRead() {
        // the second text was cut behind its first word
        Encoding encoding = encoding(new int[] {0, 1}, new int[] {0, 0}, new int[] {2, 3});

        assertThat(Words.of(TextInput.of("😀", "yes no"), encoding, new double[] {1, 2}))
                .containsExactly(new WordAttribution(0, 0, 2, "😀", 1), new WordAttribution(1, 0, 3, "yes", 2));
    }
}
