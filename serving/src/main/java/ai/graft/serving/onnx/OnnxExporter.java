package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DirectoryTree;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.network.Head;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.OnnxMetadata;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.OnnxSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Turns a checkpoint into a directory for ONNX Runtime: {@code model.onnx}, the tokenizer's files, {@code config.json}, {@code
 * graft.json} and {@code export.json} (what was written, from what, and how it was compared).
 *
 * <p>A {@code portable} graph takes {@code input_ids}, {@code attention_mask} and, where there is more than one type, {@code
 * token_type_ids}, all int64 (B, S) of any B and S. Text classifiers give {@code logits} (B, L); token classifiers (B, S, L); masked LMs (B, S,
 * V); question answering {@code start_logits} and {@code end_logits} (B, S); bare encoders {@code last_hidden_state} (B, S, H)
 * and {@code pooler_output} (B, H) where the checkpoint has a pooler.
 *
 * <p>An {@code ort} graph computes no padding. It takes the tokens of all texts one after the other, {@code input_ids}, {@code
 * position_ids} and {@code token_type_ids} (T); {@code unpack} (B, S), the token in each slot of a text, 0 beyond its end;
 * {@code lengths} (B, int32) of the texts; {@code pack} (T), the place of each token in {@code unpack}; and {@code first} (B),
 * each text's first token; of these what the head needs. Outputs with a row for each token have (T) in place of (B, S). {@link
 * OnnxSession} feeds and reads both alike.
 *
 * <p>Before anything appears, the file is loaded and compared with {@code golden.json} of the checkpoint, or, where it has
 * none, with arithmetic in doubles; what was found is then added to its metadata. What precision may differ by how much, {@code Closeness} says.
 */
public final class OnnxExporter {
    /** Marks a directory that an export wrote, and the next one may replace. */
    public static final String MARKER = "export.json";

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
     * @throws ProofFailedException where the graph does not compute what the checkpoint computes, or loses too much of the
     *     validation's metric
     * @throws CheckpointException where the checkpoint is not sound or its head not whole, or the target cannot be written
     * @throws IllegalArgumentException where a weight to keep in fp32 is not there
     * @throws ai.graft.tokenizer.TokenizerException where the checkpoint has no usable tokenizer
     */
    public static ExportReport export(String nameOrDirectory, Path target, ExportOptions options) {
        try (ExportSource source = ExportSource.open(nameOrDirectory);
                AtomicDirectory output = AtomicDirectory.replaceOutput(target, MARKER)) {
            Path directory = output.path();
            boolean apart = write(source, directory, options, true);
            long bytes = bytes(directory);
            OnnxMetadata metadata = readBack(directory.resolve(OnnxPredictor.MODEL));
            Optional<Validation.Result> validated = validate(source, directory, options);
            ExportReport report = new ExportReport(target, bytes, apart, options, metadata, validated);
            writeJson(directory.resolve(MARKER), report.facts());
            output.commit();
            return report;
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Writes and compares the model with all that a predictor needs; gives whether its weights lie apart.
     *
     * @param insist whether a comparison that fails ends in {@link ProofFailedException}
     */
    static boolean write(ExportSource source, Path directory, ExportOptions options, boolean insist)
            throws IOException {
        ExportGraph graph = NetworkGraph.of(source.pretrained(), options);
        Path file = directory.resolve(OnnxPredictor.MODEL);
        boolean apart = OnnxFile.write(file, graph, source.entries(), options.externalData());
        OnnxFile.appendMetadata(
                file, compare(source, file, options.precision(), insist).entries());
        writeCompanions(source, readBack(file), directory);
        return apart;
    }

    /** Against the same checkpoint in fp32, which lies beside the export for as long as that takes. */
    private static Optional<Validation.Result> validate(ExportSource source, Path directory, ExportOptions options)
            throws IOException {
        if (options.validation().isEmpty()) {
            return Optional.empty();
        }
        Path reference = Files.createDirectory(directory.resolve("fp32"));
        write(source, reference, ExportOptions.DEFAULT.withExternalData(options.externalData()), true);
        Validation.Result result;
        try (OnnxPredictor before = OnnxPredictor.open(reference);
                OnnxPredictor after = OnnxPredictor.open(directory)) {
            result = options.validation().get().compare(before, after);
        }
        DirectoryTree.delete(reference); // where anything failed, the whole directory goes
        return Optional.of(result);
    }

    private static OnnxMetadata.Proof compare(
            ExportSource source, Path file, ExportPrecision precision, boolean insist) {
        ExportSource.Examples examples = source.examples();
        try (OnnxSession session = OnnxSession.open(file, Device.CPU, OnnxSession.ALL_CORES)) {
            Decisions decisions = new Decisions(source.pretrained().head(), source.textTask());
            ExportCheck check =
                    new ExportCheck(session, source.checkpoint().config().model(), decisions, precision);
            ExportCheck.Outcome outcome = check.compare(examples.rows());
            if (insist) {
                check.require();
            }
            return new OnnxMetadata.Proof(
                    examples.origin(),
                    outcome.comparisons(),
                    outcome.found().maxDifference(),
                    outcome.found().meanCosine(),
                    outcome.found().equalDecisions(),
                    "ONNX Runtime " + session.runtimeVersion() + ", CPU");
        }
    }

    private static OnnxMetadata readBack(Path file) throws IOException {
        return OnnxMetadata.parse(OnnxFile.readMetadata(file), file.toString());
    }

    private static void writeCompanions(ExportSource exported, OnnxMetadata metadata, Path directory)
            throws IOException {
        Checkpoint checkpoint = exported.checkpoint();
        exported.tokenizer().save(directory);
        Files.writeString(directory.resolve("config.json"), checkpoint.config().toJson());
        if (checkpoint.head() instanceof Head.None) {
            SentenceVectors.carry(exported.nameOrDirectory(), checkpoint.directory(), directory);
        }
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

    /** Size of the model in a directory, with its weights. */
    static long bytes(Path directory) throws IOException {
        Path file = directory.resolve(OnnxPredictor.MODEL);
        Path weights = file.resolveSibling(OnnxFile.dataName(file));
        return Files.size(file) + (Files.exists(weights) ? Files.size(weights) : 0);
    }

    private OnnxExporter() {}
}
