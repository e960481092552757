package ai.graft.finetune.bench;

import ai.graft.model.network.Extent;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Training steps of the engine and of the baseline, in interleaved rounds, with the rate of plain matrix products. */
@Command(
        name = "step",
        description = "Training steps of the engine and of the baseline in turn, beside plain matrix products.",
        mixinStandardHelpOptions = true)
final class StepCommand implements Runnable {
    private static final BertShape SMOKE = new BertShape(2, 32, 4, 64, 100, 64, 2);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--only",
            split = ",",
            description =
                    "variants: ${COMPLETION-CANDIDATES}; without it all, and matrix products. For the peak memory of"
                            + " one: a process a variant")
    private List<StepVariant> only = List.of();

    @Option(names = "--batch", defaultValue = "8", description = "default ${DEFAULT-VALUE}")
    private int batch;

    @Option(names = "--length", defaultValue = "128", description = "tokens a row, default ${DEFAULT-VALUE}")
    private int length;

    @Option(names = "--dropout", defaultValue = "0.1", description = "at all sites, default ${DEFAULT-VALUE}")
    private double dropout;

    @Option(names = "--extent", defaultValue = "HEAD_ONLY", description = "default ${DEFAULT-VALUE}")
    private Extent extent;

    @Option(names = "--mini-lm", description = "six layers of 384 in place of BERT-base")
    private boolean miniLm;

    @Option(names = "--warm-up", defaultValue = "2", description = "default ${DEFAULT-VALUE} rounds")
    private int warmUp;

    @Option(names = "--rounds", defaultValue = "7", description = "default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--json", description = "every number, for programs")
    private boolean json;

    @Option(names = "--smoke", description = "a tiny network for a moment: shows that it runs, measures nothing")
    private boolean smoke;

    @Override
    public void run() {
        BenchMain.useThreads(threads);
        List<StepVariant> variants = only.isEmpty() ? List.of(StepVariant.values()) : only;
        StepResult result = StepBench.run(settings(), variants, only.isEmpty());
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? result.toJson().toPrettyString() + System.lineSeparator() : result.toString());
        out.flush();
    }

    private StepSettings settings() {
        if (smoke) {
            return new StepSettings(SMOKE, 2, 16, dropout, extent, 1, 2);
        }
        BertShape shape = miniLm ? BertShape.miniLm() : BertShape.base();
        return new StepSettings(shape, batch, length, dropout, extent, warmUp, rounds);
    }
}
