package ai.graft.serving.onnx;

import ai.graft.model.network.Head;
import ai.graft.model.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a reader of outputs would decide: a label, yes or no for each of several, a label a token, an end of an answer.
 * Numbers and vectors decide nothing.
 *
 * @param task of a text classifier or regressor; empty for other heads
 */
record Decisions(Head head, Optional<Task.OfText> task) {

    /**
     * One decision.
     *
     * @param choice what was chosen
     * @param margin probability by which it leads the next best, in [0, 1]
     */
    record Decision(String choice, double margin) {}

    /** Those of one row's output. */
    List<Decision> of(float[] values, int tokens) {
        if (head instanceof Head.None
                || task.filter(t -> t instanceof Task.Regression).isPresent()) {
            return List.of();
        } else if (task.isPresent() && task.get() instanceof Task.MultiLabel multi) {
            return yesOrNo(multi, values);
        }
        int width = task.isPresent() || head instanceof Head.QuestionAnswering ? values.length : values.length / tokens;
        List<Decision> decisions = new ArrayList<>();
        for (int from = 0; from < values.length; from += width) {
            decisions.add(best(values, from, width));
        }
        return decisions;
    }

    private static List<Decision> yesOrNo(Task.MultiLabel task, float[] values) {
        float[] scores = task.scores(values);
        return IntStream.range(0, scores.length)
                .mapToObj(i -> {
                    double over = scores[i] - task.thresholds().get(i);
                    return new Decision(
                            (over >= 0 ? "" : "not ") + task.labels().get(i), Math.min(1, 2 * Math.abs(over)));
                })
                .toList();
    }

    /** The largest of a softmax. */
    private Decision best(float[] values, int from, int width) {
        int best = from;
        for (int i = from; i < from + width; i++) {
            best = values[i] > values[best] ? i : best;
        }
        double sum = 0;
        double next = 0;
        for (int i = from; i < from + width; i++) {
            double share = Math.exp((double) values[i] - values[best]);
            sum += share;
            next = i == best ? next : Math.max(next, share);
        }
        int index = best - from;
        return new Decision(task.map(t -> t.labels().get(index)).orElse(Integer.toString(index)), (1 - next) / sum);
    }
}
