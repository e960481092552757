package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.finetune.explain.Explanation;

/**
 * The sections of a report one by one, as HTML, for pages that others put together, such as the cells of a notebook. They look as they
 * do in a report where {@link #style} applies.
 */
public final class ReportParts {
    private ReportParts() {}

    /** The style sheet that all sections and charts are made for. */
    public static String style() {
        return HtmlPage.style();
    }

    /** Loss, validation metrics and learning rate over the steps of a training; empty without steps. */
    public static String curves(History history) {
        return CurveSection.html(history);
    }

    /** Which label was taken for which. */
    public static String confusion(SingleLabelEvaluation evaluation) {
        return ConfusionSection.html(evaluation.confusion());
    }

    /** Precision, recall and F1 of each label; empty where the task has none. */
    public static String labels(Evaluation evaluation) {
        if (evaluation instanceof SingleLabelEvaluation single) {
            return LabelSection.html(single);
        }
        return evaluation instanceof MultiLabelEvaluation multi ? LabelSection.html(multi) : "";
    }

    /** Whether probabilities mean what they say; empty where there are none. */
    public static String calibration(Evaluation evaluation) {
        return CalibrationSection.html(evaluation);
    }

    /** How long the texts are, and how good the model is on short and on long ones. */
    public static String lengths(JudgedTexts judged) {
        return LengthSection.html(judged);
    }

    /** The worst mistakes with their texts. */
    public static String mistakes(JudgedTexts judged) {
        return MistakeSection.html(judged);
    }

    /** A text with the words that carried its answer in colour. */
    public static String explanation(Explanation explanation) {
        return ExplanationPage.section(explanation);
    }
}
