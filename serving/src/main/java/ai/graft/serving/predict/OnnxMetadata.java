package ai.graft.serving.predict;

import ai.graft.model.network.Positions;
import ai.graft.model.task.Task;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an exported file says of itself, in {@code metadata_props} below {@code graft.}.
 *
 * @param flavour which operators it is written in: a {@link Flavour}'s label
 * @param precision of weights and arithmetic: {@code fp32}, {@code fp16}, {@code fp16-gpu} or {@code int8}
 * @param modelClass the name in transformers, such as {@code BertForSequenceClassification}
 * @param task {@code single-label}, {@code multi-label}, {@code regression}, {@code token-classification}, {@code
 *     question-answering}, {@code masked-lm} or {@code encoder}
 * @param labels names of the outputs in order; empty where the task has none
 * @param maxLength tokens a text is cut to, special tokens included
 * @param tokenizerFingerprint of the tokenizer beside the file
 * @param sourceFingerprint SHA-256 of the checkpoint's configuration and tensors
 * @param graftVersion version that wrote it
 * @param proof how it was compared
 */
public record OnnxMetadata(
        String flavour,
        String precision,
        String modelClass,
        String task,
        List<String> labels,
        int maxLength,
        String tokenizerFingerprint,
        String sourceFingerprint,
        String graftVersion,
        Proof proof) {
    private static final String FORMAT = "1";
    private static final String PREFIX = "graft.";
    private static final String FLAVOUR = PREFIX + "flavour";
    private static final String POSITIONS = PREFIX + "positions";
    private static final String SEQUENTIAL = "sequential";
    private static final String AFTER = "after-padding ";
    private static final ObjectMapper JSON = new ObjectMapper();

    public OnnxMetadata {
        labels = List.copyOf(labels);
    }

    /**
     * The comparison that the file passed.
     *
     * @param against what it was compared with
     * @param comparisons how many rows of how many batches, alone and padded, were compared
     * @param maxDifference largest absolute difference of an output
     * @param meanCosine mean over rows and outputs of the cosine between what was expected and what the file gives, in
     *     [-1, 1]
     * @param equalDecisions share of decisions (labels, labels of tokens, ends of answers) that are the same, in [0, 1]; 1
     *     where outputs decide nothing
     * @param runtime what it ran on
     */
    public record Proof(
            String against,
            int comparisons,
            double maxDifference,
            double meanCosine,
            double equalDecisions,
            String runtime) {
        /** The entries for the file. */
        public Map<String, String> entries() {
            Map<String, String> entries = new LinkedHashMap<>();
            entries.put(PREFIX + "proof.against", against);
            entries.put(PREFIX + "proof.comparisons", Integer.toString(comparisons));
            entries.put(PREFIX + "proof.max_difference", Double.toString(maxDifference));
            entries.put(PREFIX + "proof.mean_cosine", Double.toString(meanCosine));
            entries.put(PREFIX + "proof.equal_decisions", Double.toString(equalDecisions));
            entries.put(PREFIX + "proof.runtime", runtime);
            return entries;
        }
    }

    /** The entries that follow from the graph alone: those by which a session knows what to feed. */
    public static Map<String, String> graphEntries(Flavour flavour, String precision, Positions positions) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(FLAVOUR, flavour.label());
        entries.put(PREFIX + "precision", precision);
        entries.put(
                POSITIONS, positions instanceof Positions.AfterPadding after ? AFTER + after.padTokenId() : SEQUENTIAL);
        return entries;
    }

    /** The flavour of a file by its entries: {@code portable} where it names none, as files of others. */
    static Flavour flavour(Map<String, String> entries, String origin) {
        try {
            return Flavour.parse(entries.getOrDefault(FLAVOUR, Flavour.PORTABLE.label()));
        } catch (IllegalArgumentException e) {
            throw new OnnxException(
                    origin + ": " + e.getMessage() + ". Use the version of Graft that wrote it, or a newer one.", e);
        }
    }

    /** How positions are counted. */
    static Positions positions(Map<String, String> entries, String origin) {
        String text = new Reader(entries, origin).text("positions");
        if (text.equals(SEQUENTIAL)) {
            return new Positions.Sequential();
        } else if (text.matches(AFTER + "\\d{1,9}")) {
            return new Positions.AfterPadding(Integer.parseInt(text.substring(AFTER.length())));
        }
        throw new OnnxException(origin + ": its metadata have " + POSITIONS + " '" + text
                + "', which this version does not know. Use the version of Graft that wrote it, or a newer one.");
    }

    /** The other entries but those of the proof, which is known only when the file is written. */
    public static Map<String, String> entries(
            String modelClass,
            String task,
            List<String> labels,
            int maxLength,
            String tokenizerFingerprint,
            String sourceFingerprint,
            String graftVersion) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(PREFIX + "format", FORMAT);
        entries.put(PREFIX + "model_class", modelClass);
        entries.put(PREFIX + "task", task);
        entries.put(PREFIX + "labels", json(labels));
        entries.put(PREFIX + "max_length", Integer.toString(maxLength));
        entries.put(PREFIX + "tokenizer_fingerprint", tokenizerFingerprint);
        entries.put(PREFIX + "source_fingerprint", sourceFingerprint);
        entries.put(PREFIX + "version", graftVersion);
        return entries;
    }

    /**
     * Reads a file's entries.
     *
     * @param origin what to call the file in an error
     * @throws OnnxException where they are missing or of another format
     */
    public static OnnxMetadata parse(Map<String, String> entries, String origin) {
        Reader reader = new Reader(entries, origin);
        if (!reader.text("format").equals(FORMAT)) {
            throw new OnnxException(origin + ": format " + reader.text("format")
                    + " is not read by this version, which knows " + FORMAT
                    + ". Use the version of Graft that wrote it, or a newer one.");
        }
        return new OnnxMetadata(
                reader.text("flavour"),
                reader.text("precision"),
                reader.text("model_class"),
                reader.text("task"),
                reader.labels(),
                (int) reader.number("max_length"),
                reader.text("tokenizer_fingerprint"),
                reader.text("source_fingerprint"),
                reader.text("version"),
                new Proof(
                        reader.text("proof.against"),
                        (int) reader.number("proof.comparisons"),
                        reader.number("proof.max_difference"),
                        reader.number("proof.mean_cosine"),
                        reader.number("proof.equal_decisions"),
                        reader.text("proof.runtime")));
    }

    /** The task of a text classifier or regressor; empty for other heads. */
    public Optional<Task.OfText> textTask() {
        return switch (task) {
            case "single-label" -> Optional.of(new Task.SingleLabel(labels));
            case "multi-label" -> Optional.of(new Task.MultiLabel(labels));
            case "regression" -> Optional.of(new Task.Regression(labels));
            default -> Optional.empty();
        };
    }

    private static String json(List<String> labels) {
        try {
            return JSON.writeValueAsString(labels);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a list of texts can always be written", e);
        }
    }

    private record Reader(Map<String, String> entries, String origin) {
        String text(String key) {
            String value = entries.get(PREFIX + key);
            if (value == null) {
                throw new OnnxException(origin + ": its metadata have no '" + PREFIX + key
                        + "', so 'graft export' did not write it whole. Export the checkpoint again.");
            }
            return value;
        }

        double number(String key) {
            try {
                return Double.parseDouble(text(key));
            } catch (NumberFormatException e) {
                throw new OnnxException(origin + ": its metadata have " + PREFIX + key + " '" + text(key)
                        + "', expected a number. Export the checkpoint again.");
            }
        }

        List<String> labels() {
            try {
                return JSON.readValue(text("labels"), new TypeReference<List<String>>() {});
            } catch (JsonProcessingException e) {
                throw new OnnxException(
                        origin + ": its metadata's labels are no JSON list. Export the checkpoint again.", e);
            }
        }
    }
}
