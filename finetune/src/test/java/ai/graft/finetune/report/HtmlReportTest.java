package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.AnswerSpan;
import ai.graft.datasets.Question;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.evaluate.RegressionEvaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.finetune.evaluate.SpanEvaluation;
import ai.graft.finetune.evaluate.SpanPredictions;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final String EVIL = "<script>alert('x')</script> & \"quoted\" \u0001 😀 </td>";
    private static final List<String> LABELS = List.of("<no>", "yes & more");

    private static SingleLabelEvaluation single() {
        return SingleLabelEvaluation.of(
                LABELS, new int[] {0, 1, 1, 0}, new float[][] {{.9f, .1f}, {.8f, .2f}, {.3f, .7f}, {.6f, .4f}});
    }

    private static History history() {
        History history = new History();
        for (int step = 1; step <= 120; step++) {
            Map<String, Double> validation = step % 40 == 0 ? Map.of("loss", 0.5, "accuracy", 0.75) : Map.of();
            history.append(new HistoryPoint(step, step / 120.0, 1e-4 * (1 - step / 120.0), 1.0 / step, validation));
        }
        return history;
    }

    private static String report(Evaluation evaluation, Optional<History> history) {
        int examples = evaluation.examples();
        List<String> texts = new ArrayList<>(IntStream.range(0, examples)
                .mapToObj(i -> "text " + i + " " + EVIL)
                .toList());
        int[] lengths = IntStream.range(0, examples).map(i -> 5 + 10 * i).toArray();
        return HtmlReport.text(new ReportFacts(
                "model " + EVIL,
                "single-label, 2 labels",
                "validation data",
                new JudgedTexts(evaluation, texts, lengths, 30),
                history,
                List.of(
                        new FactTable("Data", Map.of("trained on", "reviews.tsv " + EVIL)),
                        new FactTable("Environment", Map.of("threads", "2")))));
    }

    private static Document parse(String html) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    private static List<Element> elements(Document document, String tag) {
        NodeList nodes = document.getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<String> headings(Document document) {
        return elements(document, "h2").stream().map(Element::getTextContent).toList();
    }

    @Test
    void text_training_isWellFormedAndHasEverySection() throws Exception {
        Document document = parse(report(single(), Optional.of(history())));

        assertThat(headings(document))
                .containsExactly(
                        "Training",
                        "Confusion",
                        "Labels",
                        "Calibration",
                        "Length",
                        "Most confident mistakes",
                        "All metrics",
                        "Data",
                        "Environment");
        assertThat(elements(document, "svg")).hasSize(5); // loss, metric, learning rate; reliability, counts
    }

    @Test
    void text_everyChart_namesItsAxes() throws Exception {
        Document document = parse(report(single(), Optional.of(history())));

        assertThat(elements(document, "svg"))
                .allSatisfy(svg -> assertThat(names(svg)).hasSize(2).doesNotContain(""));
        assertThat(names(elements(document, "svg").get(0))).containsExactly("step", "loss");
    }

    private static List<String> names(Element svg) {
        NodeList texts = svg.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength())
                .mapToObj(i -> (Element) texts.item(i))
                .filter(text -> text.getAttribute("class").startsWith("name"))
                .map(Element::getTextContent)
                .toList();
    }

    @Test
    void text_markupInTextsAndLabels_isShownNotRun() throws Exception {
        String html = report(single(), Optional.empty());
        Document document = parse(html);

        assertThat(elements(document, "script")).isEmpty();
        assertThat(html).contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;");
        assertThat(elements(document, "h1").get(0).getTextContent())
                .isEqualTo("model " + EVIL.replace('\u0001', '\uFFFD'));
        assertThat(html).doesNotContain("<no>").contains("&lt;no&gt;", "yes &amp; more");
    }

    @Test
    void text_anyReport_fetchesNothing() {
        String html = report(single(), Optional.of(history()));

        assertThat(html).doesNotContain("http", "src=", "url(", "@import", "<link", "<script");
    }

    @Test
    void text_figures_areThoseOfTheEvaluation() throws Exception {
        String text =
                parse(report(single(), Optional.empty())).getDocumentElement().getTextContent();

        // 3 of 4 right; Wilson's interval of 3 in 4 by scipy.stats.binomtest(3, 4).proportion_ci(method='wilson')
        assertThat(text).contains("0.7500", "95 % interval 0.3006 to 0.9544");
        assertThat(text).contains("Tokens of a text, special tokens included: 5 to 35, median 15, mean 20.0");
        assertThat(text).contains("reads 30 at once; 1 of 4 texts are longer");
        assertThat(text).contains("true yes & more, predicted <no>").contains("0.8000");
    }

    @Test
    void text_mistakes_theSurestWithItsText() throws Exception {
        List<Element> mistakes = elements(parse(report(single(), Optional.empty())), "li").stream()
                .filter(item -> item.getTextContent().contains("predicted"))
                .toList();

        assertThat(mistakes).hasSize(1);
        assertThat(mistakes.get(0).getTextContent()).contains("text 1 ");
    }

    @Test
    void text_confusion_hasTrueLabelsInRows() throws Exception {
        Element matrix = elements(parse(report(single(), Optional.empty())), "table").stream()
                .filter(table -> table.getAttribute("class").equals("matrix"))
                .findFirst()
                .orElseThrow();
        NodeList cells = matrix.getElementsByTagName("td");

        assertThat(IntStream.range(0, 4).mapToObj(i -> cells.item(i).getTextContent()))
                .containsExactly("2100.0 %", "00.0 %", "150.0 %", "150.0 %");
    }

    @Test
    void text_manyLabels_listsPairsInPlaceOfAMatrix() throws Exception {
        List<String> labels = IntStream.range(0, 30).mapToObj(i -> "label " + i).toList();
        int[] gold = IntStream.range(0, 90).map(i -> i % 30).toArray();
        int[] predicted = gold.clone();
        predicted[7] = 8;
        predicted[37] = 8;
        Document document = parse(report(SingleLabelEvaluation.of(labels, gold, predicted), Optional.empty()));

        assertThat(headings(document)).contains("Most frequent confusions").doesNotContain("Calibration");
        assertThat(document.getDocumentElement().getTextContent()).contains("label 7label 8266.7 %");
    }

    @Test
    void text_multiLabel_showsThresholds() throws Exception {
        Evaluation evaluation = MultiLabelEvaluation.of(
                LABELS,
                new boolean[][] {{true, false}, {true, true}},
                new float[][] {{.9f, .1f}, {.4f, .7f}},
                List.of(0.3, 0.625));
        Document document = parse(report(evaluation, Optional.empty()));

        assertThat(headings(document)).contains("Labels", "Calibration").doesNotContain("Confusion");
        assertThat(document.getDocumentElement().getTextContent())
                .contains("0.6250", "every text was answered rightly");
    }

    @Test
    void text_regression_drawsTruthAgainstPrediction() throws Exception {
        Evaluation evaluation = RegressionEvaluation.of(new float[] {1, 2, 3}, new float[] {1, 2.5f, 5});
        Document document = parse(report(evaluation, Optional.empty()));

        assertThat(headings(document))
                .contains("Predictions", "Largest errors")
                .doesNotContain("Labels", "Calibration");
        assertThat(elements(document, "circle")).hasSize(3);
        assertThat(document.getDocumentElement().getTextContent()).contains("off by 2.0000");
    }

    /** "quick fox" against "fox": F1 2/3. */
    @Test
    void text_answersToQuestions_showsWhatTheyLack() throws Exception {
        List<Question> questions = List.of(
                Question.of("a", "q", "the fox", List.of(new AnswerSpan("fox", 4))),
                Question.of("b", "q", "the fox", List.of()));
        Map<String, String> answers = Map.of("a", "quick fox", "b", "fox");
        Evaluation evaluation = SpanEvaluation.of(questions, SpanPredictions.of(answers));
        Document document = parse(report(evaluation, Optional.empty()));

        assertThat(headings(document)).contains("Largest errors").doesNotContain("Labels", "Calibration");
        assertThat(document.getDocumentElement().getTextContent())
                .contains("F1 short by 1.0000true no answer, predicted fox")
                .contains("F1 short by 0.3333true fox, predicted quick fox");
    }

    @Test
    void text_oneStepOneExample_isStillWhole() throws Exception {
        History history = new History();
        history.append(HistoryPoint.of(1, 1, 1e-4, 0.7));
        Evaluation one = SingleLabelEvaluation.of(LABELS, new int[] {0}, new float[][] {{1, 0}});

        assertThat(report(one, Optional.of(history))).doesNotContain("NaN", "Infinity");
        assertThat(headings(parse(report(one, Optional.of(history))))).contains("Training");
    }

    @Test
    void escape_charactersThatXmlForbids_areReplaced() {
        String all = IntStream.range(0, 0x300).mapToObj(Character::toString).collect(Collectors.joining());
        String escaped = Html.escape(all + "\uD800 \uFFFE");

        assertThat(escaped.chars().filter(c -> c < 0x20 && c != '\t' && c != '\n' && c != '\r'))
                .isEmpty();
        assertThat(escaped).endsWith("\uFFFD \uFFFD");
    }
}
