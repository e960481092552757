package ai.graft.model.checkpoint;

import ai.graft.model.network.WeightSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds a checkpoint's tensor for each weight of a network, by the rules of transformers' {@code from_pretrained}.
 *
 * <ol>
 *   <li>{@code LayerNorm.gamma} and {@code LayerNorm.beta}, the names of the first BERT files, become weight and bias.
 *   <li>If the network's names have the base prefix and no name of the file has it, it is put before each; if only the
 *       file has it, it is taken off, and names without it are unexpected.
 *   <li>Buffers that old versions stored ({@code embeddings.position_ids}, {@code embeddings.token_type_ids}) and
 *       weights that the network ties to others are passed over.
 * </ol>
 *
 * <p>Nothing is fatal here but a name that occurs twice; {@link LoadReport} has the checks.
 */
public final class WeightLoader {
    private static final List<String> BUFFERS = List.of("embeddings.position_ids", "embeddings.token_type_ids");

    private final String source;
    private final Map<String, WeightSpec> wanted;
    private final String basePrefix;
    private final Set<String> tiedAliases;
    private final Map<String, Tensor> found = new LinkedHashMap<>();
    private final List<String> unexpected = new ArrayList<>();
    private final List<Mismatch> mismatched = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private WeightLoader(String source, List<WeightSpec> wanted, String basePrefix, Set<String> tiedAliases) {
        this.source = source;
        this.wanted = wanted.stream()
                .collect(
                        Collectors.toMap(WeightSpec::name, spec -> spec, WeightLoader::refuseTwin, LinkedHashMap::new));
        this.basePrefix = basePrefix;
        this.tiedAliases = Set.copyOf(tiedAliases);
    }

    /** As {@link #load(Map, List, String, Set)}; messages name the checkpoint's file. */
    public static Loaded load(Weights file, List<WeightSpec> wanted, String basePrefix, Set<String> tiedAliases) {
        return new WeightLoader(file.source().toString(), wanted, basePrefix, tiedAliases).run(file.tensors());
    }

    /**
     * Gives each wanted weight its tensor, where the file has one of the right shape.
     *
     * @param file the checkpoint's tensors by name
     * @param wanted the network's weights, each once, in the network's order
     * @param basePrefix the architecture's base prefix with its dot, such as {@code bert.}; empty if it has none
     * @param tiedAliases second names of weights that the network ties, such as {@code cls.predictions.decoder.weight}:
     *     not unexpected where a file stores them
     * @throws IllegalArgumentException if a wanted name occurs twice or the prefix has no dot at its end
     * @throws CheckpointException if two tensors of the file are for one weight, or a wanted one has an unusual type
     */
    public static Loaded load(
            Map<String, Tensor> file, List<WeightSpec> wanted, String basePrefix, Set<String> tiedAliases) {
        return new WeightLoader("checkpoint", wanted, basePrefix, tiedAliases).run(file);
    }

    private Loaded run(Map<String, Tensor> file) {
        if (!basePrefix.isEmpty() && !basePrefix.endsWith(".")) {
            throw new IllegalArgumentException("a base prefix ends with a dot, got '" + basePrefix + "'");
        }
        boolean fileHasPrefix = anyPrefixed(file.keySet());
        boolean networkHasPrefix = anyPrefixed(wanted.keySet());
        noteRenaming(file.keySet(), fileHasPrefix, networkHasPrefix);
        file.forEach((stored, tensor) -> {
            String renamed = renameLayerNorm(stored);
            if (fileHasPrefix == networkHasPrefix) {
                place(renamed, renamed, tensor);
            } else if (networkHasPrefix) {
                place(renamed, basePrefix + renamed, tensor);
            } else if (renamed.startsWith(basePrefix)) {
                place(renamed, renamed.substring(basePrefix.length()), tensor);
            } else {
                unexpected.add(renamed);
            }
        });
        return result();
    }

    private boolean anyPrefixed(Set<String> names) {
        return !basePrefix.isEmpty() && names.stream().anyMatch(name -> name.startsWith(basePrefix));
    }

    private void noteRenaming(Set<String> stored, boolean fileHasPrefix, boolean networkHasPrefix) {
        long old = stored.stream()
                .filter(name -> !renameLayerNorm(name).equals(name))
                .count();
        if (old > 0) {
            notes.add(old + " tensors named LayerNorm.gamma or LayerNorm.beta were read as weight and bias");
        }
        if (fileHasPrefix != networkHasPrefix) {
            notes.add("the prefix '%s' was %s the file's names"
                    .formatted(basePrefix, networkHasPrefix ? "put before" : "taken off"));
        }
    }

    private void place(String stored, String name, Tensor tensor) {
        WeightSpec spec = wanted.get(name);
        if (spec != null) {
            take(spec, tensor);
        } else if (BUFFERS.stream().anyMatch(name::endsWith)) {
            notes.add("'" + stored + "' is a buffer, not a weight, and was passed over");
        } else if (tiedAliases.contains(name) || tiedAliases.contains(stored)) {
            notes.add("'" + stored + "' is tied to another weight and was passed over");
        } else {
            unexpected.add(stored);
        }
    }

    private void take(WeightSpec spec, Tensor tensor) {
        boolean seen = found.containsKey(spec.name())
                || mismatched.stream().anyMatch(other -> other.name().equals(spec.name()));
        if (seen) {
            throw new CheckpointException("%s: two tensors stand for '%s', one of them under LayerNorm.gamma or beta."
                            .formatted(source, spec.name())
                    + " Remove one.");
        }
        if (!spec.shape().equals(tensor.shape())) {
            mismatched.add(new Mismatch(spec.name(), tensor.shape(), spec.shape()));
        } else if (!tensor.dtype().widens()) {
            throw new CheckpointException("%s: tensor '%s' is stored as %s, which is not read. Save it as F32 or F16."
                    .formatted(source, spec.name(), tensor.dtype()));
        } else {
            found.put(spec.name(), tensor);
        }
    }

    private Loaded result() {
        mismatched.sort(Comparator.comparing(Mismatch::name));
        Set<String> others = mismatched.stream().map(Mismatch::name).collect(Collectors.toSet());
        List<String> missing = wanted.keySet().stream()
                .filter(name -> !found.containsKey(name) && !others.contains(name))
                .sorted()
                .toList();
        LoadReport report = new LoadReport(
                source,
                found.keySet().stream().sorted().toList(),
                missing,
                unexpected.stream().sorted().toList(),
                mismatched,
                notes.stream().sorted().toList());
        return new Loaded(inNetworkOrder(), report);
    }

    private Map<String, Tensor> inNetworkOrder() {
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        for (String name : wanted.keySet()) {
            Tensor tensor = found.get(name);
            if (tensor != null) {
                ordered.put(name, tensor);
            }
        }
        return ordered;
    }

    private static String renameLayerNorm(String name) {
        if (name.endsWith("LayerNorm.gamma")) {
            return name.substring(0, name.length() - "gamma".length()) + "weight";
        }
        if (name.endsWith("LayerNorm.beta")) {
            return name.substring(0, name.length() - "beta".length()) + "bias";
        }
        return name;
    }

    private static WeightSpec refuseTwin(WeightSpec one, WeightSpec other) {
        throw new IllegalArgumentException("the weight '" + other.name() + "' is wanted twice, first as " + one);
    }
}
