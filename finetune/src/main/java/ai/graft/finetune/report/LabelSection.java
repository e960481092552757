package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.ClassScore;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import java.util.ArrayList;
import java.util.List;

/** Precision, recall and F1 of each label. */
final class LabelSection {
    private static final List<String> HEADS = List.of("label", "precision", "recall", "F1", "texts");

    private LabelSection() {}

    static String html(SingleLabelEvaluation evaluation) {
        List<List<String>> rows =
                evaluation.perClass().stream().map(LabelSection::row).toList();
        return Html.section("Labels", Html.table(HEADS, rows));
    }

    /** With the threshold of each label. */
    static String html(MultiLabelEvaluation evaluation) {
        List<String> heads = new ArrayList<>(HEADS);
        heads.add("given from");
        List<List<String>> rows = new ArrayList<>();
        for (int label = 0; label < evaluation.labels().size(); label++) {
            List<String> row = new ArrayList<>(row(evaluation.perClass().get(label)));
            row.add(Html.number(evaluation.thresholds().get(label)));
            rows.add(row);
        }
        return Html.section("Labels", Html.table(heads, rows));
    }

    private static List<String> row(ClassScore score) {
        return List.of(
                Html.escape(score.label()),
                Html.number(score.precision()),
                Html.number(score.recall()),
                Html.bar(score.f1()),
                Html.count(score.support()));
    }
}
