package ai.graft.finetune.evaluate;

import ai.graft.datasets.Question;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Evaluation of answers that stand in a text, as SQuAD's scripts score them.
 *
 * <p>Metrics, in percent and not rounded: {@code f1} (of words, the best over all right answers) and {@code exact_match}. Where
 * there are questions without answer, the same over those with and those without as {@code HasAns_f1}, {@code HasAns_exact},
 * {@code NoAns_f1} and {@code NoAns_exact}; over resamples that hold none of a kind they are 0. With no-answer scores also {@code
 * best_f1} and {@code best_exact}, with the threshold that serves best. Texts are compared as {@link SquadText} says, by the
 * rules of a {@link SquadVersion}.
 *
 * <p>A question without prediction counts as wrong, also one that has no answer: {@code evaluate-v1.1.py} does so, {@code
 * evaluate-v2.0.py} leaves it out of the total. Sums are in the order of the questions, so the last digit is that of the scripts
 * under Python before 3.12, whose {@code sum} rounds each step.
 *
 * <p>Source: P. Rajpurkar et al., Know What You Don't Know: Unanswerable Questions for SQuAD, ACL 2018.
 */
public final class SpanEvaluation implements Evaluation {
    private static final double PERCENT = 100.0;

    private final SquadVersion version;
    private final List<List<String>> golds;
    private final List<Optional<String>> predicted;
    private final boolean[] answerable;
    private final double[] exact; // by question, 0 to 1
    private final double[] f1;
    private final Optional<ThresholdSearch> bestF1;
    private final Optional<ThresholdSearch> bestExact;
    private final Metrics metrics;

    private SpanEvaluation(List<Question> questions, SpanPredictions predictions, SquadVersion version) {
        this.version = version;
        this.golds = questions.stream().map(version::golds).toList();
        this.predicted = questions.stream()
                .map(question -> Optional.ofNullable(predictions.answers().get(question.id())))
                .toList();
        this.answerable = new boolean[questions.size()];
        IntStream.range(0, answerable.length)
                .forEach(i -> answerable[i] = !questions.get(i).impossible());
        this.exact = scores(version::exact);
        this.f1 = scores(version::f1);
        List<Integer> order = order(questions, predictions);
        double[] noAnswer = questions.stream()
                .mapToDouble(question -> predictions.noAnswerScores().getOrDefault(question.id(), 0.0))
                .toArray();
        this.bestF1 = search(order, noAnswer, f1);
        this.bestExact = search(order, noAnswer, exact);
        this.metrics = new Metrics(questions.size(), statistics(), Set.of(), List.of("f1", "exact_match"));
    }

    /**
     * Scores predictions by the rules of the version that the questions are of.
     *
     * @throws IllegalArgumentException as {@link #of(List, SpanPredictions, SquadVersion)}
     */
    public static SpanEvaluation of(List<Question> questions, SpanPredictions predictions) {
        return of(questions, predictions, SquadVersion.of(questions));
    }

    /**
     * Scores predictions; those for other questions do not count.
     *
     * @param questions 1 or more, each with a known answer or known to have none
     * @throws IllegalArgumentException if there is no question, if the answer of one is not known, if {@code version} is 1.1 and
     *     a question has no answer, or if there are no-answer scores, but not for each answer
     */
    public static SpanEvaluation of(List<Question> questions, SpanPredictions predictions, SquadVersion version) {
        requireLabelled(questions);
        requireAnswerable(questions, version);
        requireScores(questions, predictions);
        return new SpanEvaluation(questions, predictions, version);
    }

