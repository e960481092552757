package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.network.Head;
import ai.graft.model.task.Task;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.OnnxMetadata;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.OnnxSession;
import ai.graft.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a checkpoint into a directory for ONNX Runtime: {@code model.onnx}, the tokenizer's files, {@code config.json}, {@code
 * graft.json} and {@code export.json} (what was written, from what, and how it was compared).
 *
 * <p>The graph takes {@code input_ids}, {@code attention_mask} and, where there is more than one type, {@code token_type_ids},
 * all int64 (B, S) of any B and S. Text classifiers give {@code logits} (B, L); token classifiers (B, S, L); masked LMs (B, S,
 * V); question answering {@code start_logits} and {@code end_logits} (B, S); bare encoders {@code last_hidden_state} (B, S, H)
 * and {@code pooler_output} (B, H) where the checkpoint has a pooler.
 *
 * <p>Before anything appears, the file is loaded and compared with {@code golden.json} of the checkpoint, or, where it has
 * none, with arithmetic in doubles.
 */
public final class OnnxExporter {
    /** Marks a directory that an export wrote, and the next one may replace. */
    private static final String MARKER = "export.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Exports a directory in one file where that can hold the weights.
     *
     * @see #export(String, Path, ExportOptions)
     */
    public static ExportReport export(Path checkpoint, Path target) {
        return export(checkpoint.toString(), target, ExportOptions.DEFAULT);
    }

    /**
     * Exports a checkpoint with the head that its configuration names.
     *
     * @param nameOrDirectory as {@link Checkpoint#open(String)} takes it
     * @param target appears whole or not at all; an earlier export in its place is replaced
     * @throws ProofFailedException where the graph does not compute what the checkpoint computes
     * @throws CheckpointException where the checkpoint is not sound or its head not whole, or the target cannot be written
     * @throws ai.graft.tokenizer.TokenizerException where the checkpoint has no usable tokenizer
     */
    public static ExportReport export(String nameOrDirectory, Path target, ExportOptions options) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        PretrainedNetwork pretrained = checkpoint.load(checkpoint.head(), false, 0);
        ExportGraph graph = NetworkGraph.of(pretrained);
        try (Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
                AtomicDirectory output = AtomicDirectory.replaceOutput(target, MARKER)) {
            Path directory = output.path();
            int maxLength = GraftFile.read(checkpoint.directory())
                    .maxLength(checkpoint.config().model());
            Map<String, String> entries = entries(checkpoint, tokenizer, maxLength);
            Path file = directory.resolve(OnnxPredictor.MODEL);
            boolean apart = OnnxFile.write(file, graph, entries, options.externalData());
            OnnxMetadata.Proof proof = prove(checkpoint, pretrained, file, maxLength);
            OnnxFile.appendMetadata(file, proof.entries());
            OnnxMetadata metadata = readBack(file);
            writeCompanions(checkpoint, tokenizer, metadata, directory);
            if (checkpoint.head() instanceof Head.None) {
                SentenceVectors.carry(nameOrDirectory, checkpoint.directory(), directory);
            }
            ExportReport report = new ExportReport(target, size(file, apart), apart, metadata);
            writeJson(directory.resolve(MARKER), report.facts());
            output.commit();
            return report;
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> entries(Checkpoint checkpoint, Tokenizer tokenizer, int maxLength) {
        Head head = checkpoint.head();
        boolean labelled = head instanceof Head.SequenceClassification || head instanceof Head.TokenClassification;
        return OnnxMetadata.entries(
                checkpoint.network().className(head),
                textTask(checkpoint).map(Task::name).orElse(taskName(head)),
                labelled ? checkpoint.config().labels() : List.of(),
                maxLength,
                tokenizer.fingerprint(),
                SourceFingerprint.of(checkpoint),
                Optional.ofNullable(OnnxExporter.class.getPackage().getImplementationVersion())
                        .orElse("unpackaged"));
    }

    private static Optional<Task> textTask(Checkpoint checkpoint) {
        return checkpoint.head() instanceof Head.SequenceClassification
                ? Optional.of(Task.of(
                        checkpoint.config().labels(), checkpoint.config().problemType()))
                : Optional.empty();
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

    private static OnnxMetadata.Proof prove(
            Checkpoint checkpoint, PretrainedNetwork pretrained, Path file, int maxLength) {
        Optional<Task> task = textTask(checkpoint);
        Optional<List<ExampleRow>> golden =
                task.isPresent() ? GoldenFile.read(checkpoint.directory()) : Optional.empty();
        List<ExampleRow> rows = golden.orElseGet(() -> ReferenceRows.of(pretrained, maxLength));
        try (OnnxSession session = OnnxSession.open(file, Device.CPU, OnnxSession.ALL_CORES)) {
            ExportCheck check = new ExportCheck(session, checkpoint.config().model(), pretrained.head(), task);
            ExportCheck.Passed passed = check.require(rows);
            return new OnnxMetadata.Proof(
                    golden.isPresent() ? GoldenFile.NAME : "reference arithmetic in doubles",
                    passed.comparisons(),
                    passed.maxDifference(),
                    "ONNX Runtime " + session.runtimeVersion());
        }
    }

    /** Loads the file as it will be used, the added entries included. */
    private static OnnxMetadata readBack(Path file) {
        try (OnnxSession session = OnnxSession.open(file, Device.CPU, OnnxSession.ALL_CORES)) {
            return OnnxMetadata.parse(session.metadata(), file.toString());
        }
    }

    private static void writeCompanions(
            Checkpoint checkpoint, Tokenizer tokenizer, OnnxMetadata metadata, Path directory) throws IOException {
        tokenizer.save(directory);
        Files.writeString(directory.resolve("config.json"), checkpoint.config().toJson());
        Path source = checkpoint.directory().resolve(GraftFile.NAME);
        Path target = directory.resolve(GraftFile.NAME);
        if (Files.exists(source)) {
            Files.copy(source, target);
            return;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", GraftFile.FORMAT).put("task", metadata.task());
        metadata.labels().forEach(json.putArray("labels")::add);
        json.put("max_length", metadata.maxLength()).put("tokenizer_fingerprint", metadata.tokenizerFingerprint());
        writeJson(target, json);
    }

    private static void writeJson(Path file, ObjectNode json) throws IOException {
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private static long size(Path file, boolean apart) throws IOException {
        return Files.size(file) + (apart ? Files.size(file.resolveSibling(OnnxFile.dataName(file))) : 0);
    }

    private OnnxExporter() {}
}
