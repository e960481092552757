package ai.graft.finetune.maven;

import ai.graft.model.checkpoint.ArtifactSource;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.MavenCoordinates;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.TransferEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jars out of Maven repositories, as the user's own Maven settings say: local repository, mirrors, credentials, proxies,
 * offline. Only the jar itself is fetched, not what it depends on, and Maven's checksum is compared.
 */
public final class MavenArtifacts implements ArtifactSource {
    private static final Logger LOG = LoggerFactory.getLogger(MavenArtifacts.class);

    private final MavenSettings settings;

    /** With the settings files that Maven would read. */
    public MavenArtifacts() {
        this(MavenSettings.ofUser());
    }

    MavenArtifacts(MavenSettings settings) {
        this.settings = settings;
    }

    /**
     * The jar in the local repository, fetched into it if need be. Settings are read anew with each call.
     *
     * @throws CheckpointException if settings are malformed, Maven is offline and the jar is not there, no repository
     *     has it, or none can be reached
     */
    @Override
    public Path fetch(MavenCoordinates coordinates) {
        RepositorySystem system = new RepositorySystemSupplier().get();
        try {
            return fetch(system, MavenSession.of(system, settings.read()), coordinates);
        } finally {
            system.shutdown();
        }
    }

    private static Path fetch(RepositorySystem system, MavenSession maven, MavenCoordinates coordinates) {
        maven.session().setTransferListener(new Notice());
        DefaultArtifact jar =
                new DefaultArtifact(coordinates.group(), coordinates.artifact(), "jar", coordinates.version());
        try {
            return system.resolveArtifact(maven.session(), new ArtifactRequest(jar, maven.repositories(), null))
                    .getArtifact()
                    .getFile()
                    .toPath();
        } catch (ArtifactResolutionException e) {
            throw refusal(maven, coordinates, e);
        }
    }

    private static CheckpointException refusal(
            MavenSession maven, MavenCoordinates coordinates, ArtifactResolutionException e) {
        if (maven.session().isOffline()) {
            return new CheckpointException(
                    ("%s is not in the local repository %s, and Maven's settings say <offline>."
                                    + " Go online once, or put the jar there.")
                            .formatted(
                                    coordinates,
                                    maven.session().getLocalRepository().getBasedir()),
                    e);
        }
        List<Exception> causes = e.getResult().getExceptions();
        String places = maven.repositories().stream().map(MavenArtifacts::place).collect(Collectors.joining(", "));
        if (!causes.isEmpty() && causes.stream().allMatch(ArtifactNotFoundException.class::isInstance)) {
            return new CheckpointException(
                    ("%s is in none of the repositories [%s]. Correct the coordinates, or add the repository that has it"
                                    + " to Maven's settings.")
                            .formatted(coordinates, places),
                    e);
        }
        Exception first = causes.isEmpty() ? e : causes.get(causes.size() - 1);
        return new CheckpointException(
                ("%s cannot be fetched from [%s]: %s. Check the network, and mirrors, credentials and proxies in"
                                + " Maven's settings.")
                        .formatted(coordinates, places, first.getMessage()),
                e);
    }

    private static String place(RemoteRepository repository) {
        return repository.getId() + " (" + repository.getUrl() + ")";
    }

    /** Says that something large is on its way. */
    private static final class Notice extends AbstractTransferListener {
        @Override
        public void transferStarted(TransferEvent event) {
            LOG.info(
                    "Fetching {} ({} MB) from {}",
                    event.getResource().getResourceName(),
                    event.getResource().getContentLength() / 1_000_000,
                    event.getResource().getRepositoryUrl());
        }
    }
}
