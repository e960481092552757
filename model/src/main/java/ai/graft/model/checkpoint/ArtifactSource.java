package ai.graft.model.checkpoint;

import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * Fetches jars of pretrained models that are not on the class path. Found with {@link ServiceLoader}, so that only who
 * wants it brings Maven's libraries along; {@code graft-finetune} has one.
 */
public interface ArtifactSource {
    /**
     * A jar as a local file, fetched if need be. The cache calls this while it holds the model's lock, so one model is
     * fetched once.
     *
     * @throws CheckpointException if it cannot be had; the message says what to do
     */
    Path fetch(MavenCoordinates coordinates);

    /** The one that is on the class path; without one, what refuses and says which artifacts help. */
    static ArtifactSource ofClassPath() {
        return ServiceLoader.load(ArtifactSource.class, ArtifactSource.class.getClassLoader())
                .findFirst()
                .orElse(none());
    }

    /** One that has nothing. */
    static ArtifactSource none() {
        return coordinates -> {
            throw new CheckpointException(
                    ("%s is not on the class path. Add the artifact (without its dependencies), or"
                                    + " ai.graft:graft-finetune, which fetches it as Maven does.")
                            .formatted(coordinates));
        };
    }
}
