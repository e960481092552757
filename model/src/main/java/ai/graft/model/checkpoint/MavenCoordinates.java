package ai.graft.model.checkpoint;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a jar stands in a Maven repository.
 *
 * @param group such as {@code dev.langchain4j}
 * @param artifact name of the jar without its version
 * @param version one that always means the same jar: no snapshot, range, LATEST or RELEASE
 */
public record MavenCoordinates(String group, String artifact, String version) {
    /** What a model's name begins with that is a jar's coordinates. */
    public static final String PREFIX = "maven:";

    /** Every part is a name of a directory as well, so it may not be {@code ..} or hold a separator. */
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");

    private static final List<String> MOVING = List.of("LATEST", "RELEASE");

    /**
     * @throws IllegalArgumentException if a part is no name, or the version may mean another jar tomorrow
     */
    public MavenCoordinates {
        for (String part : List.of(group, artifact, version)) {
            if (!PART.matcher(part).matches() || part.contains("..")) {
                throw new IllegalArgumentException(
                        "'%s:%s:%s' are no Maven coordinates. Write maven:GROUP:ARTIFACT:VERSION, such as maven:%s."
                                .formatted(group, artifact, version, PretrainedModel.E5_SMALL.coordinates()));
            }
        }
        if (MOVING.contains(version) || version.endsWith("-SNAPSHOT")) {
            throw new IllegalArgumentException(
                    "the version '%s' of %s:%s may mean other weights tomorrow. Name a released version."
                            .formatted(version, group, artifact));
        }
    }

    /**
     * Takes {@code GROUP:ARTIFACT:VERSION} apart, with or without {@value #PREFIX} before it.
     *
     * @throws IllegalArgumentException if it is not so made
     */
    public static MavenCoordinates parse(String text) {
        String bare = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        String[] parts = bare.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'%s' has %d parts, expected GROUP:ARTIFACT:VERSION, such as maven:%s"
                    .formatted(text, parts.length, PretrainedModel.E5_SMALL.coordinates()));
        }
        return new MavenCoordinates(parts[0], parts[1], parts[2]);
    }

    /** {@code GROUP:ARTIFACT:VERSION}. */
    @Override
    public String toString() {
        return group + ":" + artifact + ":" + version;
    }
}
