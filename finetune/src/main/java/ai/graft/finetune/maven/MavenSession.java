package ai.graft.finetune.maven;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.model.Repository;
import org.apache.maven.model.building.DefaultModelProcessor;
import org.apache.maven.model.io.DefaultModelReader;
import org.apache.maven.model.locator.DefaultModelLocator;
import org.apache.maven.model.superpom.DefaultSuperPomProvider;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ResolutionErrorPolicy;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.eclipse.aether.util.repository.SimpleResolutionErrorPolicy;

/**
 * Settings in the words of Maven's resolver.
 *
 * @param session local repository, offline flag, mirrors, credentials and proxies
 * @param repositories where artifacts are asked for, mirrors already in place
 */
record MavenSession(DefaultRepositorySystemSession session, List<RemoteRepository> repositories) {
    private static final String LOCAL_REPOSITORY_PROPERTY = "maven.repo.local";

    MavenSession {
        repositories = List.copyOf(repositories);
    }

    static MavenSession of(RepositorySystem system, Settings settings) {
        DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
        LocalRepository local = new LocalRepository(localRepository(settings).toFile());
        session.setLocalRepositoryManager(system.newLocalRepositoryManager(session, local));
        session.setOffline(settings.isOffline());
        session.setMirrorSelector(mirrors(settings));
        session.setAuthenticationSelector(credentials(settings));
        session.setProxySelector(proxies(settings));
        // What failed once is tried again: a user who has mended the network does not wait for tomorrow.
        session.setResolutionErrorPolicy(new SimpleResolutionErrorPolicy(
                ResolutionErrorPolicy.CACHE_DISABLED, ResolutionErrorPolicy.CACHE_DISABLED));
        session.setSystemProperties(System.getProperties());
        session.setConfigProperties(System.getProperties());
        return new MavenSession(session, system.newResolutionRepositories(session, repositories(settings)));
    }

    /** The folder that Maven would use. */
    private static Path localRepository(Settings settings) {
        String named = System.getProperty(LOCAL_REPOSITORY_PROPERTY, "");
        String configured = settings.getLocalRepository();
        if (!named.isBlank()) {
            return Path.of(named);
        }
        return configured == null || configured.isBlank()
                ? MavenSettings.userFolder().resolve("repository")
                : Path.of(configured);
    }

    private static DefaultMirrorSelector mirrors(Settings settings) {
        DefaultMirrorSelector selector = new DefaultMirrorSelector();
        for (Mirror mirror : settings.getMirrors()) {
            selector.add(
                    mirror.getId(),
                    mirror.getUrl(),
                    mirror.getLayout(),
                    false,
                    mirror.isBlocked(),
                    mirror.getMirrorOf(),
                    mirror.getMirrorOfLayouts());
        }
        return selector;
    }

    private static DefaultAuthenticationSelector credentials(Settings settings) {
        DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
        for (Server server : settings.getServers()) {
            AuthenticationBuilder credentials = new AuthenticationBuilder()
                    .addUsername(server.getUsername())
                    .addPassword(server.getPassword())
                    .addPrivateKey(server.getPrivateKey(), server.getPassphrase());
            selector.add(server.getId(), credentials.build());
        }
        return selector;
    }

    private static DefaultProxySelector proxies(Settings settings) {
        DefaultProxySelector selector = new DefaultProxySelector();
        for (Proxy proxy : settings.getProxies()) {
            if (proxy.isActive()) {
                AuthenticationBuilder credentials = new AuthenticationBuilder()
                        .addUsername(proxy.getUsername())
                        .addPassword(proxy.getPassword());
                selector.add(
                        new org.eclipse.aether.repository.Proxy(
                                proxy.getProtocol(), proxy.getHost(), proxy.getPort(), credentials.build()),
                        proxy.getNonProxyHosts());
            }
        }
        return selector;
    }

    /** Those of active profiles, then Maven's own, which a profile replaces by using its id. */
    private static List<RemoteRepository> repositories(Settings settings) {
        Map<String, RemoteRepository> repositories = new LinkedHashMap<>();
        for (Profile profile : settings.getProfiles()) {
            if (isActive(profile, settings)) {
                profile.getRepositories()
                        .forEach(repository -> repositories.putIfAbsent(
                                repository.getId(), remote(repository.getId(), repository.getUrl())));
            }
        }
        for (Repository repository : ofSuperPom()) {
            repositories.putIfAbsent(repository.getId(), remote(repository.getId(), repository.getUrl()));
        }
        return new ArrayList<>(repositories.values());
    }

    private static boolean isActive(Profile profile, Settings settings) {
        return settings.getActiveProfiles().contains(profile.getId())
                || (profile.getActivation() != null && profile.getActivation().isActiveByDefault());
    }

    /** The repositories of a project that names none. */
    private static List<Repository> ofSuperPom() {
        return new DefaultSuperPomProvider()
                .setModelProcessor(new DefaultModelProcessor()
                        .setModelLocator(new DefaultModelLocator())
                        .setModelReader(new DefaultModelReader()))
                .getSuperModel("4.0.0")
                .getRepositories();
    }

    private static RemoteRepository remote(String id, String url) {
        return new RemoteRepository.Builder(id, "default", url).build();
    }
}
