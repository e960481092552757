package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.RowsFound;
import ai.graft.datasets.Survey;
import ai.graft.model.checkpoint.PretrainedCache;
import ai.graft.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft data}: what is to be known of data before a model is trained on them. Needs no PyTorch. */
@Command(
        name = "data",
        abbreviateSynopsis = true,
        description = "Describe data: labels, token counts, duplicates, odd rows.",
        footer = {"", "Example: graft data train.tsv --against test.tsv"})
final class DataCommand extends Subcommand {
    @Parameters(paramLabel = "F", arity = "1..*", description = "Files; or one file a label: pos=F,neg=F.")
    private List<String> sources = List.of();

    @Option(names = "--against", paramLabel = "F", description = "Count the rows whose text stands in F too.")
    private Optional<String> against = Optional.empty();

    @Option(names = "--model", paramLabel = "M", description = "Whose tokens to count (${DEFAULT-VALUE}).")
    private String model = "minilm";

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** A data set, and why it cannot be trained on as it was read. */
    private record Read(Dataset data, Optional<String> hindrance) {}

    @Override
    void run(Console console) throws IOException {
        Optional<Dataset> other = against.map(source -> read(source).data());
        try (Tokenizer tokenizer = Tokenizer.load(PretrainedCache.resolve(model))) {
            String gap = "";
            for (String source : sources) {
                Read read = read(source);
                TokenLengths lengths = TokenLengths.of(read.data(), tokenizer);
                Optional<RowsFound> overlap = other.map(set -> Survey.overlap(read.data(), set));
                DataFacts facts = new DataFacts(
                        source,
                        read.data(),
                        read.hindrance(),
                        Survey.of(read.data()),
                        model,
                        lengths,
                        overlap,
                        against);
                output.print(console, facts.json(), output.json() ? "" : gap + new DataSheet(facts));
                gap = "\n";
            }
        }
    }

    /** As training would read it; where that cannot tell the labels, as prediction would. */
    private Read read(String source) {
        try {
            return new Read(data.readToLook(source, true), Optional.empty());
        } catch (DatasetException e) {
            try {
                return new Read(data.readToLook(source, false), Optional.of(String.valueOf(e.getMessage())));
            } catch (DatasetException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }
}
