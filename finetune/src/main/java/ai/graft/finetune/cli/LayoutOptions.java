package ai.graft.finetune.cli;

import ai.graft.serving.layout.Layout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say for which program an export is laid out. */
final class LayoutOptions {
    private static final String PLAIN = "plain";
    private static final String DEFAULT_VERSION = "1.0";

    /** Those that an option has a meaning for. */
    private static final Map<String, Set<String>> OPTIONS = Map.of(
            "plain", Set.of(),
            "triton", Set.of("--name"),
            "djl-serving", Set.of(),
            "kserve", Set.of("--name", "--storage-uri"),
            "jar", Set.of("--name", "--group-id", "--model-version"));

    @Option(
            names = "--layout",
            paramLabel = "L",
            defaultValue = PLAIN,
            description = "plain, triton, djl-serving, kserve or jar (Maven).")
    private String layout = PLAIN;

    @Option(names = "--name", paramLabel = "NAME", description = "Of the model where it serves; else that of --out.")
    private @Nullable String name;

    @Option(names = "--storage-uri", paramLabel = "URI", description = "For kserve: where models/ will lie.")
    private @Nullable String storageUri;

    @Option(names = "--group-id", paramLabel = "G", description = "For jar: Maven group, such as com.acme.")
    private @Nullable String groupId;

    @Option(names = "--model-version", paramLabel = "V", description = "For jar: version (" + DEFAULT_VERSION + ").")
    private @Nullable String version;

    /** As it was asked for. */
    String name() {
        return layout;
    }

    /**
     * The layout; empty for an export's own.
     *
     * @throws IllegalArgumentException where the layout is unknown, or an option is missing, wrong or without meaning for it
     */
    Optional<Layout> layout(Path out) {
        refuse("--name", name);
        refuse("--storage-uri", storageUri);
        refuse("--group-id", groupId);
        refuse("--model-version", version);
        return switch (layout) {
            case PLAIN -> Optional.empty();
            case "triton" -> Optional.of(new Layout.Triton(modelName(out)));
            case "djl-serving" -> Optional.of(new Layout.DjlServing());
            case "kserve" ->
                Optional.of(new Layout.KServe(
                        modelName(out), require(storageUri, "--storage-uri, such as pvc://claim/reviews")));
            case "jar" ->
                Optional.of(new Layout.Jar(
                        modelName(out),
                        require(groupId, "--group-id, such as com.acme"),
                        version == null ? DEFAULT_VERSION : version));
            default -> throw new AssertionError(layout);
        };
    }

    /** Complains of a layout that there is not, and of an option that means nothing to this one. */
    private void refuse(String option, @Nullable String value) {
        Set<String> taken = OPTIONS.get(layout);
        if (taken == null) {
            throw new IllegalArgumentException(
                    "--layout is '" + layout + "'; give plain, triton, djl-serving, kserve or jar");
        }
        if (value != null && !taken.contains(option)) {
            throw new IllegalArgumentException(option + " has no meaning with --layout " + layout + "; leave it out");
        }
    }

    private String modelName(Path out) {
        if (name != null) {
            return name;
        }
        try {
            return new Layout.Triton(String.valueOf(out.getFileName())).name();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the model takes its name from --out, and " + e.getMessage() + ", or another one by --name", e);
        }
    }

    private String require(@Nullable String value, String option) {
        if (value == null) {
            throw new IllegalArgumentException("--layout " + layout + " needs " + option);
        }
        return value;
    }
}
