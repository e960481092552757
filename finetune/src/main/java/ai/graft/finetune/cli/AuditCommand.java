package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.audit.DataAudit;
import ai.graft.finetune.train.FrozenEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft audit}: labels that are likely wrong, rows that repeat others, and test rows that training has seen. */
@Command(
        name = "audit",
        abbreviateSynopsis = true,
        description = "Find likely label errors, near duplicates and leaks in data.",
        footer = {"", "Example: graft audit --train train.tsv --test test.tsv --out suspects.csv"})
final class AuditCommand extends Subcommand {
    @Option(names = "--train", paramLabel = "F", required = true, description = "File with one label a row.")
    private String train = "";

    @Option(names = "--test", paramLabel = "F", description = "File whose rows should not stand in the other.")
    private Optional<String> test = Optional.empty();

    @Option(names = "--model", paramLabel = "M", description = "Whose vectors to judge by (${DEFAULT-VALUE}).")
    private String model = "minilm";

    @Option(names = "--out", paramLabel = "F", description = "CSV file of all findings, to work through.")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--folds", paramLabel = "N", description = "Folds of the cross-validation (${DEFAULT-VALUE}).")
    private int folds = 5;

    @Option(names = "--seed", paramLabel = "N", description = "Decides the folds (${DEFAULT-VALUE}).")
    private long seed = 42;

    @Option(
            names = "--share",
            paramLabel = "X",
            description =
                    "List this share of the rows, the most suspicious; if left out, those confident learning finds.")
    private Optional<Double> share = Optional.empty();

    @Option(
            names = "--similar",
            paramLabel = "X",
            description = "Cosine from which texts are near duplicates (${DEFAULT-VALUE}).")
    private double similar = 0.95;

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Override
    void run(Console console) throws IOException {
        OptionalDouble listed = share.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
        DataAudit.Settings settings = new DataAudit.Settings(folds, seed, similar, listed);
        Dataset trained = data.read(train);
        Optional<Dataset> tested = test.map(data::read);
        DataAudit.check(trained, tested, settings);
        if (out.isPresent()) {
            FindingsFile.requireWritable(out.get()); // before a long computation
        }
        FrozenEncoder encoder = FrozenEncoder.open(model);
        FeatureReading reading = new FeatureReading(console, compute);
        DataAudit.Part part = new DataAudit.Part(trained, reading.of(trained, encoder, model));
        Optional<DataAudit.Part> testPart = Optional.empty();
        if (tested.isPresent()) {
            testPart = Optional.of(new DataAudit.Part(tested.get(), reading.of(tested.get(), encoder, model)));
        }
        DataAudit audit = DataAudit.of(part, testPart, settings);
        if (out.isPresent()) {
            FindingsFile.write(out.get(), audit.findings());
            console.err().println(out.get() + ": " + audit.findings().size() + " rows to look at");
        }
        AuditFacts facts = new AuditFacts(train, trained, test, model, folds, audit);
        output.print(console, facts.json(), facts.sheet());
    }
}
