package ai.graft.finetune.report;

import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.explain.WordAttribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Explanations as one HTML file: each text with its words in colour, green for the label and red against it. */
public final class ExplanationPage {
    private static final String FOOTER =
            "Integrated gradients of the label's logit from a text of masks to the text. A word's number, which shows where the"
                    + " pointer rests on it, is what its tokens added to the logit; the numbers of a text sum up to the"
                    + " difference but for the error.";

    private ExplanationPage() {}

    /**
     * Writes the page in UTF-8. Replaces an existing file.
     *
     * @param model its name
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, String model, List<Explanation> explanations) throws IOException {
        Files.writeString(file, text(model, explanations), StandardCharsets.UTF_8);
    }

    static String text(String model, List<Explanation> explanations) {
        StringBuilder body = new StringBuilder();
        explanations.forEach(explanation -> body.append(section(explanation)));
        String subtitle = "Which words carried its answers · " + Html.count(explanations.size())
                + (explanations.size() == 1 ? " text" : " texts");
        return HtmlPage.text(model, subtitle, body.toString(), FOOTER);
    }

    /** One text in its colours. */
    static String section(Explanation explanation) {
        String second = explanation
                .input()
                .pair()
                .map(pair -> words(pair, 1, explanation))
                .orElse("");
        String facts = String.format(
                Locale.ROOT,
                "logit %.3f, with all words masked %.3f; %d steps, error %.2f %%%s",
                explanation.logit(),
                explanation.baseline(),
                explanation.steps(),
                100 * explanation.error(),
                explanation.cut() ? "; longer than the model reads at once: the rest is not judged" : "");
        return Html.section(
                String.format(Locale.ROOT, "%s, %.3f", explanation.label(), explanation.score()),
                words(explanation.input().text(), 0, explanation) + second + "<p class=\"muted\">" + Html.escape(facts)
                        + "</p>\n");
    }

    /** The text as it stands, its words in spans. */
    private static String words(String text, int sequence, Explanation explanation) {
        StringBuilder html = new StringBuilder("<p class=\"words\">");
        double largest = explanation.largest();
        int at = 0;
        for (WordAttribution word : explanation.words()) {
            if (word.sequence() == sequence) {
                html.append(Html.escape(text.substring(at, word.start()))).append(span(word, largest));
                at = word.end();
            }
        }
        return html.append(Html.escape(text.substring(at))).append("</p>\n").toString();
    }

    private static String span(WordAttribution word, double largest) {
        return String.format(
                Locale.ROOT,
                "<span class=\"%s\" style=\"--depth:%.2f\" title=\"%+.3f\">%s</span>",
                word.value() < 0 ? "against" : "for",
                largest == 0 ? 0 : Math.abs(word.value()) / largest,
                word.value(),
                Html.escape(word.word()));
    }
}
