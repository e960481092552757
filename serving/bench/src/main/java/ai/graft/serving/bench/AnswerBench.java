package ai.graft.serving.bench;

import ai.graft.datasets.QuestionSet;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.PredictorOptions;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenBudget;
import ai.graft.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Questions one at a time and all in one call, windows and search included, in interleaved rounds. */
@Command(
        name = "answers",
        description = "Answers the same questions one at a time and in one call, with each export in turn.",
        mixinStandardHelpOptions = true)
final class AnswerBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--questions", required = true, description = "file of questions, in SQuAD's JSON for one")
    private Path questions;

    @Option(names = "--most", defaultValue = "200", description = "questions of it at most, default ${DEFAULT-VALUE}")
    private int most;

    @Option(
            names = "--exports",
            required = true,
            split = ",",
            description = "directories that 'graft export' wrote of a model that answers questions")
    private List<Path> exports = List.of();

    @Option(names = "--warm-up", defaultValue = "1", description = "default ${DEFAULT-VALUE} round")
    private int warmUp;

    @Option(names = "--rounds", defaultValue = "5", description = "default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--json", description = "every number, for programs")
    private boolean json;

    @Override
    public Integer call() {
        List<TextInput> asked = QuestionSet.read(questions).questions().stream()
                .limit(most)
                .map(question -> TextInput.of(question.question(), question.context()))
                .toList();
        if (asked.isEmpty() || rounds < 1 || warmUp < 0) {
            throw new IllegalArgumentException(questions + " gives " + asked.size() + " questions; that and rounds must"
                    + " be 1 or more, warm-up 0 or more, got " + rounds + " and " + warmUp);
        }
        List<OnnxPredictor> opened = new ArrayList<>();
        try {
            List<Race.Runner> runners = new ArrayList<>();
            exports.forEach(export -> runners.addAll(runners(export, asked, opened)));
            Padding padding = Padding.of(exports.get(0), opened.get(0), asked);
            print(asked.size(), padding, Race.of(runners, 0, 1).run(warmUp, rounds));
        } finally {
            opened.forEach(OnnxPredictor::close);
        }
        return 0;
    }

    private static List<Race.Runner> runners(Path export, List<TextInput> asked, List<OnnxPredictor> opened) {
        OnnxPredictor single = OnnxPredictor.open(export, PredictorOptions.defaults());
        opened.add(single);
        OnnxPredictor many = OnnxPredictor.open(export, PredictorOptions.manyTexts());
        opened.add(many);
        String name = export.getFileName() + ", ";
        return List.of(
                new Race.Runner(
                        name + "one at a time", () -> asked.forEach(one -> single.answerQuestions(List.of(one)))),
                new Race.Runner(name + "in one call", () -> single.answerQuestions(asked)),
                new Race.Runner(name + "in one call, a worker a core", () -> many.answerQuestions(asked)));
    }

    private void print(int asked, Padding padding, List<Race.Result> results) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode all = JsonNodeFactory.instance.objectNode().put("questions", asked);
            all.put("warm_up", warmUp).put("rounds", rounds);
            all.put("windows", padding.windows()).put("tokens", padding.tokens());
            all.put("padding_share", padding.share(padding.grouped()));
            all.put("padding_share_in_order", padding.share(padding.inOrder()));
            results.forEach(result -> all.withArray("results").add(result.toJson()));
            out.println(all);
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%d questions, %d windows, %d tokens; padding of batches by length %.1f %%, in the file's order %.1f %%",
                    asked,
                    padding.windows(),
                    padding.tokens(),
                    100 * padding.share(padding.grouped()),
                    100 * padding.share(padding.inOrder())));
            results.forEach(result -> out.println(String.format(
                    Locale.ROOT,
                    "%-48s %7.1f questions/s, clock x %.2f (%.2f to %.2f), processor x %.2f (%.2f to %.2f)",
                    result.name(),
                    1000 * asked / result.millis().median(),
                    result.speedup().median(),
                    result.speedup().low(),
                    result.speedup().high(),
                    result.cpuSpeedup().median(),
                    result.cpuSpeedup().low(),
                    result.cpuSpeedup().high())));
        }
        out.flush();
    }

    /**
     * What the batches of one call hold.
     *
     * @param tokens of all windows
     * @param grouped tokens with padding, where batches are made of windows of like length
     * @param inOrder the same where batches of the same budget are made in the order of the file
     */
    private record Padding(int windows, long tokens, long grouped, long inOrder) {

        static Padding of(Path export, OnnxPredictor predictor, List<TextInput> asked) {
            PredictorOptions options = PredictorOptions.defaults();
            TokenBudget budget = new TokenBudget(options.batchTokens(), options.batchRows());
            int[] lengths;
            try (Tokenizer tokenizer = Tokenizer.load(export)) {
                lengths =
                        tokenizer
                                .contextWindows(
                                        asked,
                                        predictor.limit().maxLength(),
                                        predictor.answerRules().stride())
                                .stream()
                                .flatMap(List::stream)
                                .mapToInt(window -> window.ids().length())
                                .toArray();
            }
            long grouped = budget.group(lengths).stream()
                    .mapToLong(group -> padded(lengths, group))
                    .sum();
            return new Padding(
                    lengths.length, Arrays.stream(lengths).asLongStream().sum(), grouped, inOrder(lengths, budget));
        }

        private static long padded(int[] lengths, int[] group) {
            return (long) group.length
                    * Arrays.stream(group).map(i -> lengths[i]).max().orElse(0);
        }

        private static long inOrder(int[] lengths, TokenBudget budget) {
            long sum = 0;
            int from = 0;
            for (int to = 1; to <= lengths.length; to++) {
                int[] grown = IntStream.rangeClosed(from, to)
                        .filter(i -> i < lengths.length)
                        .toArray();
                if (to == lengths.length
                        || grown.length > budget.maxRows()
                        || padded(lengths, grown) > budget.maxTokens()) {
                    sum += padded(lengths, IntStream.range(from, to).toArray());
                    from = to;
                }
            }
            return sum;
        }

        double share(long padded) {
            return 1 - (double) tokens / padded;
        }
    }
}
