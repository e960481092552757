package ai.graft.serving.bench;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.OnnxSession;
import ai.graft.serving.predict.PredictorOptions;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Batches of ids through a plain file and through Graft's exports of the same checkpoint, in interleaved rounds. */
@Command(
        name = "forward",
        description =
                "Runs the same batches through a plain ONNX file and through exports of the same classifier, in turn.",
        mixinStandardHelpOptions = true)
final class ForwardBench implements Callable<Integer> {
    private static final String LOGITS = "logits";
    private static final String PLAIN = "plain";

    @Spec
    private CommandSpec spec;

    @Option(names = "--plain", required = true, description = "the file that compare/plain.py wrote")
    private Path plain;

    @Option(
            names = "--exports",
            required = true,
            split = ",",
            description = "directories that 'graft export' wrote of the same checkpoint")
    private List<Path> exports = List.of();

    @Option(
            names = "--shapes",
            split = ",",
            defaultValue = "1x32,1x128,8x128,8x128/2",
            description = "default ${DEFAULT-VALUE}")
    private List<String> shapes = List.of();

    @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--warm-up", defaultValue = "1", description = "default ${DEFAULT-VALUE} round")
    private int warmUp;

    @Option(names = "--rounds", defaultValue = "7", description = "default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--turn",
            defaultValue = "1000",
            description = "milliseconds of a turn of the plain file, default ${DEFAULT-VALUE}")
    private int turn;

    @Option(names = "--json", description = "every number, for programs")
    private boolean json;

    @Override
    public Integer call() {
        if (Math.min(threads, rounds) < 1 || Math.min(warmUp, turn) < 0) {
            throw new IllegalArgumentException("threads and rounds must be 1 or more, warm-up and turn 0 or more, got "
                    + threads + ", " + rounds + ", " + warmUp + " and " + turn);
        }
        ModelConfig config =
                ConfigFile.read(exports.get(0).resolve("config.json")).model();
        List<BatchShape> parsed = shapes.stream().map(BatchShape::parse).toList();
        parsed.forEach(shape -> shape.inputs(config).check(config));
        List<Runner> runners = new ArrayList<>();
        try {
            runners.add(Runner.open(PLAIN, plain, threads));
            exports.forEach(export -> runners.add(
                    Runner.open(String.valueOf(export.getFileName()), export.resolve(OnnxPredictor.MODEL), threads)));
            runners.forEach(this::printReady);
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            for (BatchShape shape : parsed) {
                all.add(race(shape, config, runners));
            }
            if (json) {
                spec.commandLine().getOut().println(all);
            }
        } finally {
            runners.forEach(runner -> runner.session().close());
        }
        spec.commandLine().getOut().flush();
        return 0;
    }

    private record Runner(String name, OnnxSession session, double readyMillis) {
        static Runner open(String name, Path file, int threads) {
            long start = System.nanoTime();
            OnnxSession session =
                    OnnxSession.open(file, PredictorOptions.defaults().withThreads(threads));
            return new Runner(name, session, (System.nanoTime() - start) / 1e6);
        }

        float[] logits(Inputs inputs) {
            return session.run(inputs, LOGITS);
        }
    }

    private void printReady(Runner runner) {
        if (!json) {
            spec.commandLine()
                    .getOut()
                    .println(String.format(
                            Locale.ROOT,
                            "%-24s ready after %.0f ms%s",
                            runner.name(),
                            runner.readyMillis(),
                            runner.name().equals(PLAIN) ? ", with the library's start" : ""));
        }
    }

    private ObjectNode race(BatchShape shape, ModelConfig config, List<Runner> runners) {
        Inputs inputs = shape.inputs(config);
        int repeats = repeats(runners.get(0), inputs);
        Race race = Race.of(
                runners.stream()
                        .map(runner -> new Race.Runner(runner.name(), () -> runner.logits(inputs)))
                        .toList(),
                1,
                repeats);
        float[] expected = runners.get(0).logits(inputs);
        ObjectNode facts = JsonNodeFactory.instance.objectNode().put("shape", shape.toString());
        facts.put("tokens", shape.tokens())
                .put("threads", threads)
                .put("rounds", rounds)
                .put("repeats", repeats);
        ArrayNode results = facts.putArray("results");
        List<Race.Result> all = race.run(warmUp, rounds);
        for (int i = 0; i < all.size(); i++) {
            double difference = difference(expected, runners.get(i).logits(inputs));
            double rate = shape.flops(config) / 1e6 / all.get(i).millis().median();
            results.add(all.get(i)
                    .toJson()
                    .put("ready_millis", runners.get(i).readyMillis())
                    .put("gflops", rate)
                    .put("max_difference", difference));
            if (!json) {
                print(shape, all.get(i), rate, difference);
            }
        }
        return facts;
    }

    /** So many that a turn of the plain file takes its time. */
    private int repeats(Runner first, Inputs inputs) {
        first.logits(inputs);
        long start = System.nanoTime();
        first.logits(inputs);
        return (int) Math.max(1, Math.round(turn * 1e6 / (System.nanoTime() - start)));
    }

    private void print(BatchShape shape, Race.Result result, double rate, double difference) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(
                Locale.ROOT,
                "%-8s %-24s processor x %.2f (%.2f to %.2f), clock x %.2f (%.2f to %.2f); p50 %.1f ms, p99 %.1f ms,"
                        + " %.0f GFLOP/s; off by %.1e",
                shape,
                result.name(),
                result.cpuSpeedup().median(),
                result.cpuSpeedup().low(),
                result.cpuSpeedup().high(),
                result.speedup().median(),
                result.speedup().low(),
                result.speedup().high(),
                result.millis().median(),
                result.millis().percentile(0.99),
                rate,
                difference));
        out.flush();
    }

    private static double difference(float[] expected, float[] actual) {
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs((double) expected[i] - actual[i]));
        }
        return worst;
    }
}
