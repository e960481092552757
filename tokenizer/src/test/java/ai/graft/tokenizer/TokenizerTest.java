package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tokenizer of all-MiniLM-L6-v2, whose vocabulary is that of bert-base-uncased: the ids are well known. */
final class TokenizerTest {

    private static final String FACE = "\uD83D\uDE00";
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.fromJson(TestTokenizers.miniLmJson());
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void encode_helloWorld_idsTokensAndOffsetsOfBert() {
        Encoding found = tokenizer.encode("Hello, world!");
        assertThat(found.inputIds()).containsExactly(101, 7592, 1010, 2088, 999, 102);
        assertThat(found.tokens()).containsExactly("[CLS]", "hello", ",", "world", "!", "[SEP]");
        assertThat(found.starts()).containsExactly(0, 0, 5, 7, 12, 0);
        assertThat(found.ends()).containsExactly(0, 5, 6, 12, 13, 0);
        assertThat(found.wordIds()).containsExactly(-1, 0, 1, 2, 3, -1);
        assertThat(found.sequenceIds()).containsExactly(-1, 0, 0, 0, 0, -1);
        assertThat(found.specialTokensMask()).containsExactly(1, 0, 0, 0, 0, 1);
    }

    @Test
    void encode_pair_secondTextHasTypeOneAndOwnOffsets() {
        Encoding found = tokenizer.encode("hello", "world!");
        assertThat(found.inputIds()).containsExactly(101, 7592, 102, 2088, 999, 102);
        assertThat(found.tokenTypeIds()).containsExactly(0, 0, 0, 1, 1, 1);
        assertThat(found.sequenceIds()).containsExactly(-1, 0, -1, 1, 1, -1);
        assertThat(found.starts()).containsExactly(0, 0, 0, 0, 5, 0);
    }

    @Test
    void encode_fileThatPadsAndTruncatesTo128_doesNeither() {
        assertThat(tokenizer.encode("hello").length()).isEqualTo(3);
        assertThat(tokenizer.encode("hello ".repeat(500)).length()).isEqualTo(502);
    }

    @Test
    void encode_emojiBeforeWord_offsetsAreUtf16() {
        String text = FACE + FACE + " hello";
        Encoding found = tokenizer.encode(text, "x" + FACE + " world");
        int hello = found.tokens().indexOf("hello");
        int world = found.tokens().indexOf("world");
        assertThat(text.substring(found.starts()[hello], found.ends()[hello])).isEqualTo("hello");
        assertThat(found.starts()[hello]).isEqualTo(5);
        assertThat(found.starts()[world]).isEqualTo(4);
    }

    @Test
    void encode_loneSurrogates_countAsReplacementCharacterAndMoveNoOffset() {
        String lone = "a \uD83D hello \uDE00" + FACE + " world\uDE00\uD83D";
        String replaced = "a \uFFFD hello \uFFFD" + FACE + " world\uFFFD\uFFFD";
        assertThat(tokenizer.encode(lone)).isEqualTo(tokenizer.encode(replaced));
        Encoding found = tokenizer.encode(lone);
        int world = found.tokens().indexOf("world");
        assertThat(lone.substring(found.starts()[world], found.ends()[world])).isEqualTo("world");
        assertThat(tokenizer.encodeAll(List.of(TextInput.of(lone, lone)), Truncation.none()))
                .containsExactly(tokenizer.encode(replaced, replaced));
    }

    @Test
    void encode_emptyTexts_onlySpecialTokens() {
        assertThat(tokenizer.encode("").inputIds()).containsExactly(101, 102);
        assertThat(tokenizer.encode("", "").inputIds()).containsExactly(101, 102, 102);
        assertThat(tokenizer.encodeWithoutSpecialTokens("", Optional.empty()).length())
                .isZero();
    }

