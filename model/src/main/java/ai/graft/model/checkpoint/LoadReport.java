package ai.graft.model.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What became of each tensor of a checkpoint; the same lists as transformers' {@code output_loading_info}, each sorted.
 *
 * @param source the file, for messages
 * @param loaded names of the network's weights that the file gave
 * @param missing names of the network's weights that the file does not have
 * @param unexpected names in the file that the network has no use for, with gamma and beta renamed
 * @param mismatched weights whose shapes differ
 * @param notes what was renamed or passed over, in words
 */
public record LoadReport(
        String source,
        List<String> loaded,
        List<String> missing,
        List<String> unexpected,
        List<Mismatch> mismatched,
        List<String> notes) {
    public LoadReport {
        loaded = List.copyOf(loaded);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        mismatched = List.copyOf(mismatched);
        notes = List.copyOf(notes);
    }

    /**
     * Refuses a checkpoint that does not hold the whole encoder.
     *
     * @param basePrefix the architecture's base prefix with its dot, such as {@code bert.}; of a network whose names
     *     begin with it, every other name belongs to the head
     * @param headPrefixes what else may be made anew, such as {@code pooler.}; compared with the names before and after
     *     the base prefix is taken off
     * @throws CheckpointException naming each encoder weight that is missing or has another shape; or, if the file has
     *     none of them, what its names look like
     */
    public void requireEncoder(String basePrefix, String... headPrefixes) {
        Encoder encoder = encoder(basePrefix, headPrefixes);
        List<String> absent = missing.stream().filter(encoder::holds).toList();
        List<Mismatch> other =
                mismatched.stream().filter(m -> encoder.holds(m.name())).toList();
        if (absent.isEmpty() && other.isEmpty()) {
            return;
        }
        if (other.isEmpty() && loaded.stream().noneMatch(encoder::holds)) {
            throw foreign(basePrefix);
        }
        throw new CheckpointException(source + ": the encoder is not whole." + listed(absent, other)
                + " Take the config.json that was saved with these weights, or fetch the file again.");
    }

    /**
     * Refuses weights of another shape, for a caller who did not ask for another number of labels.
     *
     * @throws CheckpointException naming each mismatched weight with both shapes
     */
    public void requireShapes() {
        if (!mismatched.isEmpty()) {
            throw new CheckpointException(source + ": weights have other shapes than the model."
                    + listed(List.of(), mismatched)
                    + " Ask for as many labels as the file has, or allow a new head.");
        }
    }

    private record Encoder(String basePrefix, boolean prefixed, List<String> heads) {
        boolean holds(String name) {
            boolean below = name.startsWith(basePrefix);
            String bare = prefixed && below ? name.substring(basePrefix.length()) : name;
            return (!prefixed || below)
                    && heads.stream().noneMatch(head -> name.startsWith(head) || bare.startsWith(head));
        }
    }

    private Encoder encoder(String basePrefix, String... headPrefixes) {
        Stream<String> wanted = Stream.of(
                        loaded.stream(), missing.stream(), mismatched.stream().map(Mismatch::name))
                .flatMap(names -> names);
        boolean prefixed = !basePrefix.isEmpty() && wanted.anyMatch(name -> name.startsWith(basePrefix));
        return new Encoder(basePrefix, prefixed, Arrays.asList(headPrefixes));
    }

    private CheckpointException foreign(String basePrefix) {
        List<String> names = new ArrayList<>(unexpected);
        names.addAll(loaded);
        return new CheckpointException(
                ("%s: holds no weight of the encoder. Expected names of the architecture '%s'; the file's %d names look"
                                + " like %s%s. Take a config.json whose model_type is the file's architecture.")
                        .formatted(
                                source,
                                basePrefix.replace(".", ""),
                                names.size(),
                                ArchitectureGuess.of(names),
                                names.isEmpty() ? "" : ", for example '" + names.get(0) + "'"));
    }

    private static String listed(List<String> absent, List<Mismatch> other) {
        StringBuilder text = new StringBuilder();
        if (!absent.isEmpty()) {
            text.append(" Missing: '").append(String.join("', '", absent)).append("'.");
        }
        other.forEach(mismatch -> text.append(" ").append(mismatch).append("."));
        return text.toString();
    }
}
