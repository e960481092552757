package ai.graft.finetune.bench;

import ai.graft.model.network.Extent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Training steps on demand, so that another process can take turns with this one ({@code compare/steps.py}). */
@Command(
        name = "turns",
        description = "Takes as many training steps as each line of standard input says; prints their seconds.",
        mixinStandardHelpOptions = true)
final class TurnsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--variant", defaultValue = "ENGINE_BF16", description = "${COMPLETION-CANDIDATES}")
    private StepVariant variant;

    @Option(names = "--batch", defaultValue = "8", description = "default ${DEFAULT-VALUE}")
    private int batch;

    @Option(names = "--length", defaultValue = "128", description = "tokens a row, default ${DEFAULT-VALUE}")
    private int length;

    @Option(names = "--mini-lm", description = "six layers of 384 in place of BERT-base")
    private boolean miniLm;

    @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int threads;

    @Override
    public void run() {
        BenchMain.useThreads(threads);
        BertShape shape = miniLm ? BertShape.miniLm() : BertShape.base();
        StepSettings settings = new StepSettings(shape, batch, length, 0.1, Extent.HEAD_ONLY, 0, 1);
        try (TrainingStep training = variant.open(settings);
                BufferedReader turns = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            int step = 0;
            for (String turn = turns.readLine(); turn != null; turn = turns.readLine()) {
                step = take(training, settings, step, Integer.parseInt(turn.strip()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int take(TrainingStep training, StepSettings settings, int from, int steps) {
        PrintWriter out = spec.commandLine().getOut();
        for (int step = from; step < from + steps; step++) {
            RandomBatch random = RandomBatch.of(settings.shape(), settings.batch(), settings.length(), step);
            double seconds =
                    training.take(random.inputs(), random.labels(), step).seconds();
            out.printf(Locale.ROOT, "%.4f ", seconds);
        }
        out.println();
        out.flush();
        return from + steps;
    }
}
