package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SurveyTest {
    private final List<Example> rows = new ArrayList<>();

    private SurveyTest add(String text, String... labels) {
        rows.add(new Example(text, Optional.empty(), List.of(labels), rows.size() + 2));
        return this;
    }

    private Dataset data() {
        return Dataset.of("made up", rows);
    }

    @Test
    void duplicates_countLaterRows_blanksAtTheEndsAside() {
        add("one", "x").add("two", "y").add(" one ", "x").add("One", "x").add("one", "x");
        Survey survey = Survey.of(data());
        assertThat(survey.duplicates()).isEqualTo(new RowsFound(2, List.of(4, 6)));
        assertThat(survey.contradictions().count()).isZero();
        assertThat(survey.imbalance()).hasValue(4);
    }

    @Test
    void contradictions_countAllRowsOfTheText() {
        add("one", "x").add("two", "y").add("one", "y").add("one", "x").add("two");
        Survey survey = Survey.of(data());
        assertThat(survey.contradictions()).isEqualTo(new RowsFound(3, List.of(2, 4, 5)));
        assertThat(survey.unlabelled()).isEqualTo(new RowsFound(1, List.of(6)));
    }

    @Test
    void contradictions_sameLabelsInAnotherOrder_areNone() {
        add("one", "x", "y").add("one", "y", "x").add("two");
        Survey survey = Survey.of(data());
        assertThat(survey.contradictions().count()).isZero();
        assertThat(survey.unlabelled().count()).isZero();
    }

    @Test
    void pairs_areTheSameOnlyWhenBothTextsAre() {
        rows.add(new Example("a", Optional.of("b"), List.of("x"), 1));
        rows.add(new Example("a", Optional.of("c"), List.of("y"), 2));
        rows.add(new Example("a ", Optional.of("b "), List.of("x"), 3));
        assertThat(Survey.of(data()).duplicates()).isEqualTo(new RowsFound(1, List.of(3)));
    }

    @Test
    void overlap_countsRowsOfTheFirst() {
        add("one").add("two").add("one ").add("three");
        Dataset other = Dataset.of("other", List.of(new Example("one", Optional.empty(), List.of(), 1)));
        assertThat(Survey.overlap(data(), other)).isEqualTo(new RowsFound(2, List.of(2, 4)));
        assertThat(Survey.overlap(other, data())).isEqualTo(new RowsFound(1, List.of(1)));
    }

    @Test
    void found_manyRows_firstFiveAreNamed() {
        Collections.nCopies(8, "same").forEach(this::add);
        assertThat(Survey.of(data()).duplicates()).isEqualTo(new RowsFound(7, List.of(3, 4, 5, 6, 7)));
    }

    @Test
    void suspicious_eachKind_isFoundByItself() {
        for (int i = 0; i < 30; i++) {
            add("plain words, number " + i);
        }
        add("  ")
                .add("<br /> &nbsp; ...")
                .add("\u043f\u0440\u0438\u0432\u0435\u0442 ok")
                .add("a\u0007b")
                .add("caf\uFFFD");
        add("long ".repeat(500)).add("tab\tand\nline");
        Survey survey = Survey.of(data());
        assertThat(survey.suspicious())
                .containsExactly(
                        entry(Suspicion.EMPTY, new RowsFound(1, List.of(32))),
                        entry(Suspicion.MARKUP, new RowsFound(1, List.of(33))),
                        entry(Suspicion.SCRIPT, new RowsFound(1, List.of(34))),
                        entry(Suspicion.LENGTH, new RowsFound(1, List.of(37))),
                        entry(Suspicion.CONTROL, new RowsFound(2, List.of(35, 36))));
    }

    @Test
    void suspicious_textOfAMegabyte_isVeryLongWhateverTheOthersAre() {
        add("word ".repeat(1 << 18)).add("word ".repeat(1 << 18));
        assertThat(Survey.of(data()).suspicious())
                .containsOnly(entry(Suspicion.LENGTH, new RowsFound(2, List.of(2, 3))));
    }

    @Test
    void suspicious_evenMixOfScripts_isNone() {
        for (int i = 0; i < 5; i++) {
            add("words " + i).add("\u3053\u3093\u306b\u3061\u306f " + i).add("\u4f60\u597d " + i);
        }
        assertThat(Survey.of(data()).suspicious()).isEmpty();
    }
}
