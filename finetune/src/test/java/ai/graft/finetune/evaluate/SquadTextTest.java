package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.graft.datasets.AnswerSpan;
import ai.graft.datasets.Question;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected values are those of the functions of {@code evaluate-v2.0.py} and {@code evaluate-v1.1.py} under Python 3.11. */
class SquadTextTest {
    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("The Cat", "cat"),
                Arguments.of("an Apple a day", "apple day"),
                Arguments.of("Theodore Anand", "theodore anand"),
                Arguments.of("the a an", ""),
                Arguments.of("...", ""),
                Arguments.of("", ""),
                Arguments.of("U.S.", "us"),
                Arguments.of("$1,000.50", "100050"),
                Arguments.of("the-end", "theend"), // punctuation goes first
                Arguments.of("a.n. Other", "other"),
                Arguments.of("x_the_y", "xthey"),
                Arguments.of("don't", "dont"),
                Arguments.of("don\u2019t", "don\u2019t"), // curly quotes are no ASCII
                Arguments.of("\u201cquoted\u201d", "\u201cquoted\u201d"),
                Arguments.of("ISTANBUL İ ı", "istanbul i\u0307 ı"),
                Arguments.of("Straße ẞ", "straße ß"),
                Arguments.of("ΟΔΟΣ ΑΣ1 1Σ", "οδος ας1 1σ"), // Java alone would write ασ1
                Arguments.of("Β\u2019Σ", "β\u2019ς"),
                Arguments.of("北京 the 大学", "北京 大学"),
                Arguments.of("the大学", "the大学"),
                Arguments.of("théâtre the", "théâtre"),
                Arguments.of("a\u0301", "\u0301"), // a mark is no part of a word in Python
                Arguments.of("the\u02B0", "the\u02B0"),
                Arguments.of("½ the²", "½ the²"),
                Arguments.of("Ａ the", "ａ"),
                Arguments.of("\uD83D\uDE42the\uD83D\uDE42", "\uD83D\uDE42 \uD83D\uDE42"),
                Arguments.of("\uD835\uDC00a", "\uD835\uDC00a"), // a letter beyond U+FFFF
                Arguments.of("a\u200Bthe", "\u200B"),
                Arguments.of("\u00A0a\u3000b\u2003c", "b c"),
                Arguments.of("\u001Fa\u001Cq\u0085w", "q w"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void normalise_anyScript_isWhatPythonMakesOfIt(String answer, String expected) {
        assertThat(SquadText.normalise(answer)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "the cat sat, cat sat down, 0.8, 0.8, 0", // 2 words in common of 2 and 3
        "a b b, b b b, 0.8, 0.8, 0",
        "The U.S., us, 1, 1, 1",
        "'', the, 1, 0, 1",
        "x, '', 0, 0, 0",
        "x, y, 0, 0, 0",
    })
    void f1AndExact_ofBothVersions_areThoseOfTheScripts(
            String gold, String predicted, double f1, double f1Before, double exact) {
        assertThat(SquadVersion.V2_0.f1(gold, predicted)).isEqualTo(f1);
        assertThat(SquadVersion.V1_1.f1(gold, predicted)).isEqualTo(f1Before);
        assertThat(SquadVersion.V2_0.exact(gold, predicted)).isEqualTo(exact);
        assertThat(SquadVersion.V1_1.exact(gold, predicted)).isEqualTo(exact);
    }

    @Test
    void golds_thatNormaliseToNothing_countInVersion11Only() {
        Question question =
                Question.of("1", "q", "the cat.", List.of(new AnswerSpan("the", 0), new AnswerSpan("cat", 4)));
        Question point = Question.of("1", "q", "the cat.", List.of(new AnswerSpan(".", 7)));

        assertThat(SquadVersion.V1_1.golds(question)).containsExactly("the", "cat");
        assertThat(SquadVersion.V2_0.golds(question)).containsExactly("cat");
        assertThat(SquadVersion.V2_0.golds(point)).containsExactly("");
    }

    @Test
    void ofTitle_knowsBoth() {
        assertThat(SquadVersion.ofTitle("1.1")).isEqualTo(SquadVersion.V1_1);
        assertThat(SquadVersion.ofTitle(SquadVersion.V2_0.title())).isEqualTo(SquadVersion.V2_0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SquadVersion.ofTitle("2"))
                .withMessage("the version of SQuAD is '2', expected 1.1 or 2.0");
    }
}