    private static void requireLabelled(List<Question> questions) {
        if (questions.isEmpty()) {
            throw new IllegalArgumentException("there are no questions to evaluate. Give 1 or more.");
        }
        List<String> unknown = ids(questions.stream().filter(question -> !question.labelled()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("the right answer is not known of " + unknown.size() + " of "
                    + questions.size() + " questions, the first '" + unknown.get(0)
                    + "'. Add answers; \"answers\": [] says that there is none.");
        }
    }

    private static void requireAnswerable(List<Question> questions, SquadVersion version) {
        List<String> impossible = ids(questions.stream().filter(Question::impossible));
        if (version == SquadVersion.V1_1 && !impossible.isEmpty()) {
            throw new IllegalArgumentException("SQuAD 1.1 has no questions without answer, but " + impossible.size()
                    + " of " + questions.size() + " are, the first '" + impossible.get(0) + "'. Score them as 2.0.");
        }
    }

    private static void requireScores(List<Question> questions, SpanPredictions predictions) {
        List<String> without = ids(questions.stream()
                .filter(question -> predictions.answers().containsKey(question.id())
                        && !predictions.noAnswerScores().containsKey(question.id())));
        if (!predictions.noAnswerScores().isEmpty() && !without.isEmpty()) {
            throw new IllegalArgumentException(without.size() + " answers have no no-answer score, the first '"
                    + without.get(0) + "'. Give a score for each answer, or none at all.");
        }
    }

    private static List<String> ids(Stream<Question> questions) {
        return questions.map(Question::id).toList();
    }

    private double[] scores(ToDoubleBiFunction<String, String> metric) {
        double[] scores = new double[golds.size()];
        for (int i = 0; i < scores.length; i++) {
            for (String gold : golds.get(i)) {
                scores[i] = Math.max(
                        scores[i],
                        predicted
                                .get(i)
                                .map(text -> metric.applyAsDouble(gold, text))
                                .orElse(0.0));
            }
        }
        return scores;
    }

    /** Numbers of the questions that have an answer and a score, by score; of equal ones in the order of the scores' map. */
    private static List<Integer> order(List<Question> questions, SpanPredictions predictions) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < questions.size(); i++) {
            numbers.put(questions.get(i).id(), i);
        }
        List<Integer> order = new ArrayList<>();
        predictions.noAnswerScores().entrySet().stream()
                .filter(entry -> predictions.answers().containsKey(entry.getKey()))
                .sorted(Map.Entry.comparingByValue())
                .forEach(entry ->
                        Optional.ofNullable(numbers.get(entry.getKey())).ifPresent(order::add));
        return order;
    }

    private Optional<ThresholdSearch> search(List<Integer> order, double[] noAnswer, double[] scores) {
        if (order.isEmpty()) {
            return Optional.empty();
        }
        double[] gains = new double[scores.length];
        boolean[] withoutAnswer = new boolean[scores.length];
        for (int i : order) {
            boolean given = !predicted.get(i).orElse("").isEmpty();
            gains[i] = answerable[i] ? scores[i] : given ? -1 : 0;
            withoutAnswer[i] = !answerable[i];
        }
        return Optional.of(new ThresholdSearch(order, noAnswer, gains, withoutAnswer));
    }

    private Map<String, ToDoubleFunction<int[]>> statistics() {
        Map<String, ToDoubleFunction<int[]>> all = new LinkedHashMap<>();
        all.put("f1", rows -> mean(f1, rows, i -> true));
        all.put("exact_match", rows -> mean(exact, rows, i -> true));
        if (total(false) > 0) {
            if (total(true) > 0) {
                all.put("HasAns_f1", rows -> mean(f1, rows, i -> answerable[i]));
                all.put("HasAns_exact", rows -> mean(exact, rows, i -> answerable[i]));
            }
            all.put("NoAns_f1", rows -> mean(f1, rows, i -> !answerable[i]));
            all.put("NoAns_exact", rows -> mean(exact, rows, i -> !answerable[i]));
        }
        bestF1.ifPresent(search -> all.put("best_f1", rows -> search.best(rows).value()));
        bestExact.ifPresent(
                search -> all.put("best_exact", rows -> search.best(rows).value()));
        return all;
    }

    private static double mean(double[] scores, int[] rows, IntPredicate counted) {
        double sum = 0;
        int count = 0;
        for (int row : rows) {
            if (counted.test(row)) {
                sum += scores[row];
                count++;
            }
        }
        return count == 0 ? 0 : PERCENT * sum / count;
    }

    private int total(boolean withAnswer) {
        return (int) everyRow().filter(i -> answerable[i] == withAnswer).count();
    }

    private IntStream everyRow() {
        return IntStream.range(0, answerable.length);
    }

    /** By whose rules answers were scored. */
    public SquadVersion version() {
        return version;
    }

    /** Number of questions without prediction; they count as wrong. */
    public int missing() {
        return (int) predicted.stream().filter(Optional::isEmpty).count();
    }

    /** The threshold with the best F1 here, where there are no-answer scores. */
    public Optional<BestThreshold> bestF1() {
        return bestF1.map(search -> search.best(everyRow().toArray()));
    }

    /** The threshold with the most exact matches here, where there are no-answer scores. */
    public Optional<BestThreshold> bestExact() {
        return bestExact.map(search -> search.best(everyRow().toArray()));
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Optional<Calibration> calibration() {
        return Optional.empty();
    }

    @Override
    public List<Mistake> mistakes(int most) {
        return everyRow()
                .filter(i -> !right(i))
                .mapToObj(i -> new Mistake(
                        i,
                        String.join(" / ", golds.get(i).stream().distinct().toList()),
                        predicted.get(i).orElse(""),
                        1 - f1[i]))
                .sorted(Comparator.comparingDouble(Mistake::weight).reversed())
                .limit(most)
                .toList();
    }

    /** Whether an example was answered exactly. */
    boolean right(int example) {
        return exact[example] == 1;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("task", "question_answering")
                .put("examples", examples())
                .put("squad", version.title())
                .put("total", examples())
                .put("missing", missing());
        metrics.writeTo(json);
        if (total(false) > 0) {
            json.put("HasAns_total", total(true)).put("NoAns_total", total(false));
        }
        bestF1().ifPresent(best -> json.put("best_f1_thresh", best.threshold()));
        bestExact().ifPresent(best -> json.put("best_exact_thresh", best.threshold()));
        return json;
    }

    @Override
    public String table() {
        TextTable text = new TextTable();
        text.note("in percent, by the rules of SQuAD " + version.title());
        for (String name : metricNames()) {
            text.metric(name, metric(name), interval(name), examples(name));
        }
        bestF1().ifPresent(best -> text.metric("best_f1_thresh", best.threshold()));
        bestExact().ifPresent(best -> text.metric("best_exact_thresh", best.threshold()));
        return text.toString();
    }

    private int examples(String name) {
        return name.startsWith("HasAns") ? total(true) : name.startsWith("NoAns") ? total(false) : examples();
    }

    /** Equal where rules, right answers, predictions and best thresholds are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SpanEvaluation that
                && version == that.version
                && golds.equals(that.golds)
                && predicted.equals(that.predicted)
                && Arrays.equals(answerable, that.answerable)
                && bestF1().equals(that.bestF1())
                && bestExact().equals(that.bestExact());
    }

    @Override
    public int hashCode() {
        return 31 * golds.hashCode() + predicted.hashCode();
    }

    /** The table. */
    @Override
    public String toString() {
        return table();
    }
}
