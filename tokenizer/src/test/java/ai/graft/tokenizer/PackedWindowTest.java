package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents in windows; ids of bert-base-uncased: 101 [CLS], 102 [SEP], 7861 8270 4667 2015 em ##bed ##ding ##s. */
final class PackedWindowTest {
    private static Tokenizer tokenizer;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.fromJson(TestTokenizers.miniLmJson());
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void pack_shortDocuments_shareAWindowWithASeparatorBehindEach() {
        List<PackedWindow> windows = tokenizer.pack(List.of("hello world", "", "embeddings!"), 16);

        assertThat(windows)
                .containsExactly(new PackedWindow(
                        new int[] {101, 7592, 2088, 102, 7861, 8270, 4667, 2015, 999, 102},
                        new int[] {-1, 0, 1, -1, 2, 2, 2, 2, 3, -1},
                        new int[] {-1, 0, 0, -1, 2, 2, 2, 2, 2, -1}));
        assertThat(windows.get(0).wordCount()).isEqualTo(4);
    }

    /** Room for 5 tokens beside [CLS] and [SEP]: the word of four goes whole into the next window, with a count of its own. */
    @Test
    void pack_longDocument_goesOnInTheNextWindowBetweenWords() {
        List<PackedWindow> windows = tokenizer.pack(List.of("hello world embeddings hello"), 7);

        assertThat(windows)
                .containsExactly(
                        new PackedWindow(
                                new int[] {101, 7592, 2088, 102}, new int[] {-1, 0, 1, -1}, new int[] {-1, 0, 0, -1}),
                        new PackedWindow(
                                new int[] {101, 7861, 8270, 4667, 2015, 7592, 102},
                                new int[] {-1, 0, 0, 0, 0, 1, -1},
                                new int[] {-1, 0, 0, 0, 0, 0, -1}));
    }

    @Test
    void pack_wordLongerThanAWindow_isCut() {
        assertThat(tokenizer.pack(List.of("embeddings"), 5))
                .extracting(PackedWindow::inputIds)
                .containsExactly(new int[] {101, 7861, 8270, 4667, 102}, new int[] {101, 2015, 102});
    }

    /** Snowman and camel are no words of BERT: [UNK], 100. A document of nothing else is left out. */
    @Test
    void pack_specialTokensInTheText_belongToNoWord() {
        assertThat(tokenizer.pack(List.of("\u2603", "hello [MASK] world"), 16))
                .containsExactly(new PackedWindow(
                        new int[] {101, 7592, 103, 2088, 102}, new int[] {-1, 0, -1, 1, -1}, new int[] {-1, 1, 1, 1, -1
                        }));
        assertThat(tokenizer.pack(List.of("\u2603"), 16)).isEmpty();
    }

    @Test
    void pack_manyDocuments_loseNoTokenAndFillTheWindows() {
        List<String> documents = List.of(
                "the film was awful and the plot was worse than any other that we saw in this long year",
                "embeddings of unbelievable strangeness",
                "one");
        List<PackedWindow> windows = tokenizer.pack(documents, 12);

        List<Integer> packed = windows.stream()
                .flatMap(window -> Arrays.stream(window.inputIds()).boxed())
                .filter(id -> id != 101 && id != 102)
                .toList();
        List<Integer> whole = documents.stream()
                .flatMap(text -> Arrays.stream(tokenizer
                                .encodeWithoutSpecialTokens(text, Optional.empty())
                                .inputIds())
                        .boxed())
                .toList();
        assertThat(packed).isEqualTo(whole);
        assertThat(windows).allMatch(window -> window.length() <= 12);
        assertThat(windows.get(0).length()).isEqualTo(12);
    }

    /** A G with a dot is the space before a word in byte-level BPE. */
    @Test
    void pack_byteLevelBpe_wordsAreWhatSpacesDivide() throws IOException {
        Files.writeString(
                folder.resolve("vocab.json"),
                "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"<mask>\":4,\"a\":5,\"b\":6,\"\u0120\":7,\"\u0120a\":8}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n\u0120 a\n");
        try (Tokenizer bpe = Tokenizer.load(folder)) {
            assertThat(bpe.pack(List.of("ab ab"), 16))
                    .containsExactly(new PackedWindow(
                            new int[] {0, 5, 6, 8, 6, 2}, new int[] {-1, 0, 0, 1, 1, -1}, new int[] {-1, 0, 0, 0, 0, -1
                            }));
        }
    }

    @Test
    void pack_noRoom_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.pack(List.of("hello"), 2))
                .withMessage(
                        "maxLength 2 leaves no room for a word beside the special tokens; raise maxLength to 3 or more");
    }

    @Test
    void wordMasking_tokenizerWithoutMask_namesTheMissingToken() throws IOException {
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\nhello\n");
        try (Tokenizer without = Tokenizer.load(folder)) {
            assertThatThrownBy(() -> without.wordMasking(0.15))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("there is no mask_token in this tokenizer")
                    .hasMessageContaining("tokenizer_config.json");
        }
    }
}
