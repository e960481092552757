package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.evaluate.Comparison;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Repeated;
import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A student beside its teacher: how well both answer the same texts, how large they are and how long they take.
 *
 * @param teacher, student how they did
 * @param difference of the student's accuracy to the teacher's
 * @param teacherBytes, studentBytes weights in fp32
 * @param timeRatios the student's time over the teacher's for the same texts, tokenization included, measured in turn: a value a
 *     round, ascending
 */
public record StudentReport(
        Evaluation teacher,
        Evaluation student,
        Comparison.Difference difference,
        long teacherBytes,
        long studentBytes,
        List<Double> timeRatios) {
    private static final String METRIC = "accuracy";
    private static final int ROUNDS = 7;
    private static final int TEXTS_A_ROUND = 256;
    private static final double MEGABYTE = 1e6;

    public StudentReport {
        timeRatios = List.copyOf(timeRatios);
    }

    /**
     * Judges both and lets them run in turn, over 256 of the texts at most. The judgement before is what warms them up.
     *
     * @throws ai.graft.datasets.DatasetException naming the row whose label they do not know
     */
    public static StudentReport of(FineTuned teacher, FineTuned student, Dataset data, UnknownLabels unknown) {
        Evaluation ofTeacher = teacher.judge(data, unknown).evaluation();
        Evaluation ofStudent = student.judge(data, unknown).evaluation();
        Comparison.Difference difference =
                new Repeated(METRIC, List.of(ofStudent)).over(new Repeated(METRIC, List.of(ofTeacher)));
        List<TextInput> texts = TokenizedTexts.inputs(data);
        texts = texts.subList(0, Math.min(texts.size(), TEXTS_A_ROUND));
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            double base = seconds(teacher, texts);
            ratios.add(seconds(student, texts) / base);
        }
        return new StudentReport(
                ofTeacher,
                ofStudent,
                difference,
                teacher.bytes(),
                student.bytes(),
                ratios.stream().sorted().toList());
    }

    private static double seconds(FineTuned model, List<TextInput> texts) {
        long start = System.nanoTime();
        model.read(texts);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Share of the teacher's accuracy that the student has. */
    public double kept() {
        return student.metric(METRIC) / teacher.metric(METRIC);
    }

    /** The median of the rounds. */
    public double timeRatio() {
        return timeRatios.get(timeRatios.size() / 2);
    }

    /** The student's size over the teacher's. */
    public double sizeRatio() {
        return studentBytes / (double) teacherBytes;
    }

    /** For programs. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("teacher", side(teacher, teacherBytes));
        json.set("student", side(student, studentBytes));
        json.put("examples", teacher.examples())
                .put("difference", difference.value())
                .set("difference_interval", difference.interval().toJson());
        json.put("kept", kept()).put("size_ratio", sizeRatio()).put("time_ratio", timeRatio());
        timeRatios.forEach(json.putArray("time_ratios")::add);
        return json;
    }

    private static ObjectNode side(Evaluation evaluation, long bytes) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put(METRIC, evaluation.metric(METRIC));
        json.set(METRIC + "_interval", evaluation.interval(METRIC).toJson());
        return json.put("loss", evaluation.metric("loss")).put("megabytes", bytes / MEGABYTE);
    }

    /** For people, lines of 80 columns at most, each ended by {@code \n}. */
    public String table() {
        return String.format(Locale.ROOT, "%-9s %-28s %11s  %s\n", "", "accuracy, 95 % interval", "weights", "time")
                + line("teacher", teacher, teacherBytes, "1")
                + line("student", student, studentBytes, time())
                + String.format(
                        Locale.ROOT,
                        "\nThe student keeps %.1f %% of the teacher's accuracy, at %.2f of its time and\n%.2f of its size."
                                + " Difference %+.4f, 95 %% interval %+.4f to %+.4f.\n",
                        100 * kept(),
                        timeRatio(),
                        sizeRatio(),
                        difference.value(),
                        difference.interval().low(),
                        difference.interval().high());
    }

    private String time() {
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f to %.2f)",
                timeRatio(),
                timeRatios.get(0),
                timeRatios.get(timeRatios.size() - 1));
    }

    private static String line(String name, Evaluation evaluation, long bytes, String time) {
        return String.format(
                Locale.ROOT,
                "%-9s %.4f (%s) %8.1f MB  %s\n",
                name,
                evaluation.metric(METRIC),
                evaluation.interval(METRIC),
                bytes / MEGABYTE,
                time);
    }
}
