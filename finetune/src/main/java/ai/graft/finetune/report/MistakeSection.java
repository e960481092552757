package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.MaskedEvaluation;
import ai.graft.finetune.evaluate.Mistake;
import ai.graft.finetune.evaluate.RegressionEvaluation;
import ai.graft.finetune.evaluate.SpanEvaluation;
import java.util.List;

/** The worst mistakes with their texts. */
final class MistakeSection {
    private static final int MOST = 20;
    private static final int LONGEST_TEXT = 400;

    private MistakeSection() {}

    static String html(JudgedTexts judged) {
        if (judged.evaluation() instanceof MaskedEvaluation) {
            return ""; // a word that is hard to guess is no mistake
        }
        List<Mistake> mistakes = judged.evaluation().mistakes(MOST);
        boolean numbers = judged.evaluation() instanceof RegressionEvaluation;
        boolean spans = judged.evaluation() instanceof SpanEvaluation;
        String none = spans ? "no answer" : "no label";
        if (mistakes.isEmpty()) {
            return Html.section("Mistakes", "<p class=\"muted\">None: every text was answered rightly.</p>\n");
        }
        StringBuilder html = new StringBuilder("<ol class=\"mistakes\">\n");
        for (Mistake mistake : mistakes) {
            html.append("<li><p class=\"head\"><span class=\"sure\">")
                    .append(numbers ? "off by " : spans ? "F1 short by " : "")
                    .append(Html.number(mistake.weight()))
                    .append("</span>true ")
                    .append(Html.text("b", shown(mistake.gold(), none)))
                    .append(", predicted ")
                    .append(Html.text("b", shown(mistake.predicted(), none)))
                    .append("</p><p class=\"quote\">")
                    .append(Html.escape(cut(judged.texts().get(mistake.example()))))
                    .append("</p></li>\n");
        }
        html.append("</ol>\n");
        return Html.section(numbers || spans ? "Largest errors" : "Most confident mistakes", html.toString());
    }

    private static String shown(String answer, String none) {
        return answer.isEmpty() ? none : answer;
    }

    private static String cut(String text) {
        int length = text.codePointCount(0, text.length());
        return length <= LONGEST_TEXT ? text : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT - 1)) + "…";
    }
}
