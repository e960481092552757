package ai.graft.finetune.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.task.Prediction;
import ai.graft.tokenizer.TextInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeletionCurveTest {
    private static final String TEXT = "great a b c d e f g h i .";

    /** A text of ten words and a mark, in which the words carried 10, 9 and so on. */
    private static Explanation explanation() {
        List<WordAttribution> words = new ArrayList<>();
        int at = 0;
        double value = 10;
        for (String word : TEXT.split(" ")) {
            words.add(new WordAttribution(0, at, at + word.length(), word, word.equals(".") ? 99 : value--));
            at += word.length() + 1;
        }
        return new Explanation(TextInput.of(TEXT), "good", 0.9, 2, 0, words, 0, 50, false);
    }

    /** Sees the one word, and nothing else. */
    private static List<Prediction> model(List<TextInput> texts) {
        return texts.stream()
                .map(text -> {
                    double good = text.text().contains("great") ? 0.9 : 0.1;
                    return new Prediction("good", good, Map.of("good", good, "bad", 1 - good));
                })
                .toList();
    }

    @Test
    void of_modelOfOneWord_fallsAtOnceByRankAndSlowlyByChance() {
        List<Explanation> texts = List.of(explanation(), explanation(), explanation(), explanation());

        DeletionCurve curve = DeletionCurve.of(texts, DeletionCurveTest::model, 1);

        assertThat(curve.points()).hasSize(6);
        assertThat(curve.points().get(0).ranked()).isCloseTo(0.9, within(1e-12));
        assertThat(curve.points().get(0).random()).isCloseTo(0.9, within(1e-12));
        assertThat(curve.points().get(1).ranked()).isCloseTo(0.1, within(1e-12)); // the mark is left alone
        assertThat(curve.points().get(1).random()).isBetween(0.5, 0.9); // a tenth of the draws hit it
        assertThat(curve.points().get(1).ahead().low()).isPositive();
        assertThat(DeletionCurve.of(texts, DeletionCurveTest::model, 1)).isEqualTo(curve);
    }

    @Test
    void of_halfOfTheWords_deletesFive() {
        List<TextInput> seen = new ArrayList<>();
        DeletionCurve.of(
                List.of(explanation()),
                texts -> {
                    seen.addAll(texts);
                    return model(texts);
                },
                1);

        assertThat(seen.get(5 * 6).text().replace(" ", "")).isEqualTo("efghi.");
    }

    @Test
    void of_noText_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeletionCurve.of(List.of(), DeletionCurveTest::model, 1))
                .withMessage("a curve needs 1 text or more, got none");
    }
}
