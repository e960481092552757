package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.config.ModelConfig;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids by the place of a word in {@link TinyCheckpoint}'s vocabulary: [CLS] is 2, [SEP] 3, the letters a to h 34 to 41. */
class TokenizedTextsTest {
    private static final List<TextInput> TEXTS =
            List.of(TextInput.of("a b"), TextInput.of("a b c d e f g h"), TextInput.of("a b c d"));

    @TempDir
    static Path folder;

    private static Tokenizer tokenizer;
    private static ModelConfig model;

    @BeforeAll
    static void open() {
        Path directory = TinyCheckpoint.write(folder.resolve("tiny"));
        tokenizer = Tokenizer.load(directory);
        model = Checkpoint.open(directory).config().model();
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static TokenizedTexts texts(LongTexts beyond) {
        return TokenizedTexts.of(TEXTS, tokenizer, model, new LengthLimit(6, beyond));
    }

    @Test
    void of_head_keepsTheBeginning() {
        TokenizedTexts texts = texts(LongTexts.HEAD);

        assertThat(texts.row(1).inputIds()).containsExactly(2, 34, 35, 36, 37, 3);
        assertThat(texts.lengths()).containsExactly(4, 6, 6);
        assertThat(texts.wholeLengths()).containsExactly(4, 10, 6);
        assertThat(texts.tooLong()).isEqualTo(1);
    }

    @Test
    void of_headTail_keepsAQuarterAndTheEnd() {
        assertThat(texts(LongTexts.HEAD_TAIL).row(1).inputIds()).containsExactly(2, 34, 39, 40, 41, 3);
    }

    @Test
    void of_windows_areRowsOfTheirText() {
        TokenizedTexts texts = texts(LongTexts.WINDOWS);

        assertThat(texts.texts()).isEqualTo(3);
        assertThat(texts.rows()).isEqualTo(5);
        assertThat(texts.row(1).inputIds()).containsExactly(2, 34, 35, 36, 37, 3);
        assertThat(texts.row(2).inputIds()).containsExactly(2, 37, 38, 39, 40, 3);
        assertThat(texts.row(3).inputIds()).containsExactly(2, 38, 39, 40, 41, 3);
        assertThat(texts.owners(new int[] {4, 3, 0, 1})).containsExactly(2, 1, 0, 1);
        assertThat(texts.tooLong()).isEqualTo(1);
    }

    @Test
    void note_saysHowManyAndWhatBecameOfThem() {
        assertThat(new LengthLimit(6, LongTexts.WINDOWS).note(1, 3))
                .isEqualTo("1 of 3 texts are longer than 6 tokens and were read in windows");
        assertThat(new LengthLimit(6, LongTexts.HEAD_TAIL).note(2000, 3000))
                .isEqualTo("2,000 of 3,000 texts are longer than 6 tokens and lost their middle");
        assertThat(new LengthLimit(6, LongTexts.HEAD).note(0, 3)).isEqualTo("none of 3 texts is longer than 6 tokens");
    }

    @Test
    void parse_names_readBackAndOthersAreRefused() {
        for (LongTexts value : LongTexts.values()) {
            assertThat(LongTexts.parse(value.toString())).isEqualTo(value);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LongTexts.parse("tail"))
                .withMessage("long is 'tail', expected one of head, head-tail, windows");
    }
}
