package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Head;
import ai.graft.model.task.Task;
import ai.graft.serving.predict.OnnxMetadata;
import ai.graft.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is exported: an open checkpoint with its head and tokenizer, and the rows that a file of it is compared with. */
final class ExportSource implements AutoCloseable {
    private final String nameOrDirectory;
    private final Checkpoint checkpoint;
    private final PretrainedNetwork pretrained;
    private final Tokenizer tokenizer;
    private final int maxLength;
    private @Nullable Examples examples;

    private ExportSource(
            String nameOrDirectory,
            Checkpoint checkpoint,
            PretrainedNetwork pretrained,
            int maxLength,
            Tokenizer tokenizer) {
        this.nameOrDirectory = nameOrDirectory;
        this.checkpoint = checkpoint;
        this.pretrained = pretrained;
        this.tokenizer = tokenizer;
        this.maxLength = maxLength;
    }

    /** Rows whose outputs are known, and from where. */
    record Examples(String origin, List<ExampleRow> rows) {}

    /** Opens a checkpoint with the head that its configuration names. */
    static ExportSource open(String nameOrDirectory) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        PretrainedNetwork pretrained = checkpoint.load(checkpoint.head(), false, 0);
        int maxLength = GraftFile.read(checkpoint.directory())
                .maxLength(checkpoint.config().model());
        Tokenizer tokenizer = Tokenizer.load(checkpoint.directory()); // last: it holds native memory
        return new ExportSource(nameOrDirectory, checkpoint, pretrained, maxLength, tokenizer);
    }

    String nameOrDirectory() {
        return nameOrDirectory;
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    PretrainedNetwork pretrained() {
        return pretrained;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The task of a text classifier or regressor. */
    Optional<Task.OfText> textTask() {
        return checkpoint.head() instanceof Head.SequenceClassification
                ? Optional.of(Task.of(
                        checkpoint.config().labels(), checkpoint.config().problemType()))
                : Optional.empty();
    }

    /** Entries of a file's metadata that do not depend on how it is written. */
    Map<String, String> entries() {
        Head head = checkpoint.head();
        boolean labelled = head instanceof Head.SequenceClassification || head instanceof Head.TokenClassification;
        return OnnxMetadata.entries(
                checkpoint.network().className(head),
                textTask().map(Task::name).orElse(taskName(head)),
                labelled ? checkpoint.config().labels() : List.of(),
                maxLength,
                tokenizer.fingerprint(),
                SourceFingerprint.of(checkpoint),
                Optional.ofNullable(OnnxExporter.class.getPackage().getImplementationVersion())
                        .orElse("unpackaged"));
    }

    private static String taskName(Head head) {
        if (head instanceof Head.TokenClassification) {
            return "token-classification";
        } else if (head instanceof Head.QuestionAnswering) {
            return "question-answering";
        } else if (head instanceof Head.MaskedLm) {
            return "masked-lm";
        }
        return "encoder";
    }

    /** The checkpoint's golden data, or, where it has none, made-up rows computed in doubles: once, for that takes seconds. */
    Examples examples() {
        if (examples == null) {
            Head head = checkpoint.head();
            boolean fineTuned = head instanceof Head.SequenceClassification || head instanceof Head.QuestionAnswering;
            Optional<List<ExampleRow>> golden = fineTuned ? GoldenFile.read(checkpoint.directory()) : Optional.empty();
            examples = golden.map(rows -> new Examples(GoldenFile.NAME, rows))
                    .orElseGet(() ->
                            new Examples("reference arithmetic in doubles", ReferenceRows.of(pretrained, maxLength)));
        }
        return examples;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
