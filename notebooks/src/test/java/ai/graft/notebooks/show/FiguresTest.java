package ai.graft.notebooks.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.finetune.evaluate.Interval;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.model.task.FoundAnswer;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** Figures are well-formed, escape what they are given, and keep their styles to themselves. */
class FiguresTest {
    private static Figure wellFormed(Figure figure) throws Exception {
        String document = "<div>" + figure.html() + "</div>";
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(document)));
        return figure;
    }

    @Test
    void answer_marksTheStretchOfTheText() throws Exception {
        String context = "A < B. The mayor is Ada & Co.";
        FoundAnswer found = new FoundAnswer("Ada & Co", 20, 28, 0.9, -3, List.of(), 12);

        assertThat(wellFormed(Figures.answer("Who?", context, found)).html())
                .contains("A &lt; B. The mayor is <mark>Ada &amp; Co</mark>.")
                .contains("probability 0.90");
    }

    @Test
    void answer_withoutOne_saysSoAndMarksNothing() throws Exception {
        FoundAnswer none = new FoundAnswer("", -1, -1, 0.75, 3, List.of(), 12);

        assertThat(wellFormed(Figures.answer("Who?", "A text.", none)).html())
                .contains("no answer in this text, probability 0.75")
                .doesNotContain("<mark>");
    }

    @Test
    void table_numbersAndTexts_areWrittenForPeople() throws Exception {
        Figure table = Figures.table(List.of("a", "b", "c"), List.of(List.of(1234567, 0.12345, "x < y")));

        assertThat(wellFormed(table).html()).contains("<td>1,234,567</td><td>0.123</td><td>x &lt; y</td>");
    }

    @Test
    void intervals_areDrawnFromLowToHigh() throws Exception {
        Figure chart = Figures.intervals(
                "T",
                "accuracy",
                List.of(new Measured("one", 0.5, new Interval(0, 1)), new Measured("two", 1, new Interval(1, 1))));

        // The axis goes from 190 to 550 for 0 to 1.
        assertThat(wellFormed(chart).html())
                .contains("x1=\"190.0\" y1=\"13\" x2=\"550.0\"", "cx=\"370.0\" cy=\"13\"", "cx=\"550.0\" cy=\"39\"");
        assertThatThrownBy(() -> Figures.intervals("T", "x", List.of())).hasMessageContaining("1 value or more");
    }

    @Test
    void histogram_countsEachValue() throws Exception {
        Figure chart = Figures.charts(Figures.histogram("H", "tokens", new int[] {1, 1, 3}));

        assertThat(wellFormed(chart).html()).contains("<rect").contains("aria-label=\"H\"");
    }

    @Test
    void evaluation_withProbabilities_hasItsFigures() throws Exception {
        var evaluation = SingleLabelEvaluation.of(
                List.of("no", "yes"), new int[] {0, 1, 1}, new float[][] {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.6f, 0.4f}});

        wellFormed(
                Figures.confusion(evaluation).above(Figures.labels(evaluation)).above(Figures.calibration(evaluation)));
    }

    @Test
    void style_everyRule_isHeldToTheScope() {
        assertThat(ScopedStyle.scoped(
                        ":root { a: b }\n@media (x) {\n  body { c: d }\n  p, h1 a { e: f; }\n}\ntable { g: h }"))
                .isEqualToIgnoringWhitespace(
                        ".graft { a: b } @media (x) { .graft { c: d } .graft p, .graft h1 a { e: f; } } .graft table { g: h }");
        assertThat(new Figure("<p>a</p>").page())
                .startsWith("<div class=\"graft\"><style>")
                .doesNotContain("\nbody {");
    }
}
