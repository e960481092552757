package ai.graft.finetune.cli;

import ai.graft.finetune.explain.DeletionCurve;
import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.explain.WordAttribution;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Explanations for people and for programs. */
final class ExplanationOutput {
    /** Words that carried less than this share of the largest one's part are printed without a number. */
    private static final double TOLD = 0.1;

    private static final double STRONG = 0.5;
    private static final String RESET = "\u001b[0m";

    private ExplanationOutput() {}

    /** Two lines and more: the label, then the text, its words in colour where a person looks on, else with their parts. */
    static String text(Explanation explanation, boolean colour) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s %.3f  (logit %.3f, all words masked %.3f; %d steps, error %.2f %%)%n",
                explanation.label(),
                explanation.score(),
                explanation.logit(),
                explanation.baseline(),
                explanation.steps(),
                100 * explanation.error()));
        text.append(line(explanation.input().text(), 0, explanation, colour));
        explanation.input().pair().ifPresent(pair -> text.append(line(pair, 1, explanation, colour)));
        return text.toString();
    }

    private static String line(String text, int sequence, Explanation explanation, boolean colour) {
        StringBuilder line = new StringBuilder("  ");
        int at = 0;
        for (WordAttribution word : explanation.words()) {
            if (word.sequence() == sequence) {
                double size = Math.abs(word.value()) / explanation.largest();
                line.append(text, at, word.start()).append(size >= TOLD ? told(word, size, colour) : word.word());
                at = word.end();
            }
        }
        return line.append(text.substring(at)).append(System.lineSeparator()).toString();
    }

    private static String told(WordAttribution word, double size, boolean colour) {
        if (!colour) {
            return String.format(Locale.ROOT, "%s(%+.2f)", word.word(), word.value());
        }
        String paint = word.value() < 0 ? "31" : "32"; // red, green
        return "\u001b[" + (size >= STRONG ? "1;7;" : "") + paint + "m" + word.word() + RESET;
    }

    static ObjectNode json(Explanation explanation) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("text", explanation.input().text());
        explanation.input().pair().ifPresent(pair -> json.put("pair", pair));
        json.put("label", explanation.label())
                .put("score", explanation.score())
                .put("logit", explanation.logit())
                .put("baseline_logit", explanation.baseline())
                .put("error", explanation.error())
                .put("steps", explanation.steps())
                .put("cut", explanation.cut());
        ArrayNode words = json.putArray("words");
        for (WordAttribution word : explanation.words()) {
            words.addObject()
                    .put("word", word.word())
                    .put("sequence", word.sequence())
                    .put("start", word.start())
                    .put("end", word.end())
                    .put("value", word.value());
        }
        return json;
    }

    static String text(DeletionCurve curve) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Mean score of the label over %,d texts where words are deleted%n%n%-8s %8s %8s   %s%n",
                curve.texts(),
                "deleted",
                "ranked",
                "random",
                "95 % interval of the difference"));
        for (DeletionCurve.Point point : curve.points()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%6.0f %% %8.4f %8.4f   %s%n",
                    100 * point.share(),
                    point.ranked(),
                    point.random(),
                    point.ahead()));
        }
        return text.toString();
    }

    static ObjectNode json(DeletionCurve curve) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("texts", curve.texts());
        ArrayNode points = json.putArray("deletion");
        for (DeletionCurve.Point point : curve.points()) {
            ObjectNode node = points.addObject()
                    .put("share", point.share())
                    .put("ranked", point.ranked())
                    .put("random", point.random());
            node.putArray("ahead_interval")
                    .add(point.ahead().low())
                    .add(point.ahead().high());
        }
        return json;
    }
}
