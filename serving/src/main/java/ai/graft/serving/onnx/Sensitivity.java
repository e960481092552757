package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.DirectoryTree;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What eight bits cost, and where: the error of an export in int8, and what is left of it with one layer, or one kind of linear
 * layer in all of them, kept in fp32.
 *
 * @param fp32 the metric in fp32
 * @param int8 the export with all of these in eight bits
 * @param parts the same with one part kept in fp32, the one that leaves the least error first
 */
public record Sensitivity(Validation.Score fp32, Part int8, List<Part> parts) {
    private static final Pattern IN_LAYER = Pattern.compile(".*\\b(layer\\.\\d+\\.)(.+)\\.weight");

    public Sensitivity {
        parts = List.copyOf(parts);
    }

    /**
     * One export.
     *
     * @param kept what is in fp32, as {@link ExportOptions#keepFp32} takes it; empty for nothing
     * @param error length of the logits' differences from fp32's on all texts, as a share of the length of the logits
     * @param score the metric
     */
    public record Part(String kept, double error, Validation.Score score) {
        ObjectNode toJson() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("kept", kept)
                    .put("error", error)
                    .put("value", score.value());
        }
    }

    /** All of it as an object. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("metric", fp32.metric());
        json.put("fp32", fp32.value()).put("int8", int8.score().value()).put("int8_error", int8.error());
        ArrayNode array = json.putArray("parts");
        parts.forEach(part -> array.add(part.toJson()));
        return json;
    }

    /** Told of each export, for they take their time. */
    @FunctionalInterface
    public interface Progress {
        /** So many are measured. */
        void measured(int done, int all);
    }

    /**
     * Measures: an export for each layer and each kind of linear layer.
     *
     * @param nameOrDirectory as {@code Checkpoint.open} takes it
     * @param int8 the export that is meant
     * @param texts of the caller's data, at least one
     * @param judge measures the logits for them
     * @param progress told after each part
     * @throws ProofFailedException where fp32 does not compute what the checkpoint computes
     * @throws IllegalArgumentException where the options are not int8's
     */
    public static Sensitivity measure(
            String nameOrDirectory,
            ExportOptions int8,
            List<TextInput> texts,
            Validation.LogitsJudge judge,
            Progress progress) {
        if (int8.precision() != ExportPrecision.INT8) {
            throw new IllegalArgumentException(
                    "the precision is " + int8.precision().label() + ", expected int8, whose costs are measured");
        }
        try (ExportSource source = ExportSource.open(nameOrDirectory);
                TemporaryFolder folder = TemporaryFolder.create("sensitivity")) {
            return measure(source, new Trials(source, folder.path(), List.copyOf(texts)), int8, judge, progress);
        } catch (IOException e) {
            throw TemporaryFolder.failure(e);
        }
    }

    private static Sensitivity measure(
            ExportSource source, Trials trials, ExportOptions int8, Validation.LogitsJudge judge, Progress progress)
            throws IOException {
        List<String> patterns = patterns(ShapeOps.weights(
                source.pretrained().network(), source.pretrained().head()));
        float[][] exact = trials.logits(int8.inFp32());
        Part whole = part("", exact, trials.logits(int8), judge);
        List<Part> parts = new ArrayList<>();
        for (String pattern : patterns) {
            List<String> kept = new ArrayList<>(int8.keepFp32());
            kept.add(pattern);
            parts.add(part(pattern, exact, trials.logits(int8.withKeepFp32(kept)), judge));
            progress.measured(parts.size(), patterns.size());
        }
        parts.sort(Comparator.comparingDouble(Part::error));
        return new Sensitivity(judge.judge(exact), whole, parts);
    }

    /** Each layer, then each kind of linear layer: {@code layer.0.}, …, {@code layer.*.attention.self.query}, … */
    static List<String> patterns(List<WeightSpec> weights) {
        Set<String> layers = new LinkedHashSet<>();
        Set<String> kinds = new LinkedHashSet<>();
        for (WeightSpec weight : weights) {
            Matcher matcher = IN_LAYER.matcher(weight.name());
            if (weight.shape().size() == 2 && matcher.matches()) {
                layers.add(matcher.group(1));
                kinds.add("layer.*." + matcher.group(2));
            }
        }
        layers.addAll(kinds);
        return List.copyOf(layers);
    }

    private static Part part(String kept, float[][] exact, float[][] given, Validation.LogitsJudge judge) {
        double differences = 0;
        double length = 0;
        for (int row = 0; row < exact.length; row++) {
            for (int i = 0; i < exact[row].length; i++) {
                differences += Math.pow((double) given[row][i] - exact[row][i], 2);
                length += Math.pow(exact[row][i], 2);
            }
        }
        double error = length == 0 ? 0 : Math.sqrt(differences / length);
        return new Part(kept, error, judge.judge(given));
    }

    /** Exports one after the other in one place, and asks each. */
    private record Trials(ExportSource source, Path folder, List<TextInput> texts) {
        /** In eight bits the comparison with the checkpoint need not pass: that it fails may be why one looks. */
        float[][] logits(ExportOptions options) throws IOException {
            Path directory = Files.createDirectory(folder.resolve("export"));
            OnnxExporter.write(source, directory, options, options.precision() == ExportPrecision.FP32);
            try (OnnxPredictor predictor = OnnxPredictor.open(directory)) {
                return predictor.logits(texts);
            } finally {
                DirectoryTree.delete(directory);
            }
        }
    }
}
