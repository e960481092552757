package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.JudgedTexts;
import java.util.List;
import java.util.Optional;

/**
 * What a report shows. Texts may hold any character: the report quotes them.
 *
 * @param title name of the model
 * @param summary one line on what it is
 * @param split what it was judged on, such as {@code validation data}
 * @param judged the judgement with its texts
 * @param history the training's course, where there was one
 * @param tables data, configuration, environment
 */
public record ReportFacts(
        String title,
        String summary,
        String split,
        JudgedTexts judged,
        Optional<History> history,
        List<FactTable> tables) {
    public ReportFacts {
        tables = List.copyOf(tables);
    }
}
