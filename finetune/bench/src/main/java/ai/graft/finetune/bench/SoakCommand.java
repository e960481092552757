package ai.graft.finetune.bench;

import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.ResidentMemory;
import ai.graft.model.network.Extent;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Resident memory over many steps of random shapes. */
@Command(
        name = "soak",
        description = "Steps of random batch sizes and lengths, with the resident memory after every tenth of them.",
        mixinStandardHelpOptions = true)
final class SoakCommand implements Runnable {
    private static final BertShape SMOKE = new BertShape(1, 32, 4, 64, 100, 64, 2);

    @Spec
    private CommandSpec spec;

    @Option(names = "--steps", defaultValue = "300", description = "default ${DEFAULT-VALUE}")
    private int steps;

    @Option(names = "--batch", defaultValue = "32", description = "largest, default ${DEFAULT-VALUE}")
    private int batch;

    @Option(names = "--length", defaultValue = "128", description = "largest, default ${DEFAULT-VALUE}")
    private int length;

    @Option(names = "--precision", defaultValue = "BF16", description = "default ${DEFAULT-VALUE}")
    private Precision precision;

    @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--smoke", description = "a tiny network in place of MiniLM")
    private boolean smoke;

    @Override
    public void run() {
        BenchMain.useThreads(threads);
        BertShape shape = smoke ? SMOKE : BertShape.miniLm();
        SplittableRandom random = new SplittableRandom(1);
        try (TrainingStep training = new EngineStep(shape, 0.1, Extent.HEAD_ONLY, precision)) {
            for (int step = 0; step < steps; step++) {
                int rows = random.nextInt(1, batch + 1);
                int columns = random.nextInt(1, Math.min(length, shape.positions()) + 1);
                RandomBatch one = RandomBatch.of(shape, rows, columns, step);
                double loss = training.take(one.inputs(), one.labels(), step).loss();
                if ((step + 1) % Math.max(1, steps / 10) == 0) {
                    print(step + 1, loss);
                }
            }
        }
    }

    private void print(int step, double loss) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "step %d loss %.4f, resident %.3f GB, peak %.3f GB%n",
                step,
                loss,
                ResidentMemory.currentBytes().orElse(0) / 1e9,
                ResidentMemory.peakBytes().orElse(0) / 1e9);
        out.flush();
    }
}
