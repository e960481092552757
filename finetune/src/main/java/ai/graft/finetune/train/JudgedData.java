package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.tokenizer.LengthLimit;
import java.util.List;

/** Data sets as the reports want them. */
final class JudgedData {
    /** Stands between the texts of a pair where people read them as one. */
    private static final String BETWEEN = " ‖ ";

    static JudgedTexts of(Evaluation evaluation, Dataset data, int[] lengths, LengthLimit limit) {
        List<String> texts = data.examples().stream().map(JudgedData::text).toList();
        return new JudgedTexts(evaluation, texts, lengths, limit.maxLength());
    }

    private static String text(Example example) {
        return example.textPair().map(pair -> between(example.text(), pair)).orElse(example.text());
    }

    /** Two texts as one line for people. */
    static String between(String first, String second) {
        return first + BETWEEN + second;
    }

    /** The last part of a path. */
    static String fileName(String name) {
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }

    private JudgedData() {}
}
