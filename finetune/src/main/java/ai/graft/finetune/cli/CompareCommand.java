package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.LabelKind;
import ai.graft.datasets.Split;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.ResidentMemory;
import ai.graft.finetune.evaluate.Comparison;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Interval;
import ai.graft.finetune.evaluate.Repeated;
import ai.graft.finetune.evaluate.TransferVerdict;
import ai.graft.finetune.evaluate.TransferVerdict.Contender;
import ai.graft.finetune.train.FineTuned;
import ai.graft.finetune.train.FineTuning;
import ai.graft.finetune.train.Trained;
import ai.graft.finetune.train.TrainingDivergedException;
import ai.graft.finetune.train.TrainingOptions;
import ai.graft.finetune.train.TrainingReport;
import ai.graft.finetune.train.Transfer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft compare}: whether transfer helps a task, and which way to take. */
@Command(
        name = "compare",
        abbreviateSynopsis = true,
        description = "Tell whether transfer helps, against plain words.",
        footer = {
            "",
            "Example: graft compare --train reviews.tsv --model minilm,bge-small",
            "words: counts of words and pairs with logistic regression; scratch: the same",
            "network from random weights; frozen, lora, full: more and more is trained;",
            "contrastive: pairs teach the encoder first, for few rows."
        })
final class CompareCommand extends Subcommand {
    private static final String WORDS = "words";
    private static final double TEST_SHARE = 0.2;
    private static final long MEGABYTE = 1_000_000;
    private static final String STOPPING = "graft: stopping after this step; nothing is reported.";

    /** A way to train a model, by the name at the command line. */
    private enum Way {
        SCRATCH(new Transfer.Scratch()),
        FROZEN(new Transfer.Frozen()),
        CONTRASTIVE(new Transfer.Contrastive()),
        LORA(Transfer.LowRank.DEFAULT),
        FULL(new Transfer.Full());

        private final Transfer transfer;

        Way(Transfer transfer) {
            this.transfer = transfer;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--model",
            paramLabel = "M[,M]",
            split = ",",
            hideParamSyntax = true,
            description = "Models as of graft train (minilm).")
    private List<String> models = List.of("minilm");

    @Option(names = "--train", paramLabel = "F", required = true, description = "Labelled texts, as of graft train.")
    private String train = "";

    @Option(names = "--test", paramLabel = "F", description = "To judge by; else a fifth of --train.")
    private Optional<String> test = Optional.empty();

    @Option(
            names = "--ways",
            paramLabel = "W[,W]",
            hideParamSyntax = true,
            split = ",",
            description = "Of words,scratch,frozen,contrastive,lora,full; all but contrastive by default.")
    private List<String> ways = List.of();

    @Option(names = "--seeds", paramLabel = "N", description = "Trainings of each way (${DEFAULT-VALUE}).")
    private int seeds = 3;

    @Option(names = "--epochs", paramLabel = "N", description = "As of graft train.")
    private Optional<Double> epochs = Optional.empty();

    @Option(names = "--max-length", paramLabel = "N", description = "As of graft train.")
    private Optional<Integer> maxLength = Optional.empty();

    @Option(names = "--eval-metric", paramLabel = "M", description = "What is compared; accuracy by default.")
    private Optional<String> metric = Optional.empty();

    @Mixin
    private DataOptions data;

    @Mixin
    private SplitOptions parts;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    /** Both parts, the same for all. */
    private record Data(Dataset train, Dataset test) {}

    @Override
    void run(Console console) throws IOException {
        Set<String> chosen = chosen();
        if (seeds < 1) {
            throw new IllegalArgumentException("--seeds is " + seeds + ", expected 1 or more");
        }
        ComputeDevice device = compute.open();
        Data data = data();
        console.err().println(data.train.name() + ": " + data.train.description());
        console.err().println(data.test.name() + ": " + data.test.size() + " rows to judge by");
        List<Contender> contenders = new ArrayList<>();
        if (chosen.contains(WORDS)) {
            words(console, data).ifPresent(contenders::add); // first, while little else is in memory
        }
        try (Interruption interruption = Interruption.begin(() -> console.err().println(STOPPING))) {
            for (String model : models) {
                for (Way way : Way.values()) {
                    if (chosen.contains(way.label())) {
                        contenders.add(contender(console, model, way, data, device, interruption));
                    }
                }
            }
        }
        if (contenders.isEmpty()) {
            throw new IllegalArgumentException("--ways words is for data with one label a text; add another way");
        }
        print(console, contenders);
    }

    /** The ways that were asked for; where none was named all but one, which is for few rows and slow with many. */
    private Set<String> chosen() {
        Set<String> known = new LinkedHashSet<>(List.of(WORDS));
        Stream.of(Way.values()).map(Way::label).forEach(known::add);
        for (String way : ways) {
            if (!known.contains(way)) {
                throw new IllegalArgumentException(
                        "--ways names '" + way + "', expected some of " + String.join(", ", known));
            }
        }
        if (!ways.isEmpty()) {
            return new LinkedHashSet<>(ways);
        }
        known.remove(Way.CONTRASTIVE.label());
        return known;
    }