    @Test
    void encode_maxLengthBelowSpecialTokens_namesBoth() {
        assertThatThrownBy(() -> tokenizer.encode("hello", Optional.of("world"), Truncation.longestFirst(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxLength 2 is smaller than the 3 special tokens of a pair; raise maxLength");
        assertThatThrownBy(() -> tokenizer.ids("hello", Optional.empty(), Truncation.onlyFirst(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxLength 1 is smaller than the 2 special tokens of one text; raise maxLength");
        assertThatThrownBy(() -> tokenizer.windows("hello", "world", 2, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxLength 2 is smaller than the 3 special tokens");
    }

    @Test
    void encode_maxLengthOfSpecialTokens_onlySpecialTokens() {
        assertThat(tokenizer
                        .encode("hello", Optional.of("world"), Truncation.onlySecond(3))
                        .inputIds())
                .containsExactly(101, 102, 102);
    }

    @Test
    void encode_onlySecondWithoutPair_refusedWithWayOut() {
        assertThatThrownBy(() -> tokenizer.encode("a b c d", Optional.empty(), Truncation.onlySecond(4)))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("2 tokens too long for maxLength 4")
                .hasMessageContaining("there is none; use LONGEST_FIRST");
    }

    @Test
    void idsAll_refusalAmongMany_throwsAndTheTokenizerWorksOn() {
        List<TextInput> inputs = List.of(TextInput.of("a", "b"), TextInput.of("a b c d", "b"), TextInput.of("a", "b"));
        assertThatThrownBy(() -> tokenizer.idsAll(inputs, Truncation.onlySecond(6)))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("the second text has 1 tokens, but 2 must go to respect maxLength 6");
        assertThat(tokenizer.idsAll(inputs, Truncation.longestFirst(6))).hasSize(3);
    }

    @Test
    void encodeAll_singlesAndPairsMixed_keepOrder() {
        List<TextInput> inputs =
                List.of(TextInput.of("a"), TextInput.of("b", "c"), TextInput.of("d", ""), TextInput.of("e"));
        assertThat(tokenizer.idsAll(inputs, Truncation.none()))
                .extracting(ids -> ids.inputIds()[1])
                .containsExactly(1037, 1038, 1040, 1041);
        assertThat(tokenizer.idsAll(inputs, Truncation.none()))
                .extracting(TokenIds::length)
                .containsExactly(3, 5, 4, 3);
        assertThat(tokenizer.idsAll(List.of(), Truncation.none())).isEmpty();
    }

    @Test
    void windows_fourTokensOfRoomSharingOne_walkOverTheContext() {
        List<Encoding> windows = tokenizer.windows("q", "a b c d e f g h", 8, 1);
        assertThat(windows)
                .extracting(w -> String.join(" ", w.tokens()))
                .containsExactly(
                        "[CLS] q [SEP] a b c d [SEP]", "[CLS] q [SEP] d e f g [SEP]", "[CLS] q [SEP] g h [SEP]");
        assertThat(windows.get(2).starts()).containsExactly(0, 0, 0, 12, 14, 0);
    }

    @Test
    void windows_contextThatFits_oneWindowWhateverTheStride() {
        assertThat(tokenizer.windows("q", "a b", 8, 100)).containsExactly(tokenizer.encode("q", "a b"));
        assertThat(tokenizer.windows("q", "", 4, 0)).containsExactly(tokenizer.encode("q", ""));
    }

    @Test
    void windows_strideThatDoesNotFit_namesStrideAndRoom() {
        assertThatThrownBy(() -> tokenizer.windows("q r", "a b c d e f", 9, 4))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("stride 4 does not fit")
                .hasMessageContaining("maxLength 9 leaves 4 tokens for the context");
        assertThatThrownBy(() -> tokenizer.windows("q", "a", 9, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stride is -1");
    }

    @Test
    void windows_questionThatFillsEverything_namesBothLengths() {
        assertThatThrownBy(() -> tokenizer.windows("q r s t u", "a b", 8, 0))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("take 8 tokens")
                .hasMessageContaining("under maxLength 8");
    }

    @Test
    void specialIds_miniLm_areBerts() {
        assertThat(tokenizer.padId()).isZero();
        assertThat(tokenizer.unkId()).isEqualTo(OptionalInt.of(100));
        assertThat(tokenizer.clsId()).isEqualTo(OptionalInt.of(101));
        assertThat(tokenizer.sepId()).isEqualTo(OptionalInt.of(102));
        assertThat(tokenizer.maskId()).isEqualTo(OptionalInt.of(103));
        assertThat(tokenizer.vocabSize()).isEqualTo(30522);
    }

    @Test
    void decode_withAndWithoutSpecialTokens_textInLowerCase() {
        int[] ids = {101, 7592, 1010, 2088, 999, 102};
        assertThat(tokenizer.decode(ids, true)).isEqualTo("hello, world!");
        assertThat(tokenizer.decode(ids, false)).isEqualTo("[CLS] hello, world! [SEP]");
    }

    @Test
    void decode_idOutsideTheVocabulary_namesPlaceAndRange() {
        assertThatThrownBy(() -> tokenizer.decode(new int[] {101, 30522}, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ids[1] is 30522, outside the vocabulary, whose ids go from 0 to 30521");
        assertThatThrownBy(() -> tokenizer.decode(new int[] {-1}, true)).hasMessageContaining("ids[0] is -1");
    }

    @Test
    void close_twice_freesOnceAndLaterCallsSaySo() {
        int before = NativeTokenizer.openCount();
        Tokenizer closed = Tokenizer.fromJson(TestTokenizers.miniLmJson());
        assertThat(NativeTokenizer.openCount()).isEqualTo(before + 1);
        closed.close();
        closed.close();
        assertThat(NativeTokenizer.openCount()).isEqualTo(before);
        assertThatThrownBy(() -> closed.encode("hello"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the tokenizer is closed");
        assertThatThrownBy(() -> closed.decode(new int[] {101}, true)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void contextWindows_manyQuestions_areTheWindowsOfEach() {
        List<TextInput> questions = List.of(TextInput.of("q", "a b c d e f g h"), TextInput.of("why", "x y"));

        List<List<ContextWindow>> windows = tokenizer.contextWindows(questions, 8, 1);

        assertThat(windows).hasSize(2);
        List<Encoding> expected = tokenizer.windows("q", "a b c d e f g h", 8, 1);
        for (int i = 0; i < expected.size(); i++) {
            ContextWindow window = windows.get(0).get(i);
            assertThat(window.ids()).isEqualTo(expected.get(i).ids());
            assertThat(window.first()).isEqualTo(3); // [CLS] q [SEP]
            for (int start = 0; start < 15; start += 2) {
                assertThat(window.tokensOf(start, start + 1))
                        .isEqualTo(expected.get(i).tokensOf(1, start, start + 1));
            }
        }
        assertThat(windows.get(1)).hasSize(1);
    }

    @Test
    void contextWindows_emptyContext_haveNoTokensOfIt() {
        ContextWindow window = tokenizer
                .contextWindows(List.of(TextInput.of("q", "")), 8, 0)
                .get(0)
                .get(0);

        assertThat(window.starts()).isEmpty();
        assertThat(window.tokensOf(0, 1)).isEmpty();
    }

    @Test
    void contextWindows_questionThatLeavesNoRoom_isNamedByItsPlace() {
        List<TextInput> questions = List.of(TextInput.of("q", "a b c"), TextInput.of("q r s t u", "a b c d"));

        assertThatThrownBy(() -> tokenizer.contextWindows(questions, 8, 0))
                .isInstanceOfSatisfying(QuestionTooLongException.class, e -> {
                    assertThat(e.index()).isEqualTo(1);
                    assertThat(e.reason()).doesNotContain("questions[").contains("no room for the context");
                    assertThat(e.behind(512)).hasMessageStartingWith("questions[513]: the question and");
                });
        assertThatThrownBy(() -> tokenizer.contextWindows(List.of(TextInput.of("q")), 8, 0))
                .hasMessageContaining("questions[0] has no context");
    }
}
