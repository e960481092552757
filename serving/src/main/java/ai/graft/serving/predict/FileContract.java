package ai.graft.serving.predict;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What a file's graph must have to do what its metadata promise; checked when it is opened, not in the first call. */
final class FileContract {
    private static final Set<String> NEEDED = Set.of("input_ids", "attention_mask");
    private static final String OPTIONAL = "token_type_ids";

    /** Tasks whose every label is a column of {@code logits}. */
    private static final Set<String> LABELLED =
            Set.of("single-label", "multi-label", "regression", "token-classification");

    /**
     * Compares the two. Inputs are those of the flavour {@code portable}.
     *
     * @throws OnnxException naming what was found and what was expected
     */
    static void check(OnnxSession session, OnnxMetadata metadata, Path file) {
        if (metadata.flavour().equals("portable")) {
            checkInputs(session.inputs(), file);
        }
        Set<String> outputs = outputs(metadata.task());
        if (!session.outputs().containsAll(outputs)) {
            throw new OnnxException(file + ": has the outputs " + new TreeSet<>(session.outputs()) + ", expected "
                    + new TreeSet<>(outputs)
                    + " for the task '" + metadata.task() + "'. Export the checkpoint again.");
        }
        if (LABELLED.contains(metadata.task())) {
            checkLabels(metadata, session.width("logits"), file);
        }
    }

    private static void checkInputs(Set<String> found, Path file) {
        boolean known = found.stream().allMatch(name -> NEEDED.contains(name) || name.equals(OPTIONAL));
        if (!known || !found.containsAll(NEEDED)) {
            throw new OnnxException(
                    file + ": has the inputs " + found + ", expected input_ids, attention_mask and, where"
                            + " the model has them, token_type_ids. Export the checkpoint again.");
        }
    }

    private static Set<String> outputs(String task) {
        return switch (task) {
            case "encoder" -> Set.of("last_hidden_state");
            case "question-answering" -> Set.of("start_logits", "end_logits");
            default -> Set.of("logits");
        };
    }

    private static void checkLabels(OnnxMetadata metadata, long width, Path file) {
        if (width != metadata.labels().size()) {
            throw new OnnxException(
                    file + ": its metadata name " + metadata.labels().size() + " labels " + metadata.labels()
                            + ", its head gives " + width + " logits. Export the checkpoint again.");
        }
    }

    private FileContract() {}
}
