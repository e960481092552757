package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.evaluate.RegressionEvaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.finetune.evaluate.TemperatureScaling;
import ai.graft.model.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What the rows of a data set should be answered with, as numbers (B, L): 1 where a row has a label, or the value. */
public final class LabelledRows {
    private final Task.OfText task;
    private final List<String> labels; // the task's, then those that it does not know
    private final float[][] cells;

    private LabelledRows(Task.OfText task, List<String> labels, float[][] cells) {
        this.task = task;
        this.labels = labels;
        this.cells = cells;
    }

    /** Reads the labels of a data set as the task knows them; one that it does not know is an error that names the row. */
    public static LabelledRows of(Task.OfText task, Dataset data) {
        return of(task, data, UnknownLabels.REFUSE);
    }

    /** Reads the labels of a data set that the task is judged by. */
    static LabelledRows of(Task.OfText task, Dataset data, UnknownLabels unknown) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        task.labels().forEach(label -> ids.put(label, ids.size()));
        if (unknown == UnknownLabels.WRONG && !(task instanceof Task.Regression)) {
            data.labels().forEach(label -> ids.putIfAbsent(label, ids.size()));
        }
        List<float[]> cells = new ArrayList<>();
        for (Example example : data.examples()) {
            requireOneLabel(task, example, data);
            cells.add(task instanceof Task.Regression ? value(example, data) : flags(example, ids, data));
        }
        return new LabelledRows(task, List.copyOf(ids.keySet()), cells.toArray(float[][]::new));
    }

    private static void requireOneLabel(Task.OfText task, Example example, Dataset data) {
        if (task instanceof Task.SingleLabel && example.labels().size() != 1) {
            throw new DatasetException(
                    data.name() + ", row " + example.row() + ": " + example.labels()
                            + " is not one label, which a single-label task needs. Correct the row, or give --task multi-label.");
        }
    }

    private static float[] value(Example example, Dataset data) {
        float value = example.labels().size() == 1 ? number(example.labels().get(0)) : Float.NaN;
        if (!Float.isFinite(value)) {
            throw new DatasetException(data.name() + ", row " + example.row() + ": " + example.labels()
                    + " is not one number, which a regression needs. Correct the row, or give --task single-label.");
        }
        return new float[] {value};
    }

    private static float number(String text) {
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }

    private static float[] flags(Example example, Map<String, Integer> ids, Dataset data) {
        float[] flags = new float[ids.size()];
        for (String label : example.labels()) {
            Integer id = ids.get(label);
            if (id == null) {
                throw new DatasetException(data.name() + ", row " + example.row() + ": label '" + label
                        + "' is not among the " + ids.size() + " labels of training "
                        + ids.keySet().stream().sorted().limit(20).toList()
                        + ". Correct the row, add examples of it to the training data, or judge such rows as wrong with"
                        + " --unknown-labels wrong.");
            }
            flags[id] = 1;
        }
        return flags;
    }

    /** A copy: for each row 1 where it has a label and 0 where not, in the order of the task's labels, or its value. */
    public float[][] values() {
        return Arrays.stream(cells).map(float[]::clone).toArray(float[][]::new);
    }

    /** The one label of each row of a single-label task, as its number in the task. */
    public int[] ids() {
        return Arrays.stream(cells).mapToInt(LabelledRows::best).toArray();
    }

    int size() {
        return cells.length;
    }

    /** Numbers a row: labels, or outputs. */
    int columns() {
        return task.labels().size();
    }

    /** Rows that have each label. */
    int[] counts() {
        int[] counts = new int[task.labels().size()];
        for (float[] row : cells) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += row[i] == 1 ? 1 : 0;
            }
        }
        return counts;
    }

    /** The targets of a batch. */
    Targets targets(int[] rows) {
        if (task instanceof Task.SingleLabel) {
            int[] ids = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                ids[i] = best(cells[rows[i]]);
            }
            return new Targets.Ids(ids, 0);
        }
        int columns = task.labels().size();
        float[] values = new float[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(cells[rows[i]], 0, values, i * columns, columns);
        }
        return new Targets.Values(values, columns);
    }

    /** Judges the logits of all rows, in their order. A label that the task does not know is never given: its score is 0. */
    Evaluation evaluate(float[][] logits) {
        float[][] scores = new float[logits.length][];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Arrays.copyOf(task.scores(logits[i]), labels.size());
        }
        if (task instanceof Task.SingleLabel single) {
            return single.temperature() == 1
                    ? SingleLabelEvaluation.of(labels, gold(), scores)
                    : SingleLabelEvaluation.of(labels, gold(), scores, single.temperature(), uncalibrated(logits));
        } else if (task instanceof Task.MultiLabel multi) {
            boolean[][] gold = new boolean[cells.length][labels.size()];
            for (int i = 0; i < gold.length; i++) {
                for (int l = 0; l < gold[i].length; l++) {
                    gold[i][l] = cells[i][l] == 1;
                }
            }
            return MultiLabelEvaluation.of(labels, gold, scores, thresholds(multi));
        }
        return RegressionEvaluation.of(first(cells), first(scores));
    }

    private float[][] uncalibrated(float[][] logits) {
        Task.SingleLabel plain = new Task.SingleLabel(task.labels());
        return Arrays.stream(logits)
                .map(row -> Arrays.copyOf(plain.scores(row), labels.size()))
                .toArray(float[][]::new);
    }

    private int[] gold() {
        return Arrays.stream(cells).mapToInt(LabelledRows::best).toArray();
    }

    /** The same rows, judged by a task with the same labels that scores otherwise. */
    LabelledRows judgedBy(Task.OfText other) {
        return new LabelledRows(other, labels, cells);
    }

    /** A single-label task with the temperature that suits these rows best; those with a label unknown to it say nothing. */
    Task.SingleLabel calibrated(float[][] logits) {
        int[] gold = gold();
        int[] known = IntStream.range(0, gold.length)
                .filter(row -> gold[row] < task.labels().size())
                .toArray();
        double temperature = TemperatureScaling.fit(
                Arrays.stream(known).mapToObj(row -> logits[row]).toArray(float[][]::new),
                Arrays.stream(known).map(row -> gold[row]).toArray());
        return new Task.SingleLabel(task.labels(), temperature);
    }

    private List<Double> thresholds(Task.MultiLabel multi) {
        List<Double> thresholds = new ArrayList<>(multi.thresholds());
        thresholds.addAll(Collections.nCopies(labels.size() - thresholds.size(), 1.0));
        return thresholds;
    }

    private static float[] first(float[][] rows) {
        float[] first = new float[rows.length];
        for (int i = 0; i < first.length; i++) {
            first[i] = rows[i][0];
        }
        return first;
    }

    /** Number of the largest value, the first of several. */
    static int best(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
