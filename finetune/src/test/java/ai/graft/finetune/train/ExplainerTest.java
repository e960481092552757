package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.explain.WordAttribution;
import ai.graft.tokenizer.TextInput;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A model for which one word tells good from bad. */
class ExplainerTest extends SavedReviews {
    private static final int STEPS = 50;

    private static Explanation explain(String text, Optional<String> label) {
        return model.explain(TextInput.of(text), label, STEPS);
    }

    /** The masks' logit comes of the text of masks itself: ids and positions are as they would be there. */
    @Test
    void explain_anyText_sumsUpToTheDifferenceFromMasks() {
        Explanation found = explain("the film was great", Optional.empty());
        double sum = found.words().stream().mapToDouble(WordAttribution::value).sum();
        float[] logits = model.logits(List.of(TextInput.of("the film was great")))[0];
        float[] masked = model.logits(List.of(TextInput.of("[MASK] [MASK] [MASK] [MASK]")))[0];

        assertThat(found.label()).isEqualTo("good");
        assertThat(found.logit()).isCloseTo(logits[1], within(1e-5));
        assertThat(found.baseline()).isCloseTo(masked[1], within(1e-5));
        assertThat(found.error()).isLessThan(0.02);
        assertThat(sum).isCloseTo(found.logit() - found.baseline(), within(0.02 * Math.abs(sum)));
        assertThat(found.cut()).isFalse();
    }

    private static double part(String text, int word, String label) {
        return explain(text, Optional.of(label)).words().get(word).value();
    }

    @Test
    void explain_tellingWord_speaksForItsLabelMoreThanAnother() {
        assertThat(explain("the film was great", Optional.empty())
                        .ranked()
                        .get(0)
                        .word())
                .isEqualTo("great");
        assertThat(part("this awful movie", 1, "bad")).isPositive().isGreaterThan(part("this great movie", 1, "bad"));
        assertThat(part("this great movie", 1, "bad")).isNegative();
    }

    @Test
    void explain_otherLabel_isSpokenAgainst() {
        Explanation found = explain("the film was great", Optional.of("bad"));

        assertThat(found.label()).isEqualTo("bad");
        assertThat(found.score()).isLessThan(0.5);
        assertThat(found.ranked().get(3).word()).isEqualTo("great");
        assertThat(found.ranked().get(3).value()).isNegative();
    }

    @Test
    void explain_pair_namesTheWordsOfBoth() {
        Explanation found = model.explain(TextInput.of("the film", "was great"), Optional.empty(), STEPS);

        assertThat(found.words()).extracting(WordAttribution::sequence).containsExactly(0, 0, 1, 1);
        assertThat(found.words()).extracting(WordAttribution::word).containsExactly("the", "film", "was", "great");
    }

    @Test
    void explain_longText_explainsWhatIsRead() {
        Explanation found = explain("film ".repeat(100), Optional.empty());

        assertThat(found.cut()).isTrue();
        assertThat(found.words()).hasSize(model.maxLength() - 2);
    }

    @Test
    void explain_wrongInput_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> explain("great", Optional.of("god")))
                .withMessage("label 'god' is not among those of the model, [bad, good]. Name one of them.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> explain(" ", Optional.empty()))
                .withMessageStartingWith("the text is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.explain(TextInput.of("great"), Optional.empty(), 0))
                .withMessageContaining("steps is 0");
    }
}
