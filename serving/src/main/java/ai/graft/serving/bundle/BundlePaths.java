package ai.graft.serving.bundle;

import java.util.regex.Pattern;

/**
 * Where a model lies in a jar: its files in {@code ai/graft/models/NAME/}, beside them {@code SHA256SUMS} with a line {@code
 * HEX  FILE} for each, as the program sha256sum writes it. {@code META-INF/graft/models} names the jar's models, one a line:
 * a class path cannot be searched for folders.
 */
public final class BundlePaths {
    /** Resource that names the models of a jar. */
    public static final String INDEX = "META-INF/graft/models";

    /** File with the digests of a model's other files. */
    public static final String SUMS = "SHA256SUMS";

    /** RFC 1123's rule for a label, which names of Kubernetes' services keep too: one name then does everywhere. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /**
     * The folder of a model, with a slash at its end.
     *
     * @throws IllegalArgumentException where the name cannot be one
     */
    public static String folder(String name) {
        return "ai/graft/models/" + requireName(name) + "/";
    }

    /**
     * The name itself.
     *
     * @throws IllegalArgumentException where it cannot be one
     */
    public static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' cannot be a model's name: give 1 to 63 lower-case letters"
                            + " a to z, digits and hyphens, with no hyphen at either end");
        }
        return name;
    }

    private BundlePaths() {}
}