    private Data data() {
        Map<String, Dataset> named = parts.of(data.read(train));
        Dataset all = SplitOptions.part(named, "train");
        Optional<Dataset> given = test.map(data::read).or(() -> Optional.ofNullable(named.get("test")));
        if (given.isPresent()) {
            return new Data(all, given.get());
        }
        Split split = all.stratifiedSplit(TEST_SHARE, TrainingOptions.defaults().seed());
        return new Data(split.train(), split.rest());
    }

    private Optional<Contender> words(Console console, Data data) {
        if (data.train.labelKind() != LabelKind.SINGLE) {
            console.err().println("words: only for one label a text; left out");
            return Optional.empty();
        }
        List<Evaluation> evaluations = new ArrayList<>();
        ResidentMemory.forgetPeak();
        double nanos = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            long start = System.nanoTime();
            WordBaseline trained = new WordBaseline(data.train, seed);
            nanos += System.nanoTime() - start;
            evaluations.add(trained.evaluate(data.test));
        }
        Repeated judged = new Repeated(metric.orElse("accuracy"), evaluations);
        return Optional.of(new Contender(WORDS, false, judged, nanos / 1e9 / seeds, ResidentMemory.peakBytes()));
    }

    private Contender contender(
            Console console, String model, Way way, Data data, ComputeDevice device, Interruption interruption) {
        List<Evaluation> evaluations = new ArrayList<>();
        double seconds = 0;
        ResidentMemory.forgetPeak();
        String compared = metric.orElse("");
        for (int seed = 1; seed <= seeds; seed++) {
            console.err()
                    .println(String.format(Locale.ROOT, "%n%s, %s, seed %d of %d", model, way.label(), seed, seeds));
            try (TrainingDisplay display = new TrainingDisplay(console);
                    FineTuned trained = FineTuning.of(model)
                            .options(options(way, seed, device))
                            .listener(display)
                            .stopWhen(interruption::requested)
                            .train(data.train)) {
                if (interruption.requested()) {
                    throw new CancellationException("stopped by a signal; nothing is reported");
                }
                TrainingReport report = trained.report().orElseThrow();
                seconds += report.seconds();
                compared = metric.orElse(report.best().orElseThrow().metric());
                evaluations.add(trained.evaluate(data.test));
            } catch (TrainingDivergedException diverged) {
                diverged.best().ifPresent(Trained::close);
                throw new CheckFailed(model + ", " + way.label() + ", seed " + seed + ": the loss became NaN;"
                        + " nothing is reported. Leave the way out with --ways.");
            }
        }
        return new Contender(
                model + ", " + way.label(),
                way != Way.SCRATCH,
                new Repeated(compared, evaluations),
                seconds / seeds,
                ResidentMemory.peakBytes());
    }

    private TrainingOptions options(Way way, long seed, ComputeDevice device) {
        TrainingOptions.Builder builder =
                TrainingOptions.builder().seed(seed).transfer(way.transfer).device(device);
        epochs.ifPresent(builder::epochs);
        maxLength.ifPresent(builder::maxLength);
        metric.ifPresent(builder::evalMetric);
        return builder.build();
    }

    private void print(Console console, List<Contender> contenders) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("seeds", seeds);
        StringBuilder text = new StringBuilder();
        Repeated first = contenders.get(0).judged();
        text.append(String.format(
                Locale.ROOT,
                "%n%-24s %-22s %-20s %6s %5s%n",
                first.examples() + " rows",
                first.metric(),
                "to " + contenders.get(0).name(),
                "s",
                "MB"));
        for (Contender contender : contenders) {
            Comparison.Difference difference = contender.judged().over(first);
            json.withArray("contenders").add(json(contender, difference));
            text.append(line(contender, difference));
        }
        TransferVerdict.of(contenders).ifPresent(verdict -> {
            json.put("verdict", verdict.kind().name().toLowerCase(Locale.ROOT));
            json.put("take", verdict.take().name()).put("sentence", verdict.sentence());
            json.put("difference", verdict.difference().value());
            json.set("difference_interval", verdict.difference().interval().toJson());
            text.append('\n').append(verdict.sentence()).append('\n');
        });
        output.print(console, json, text.toString());
    }

    private static ObjectNode json(Contender contender, Comparison.Difference difference) {
        Repeated judged = contender.judged();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", contender.name()).put("pretrained", contender.pretrained());
        json.put("metric", judged.metric()).put("value", judged.value());
        json.set("interval", judged.interval().toJson());
        judged.seeds().forEach(seed -> json.withArray("seeds").add(seed.metric(judged.metric())));
        json.put("difference_to_first", difference.value());
        json.set("difference_to_first_interval", difference.interval().toJson());
        json.put("seconds", contender.seconds());
        contender.peakBytes().ifPresent(bytes -> json.put("peak_rss_mb", bytes / MEGABYTE));
        return json;
    }

    private static String line(Contender contender, Comparison.Difference difference) {
        Interval interval = contender.judged().interval();
        return String.format(
                Locale.ROOT,
                "%-24s %5.1f (%5.1f to %5.1f)  %+5.1f (%+5.1f to %+5.1f) %5.0f %5s%n",
                contender.name(),
                100 * contender.judged().value(),
                100 * interval.low(),
                100 * interval.high(),
                100 * difference.value(),
                100 * difference.interval().low(),
                100 * difference.interval().high(),
                contender.seconds(),
                contender.peakBytes().isPresent()
                        ? Long.toString(contender.peakBytes().getAsLong() / MEGABYTE)
                        : "-");
    }
}
