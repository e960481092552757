package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.features.LogMe;
import ai.graft.finetune.train.Features;
import ai.graft.finetune.train.FrozenEncoder;
import ai.graft.finetune.train.LabelledRows;
import ai.graft.finetune.train.TaskFinder;
import ai.graft.model.task.Task;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft rank}: which checkpoint promises most for data, without a training. */
@Command(
        name = "rank",
        abbreviateSynopsis = true,
        description = "Say which checkpoint to start from, by LogME.",
        footer = {"", "Example: graft rank --models minilm,bge-small --train train.tsv"})
final class RankCommand extends Subcommand {
    private static final int LEAST_ROWS = 10;

    @Option(
            names = "--models",
            paramLabel = "M,M",
            required = true,
            split = ",",
            hideParamSyntax = true,
            description = "Directories, or names such as minilm.")
    private List<String> models = List.of();

    @Option(names = "--train", paramLabel = "F", required = true, description = "Labelled file.")
    private String train = "";

    @Option(names = "--task", paramLabel = "T", description = "single-label, multi-label or regression.")
    private Optional<String> task = Optional.empty();

    @Option(names = "--rows", paramLabel = "N", description = "Rows drawn to rank by (${DEFAULT-VALUE}).")
    private int rows = 2000;

    @Option(names = "--seed", paramLabel = "N", description = "Which rows are drawn (${DEFAULT-VALUE}).")
    private long seed = 42;

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    /** What a model promises. */
    private record Rank(String model, double score, int size, double seconds, boolean cached) {
        ObjectNode json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("model", model)
                    .put("score", score)
                    .put("size", size)
                    .put("seconds", seconds)
                    .put("cached", cached);
        }
    }

    @Override
    void run(Console console) throws IOException {
        if (rows < LEAST_ROWS) {
            throw new IllegalArgumentException("--rows is " + rows + ", expected " + LEAST_ROWS + " or more");
        }
        Dataset whole = data.read(train);
        Task.OfText found = TaskFinder.find(whole, task);
        LabelledRows.of(found, whole); // every row, not only those drawn
        Dataset drawn = whole.size() <= rows
                ? whole
                : whole.stratifiedSplit(rows / (double) whole.size(), seed).rest();
        float[][] targets = LabelledRows.of(found, drawn).values();
        FeatureReading reading = new FeatureReading(console, compute);
        List<FrozenEncoder> encoders = models.stream().map(FrozenEncoder::open).toList(); // all names before any work
        List<Rank> ranks = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            long began = System.nanoTime();
            Features features = reading.of(drawn, encoders.get(i), models.get(i));
            double score = LogMe.score(features.rows(), targets);
            double seconds = (System.nanoTime() - began) / 1e9;
            ranks.add(new Rank(models.get(i), score, features.size(), seconds, features.cached()));
        }
        ranks.sort(Comparator.comparingDouble(Rank::score).reversed());
        output.print(console, json(found, whole, drawn, ranks), table(whole, drawn, ranks));
    }

    private ObjectNode json(Task.OfText found, Dataset whole, Dataset drawn, List<Rank> ranks) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("file", train)
                .put("task", found.name())
                .put("rows", whole.size())
                .put("drawn", drawn.size());
        ArrayNode array = json.putArray("models");
        ranks.forEach(rank -> array.add(rank.json()));
        return json;
    }

    private static String table(Dataset whole, Dataset drawn, List<Rank> ranks) {
        int width = ranks.stream().mapToInt(rank -> rank.model().length()).max().orElse(0);
        String columns = "%-" + Math.max(width, "model".length()) + "s";
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "LogME by %,d of %,d rows, the higher the better%n%n", drawn.size(), whole.size()));
        text.append(String.format(Locale.ROOT, columns + " %9s %8s %8s%n", "model", "LogME", "features", "seconds"));
        for (Rank rank : ranks) {
            text.append(String.format(
                    Locale.ROOT,
                    columns + " %9.4f %8d %8.1f%n",
                    rank.model(),
                    rank.score(),
                    rank.size(),
                    rank.seconds()));
        }
        return text.toString();
    }
}
