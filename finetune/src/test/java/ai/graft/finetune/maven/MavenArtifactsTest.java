package ai.graft.finetune.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.checkpoint.ArtifactSource;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.MavenCoordinates;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository in a folder, and settings that the test writes; the network is never asked. */
class MavenArtifactsTest {
    private static final MavenCoordinates MODEL = MavenCoordinates.parse("org.example:my-model:1.0");
    private static final String PLACE = "org/example/my-model/1.0/my-model-1.0.jar";
    private static final String MIRROR =
            "<mirrors><mirror><id>company</id><mirrorOf>*</mirrorOf><url>%s</url></mirror></mirrors>";

    @TempDir
    Path folder;

    private Path repository = Path.of("");
    private Path local = Path.of("");

    @BeforeEach
    void makeRepository() throws IOException {
        repository = folder.resolve("repository");
        local = folder.resolve("local");
        Path jar = repository.resolve(PLACE);
        Files.createDirectories(jar.resolveSibling(""));
        Files.writeString(jar, "a jar");
        // printf 'a jar' | sha1sum
        Files.writeString(jar.resolveSibling("my-model-1.0.jar.sha1"), "f19a57f67e570fa19754b1d59f4574a511a06423");
    }

    @Test
    void fetch_mirrorOfEverything_fillsTheLocalRepository() throws IOException {
        Path jar = artifacts(mirror(repository.toUri().toString())).fetch(MODEL);

        assertThat(jar).isEqualTo(local.resolve(PLACE)).hasContent("a jar");
    }

    @Test
    void fetch_repositoryOfAnActiveProfile_isAsked() throws IOException {
        String profile =
                "<profiles><profile><id>mine</id><repositories><repository><id>%s</id><url>%s</url></repository>"
                        + "</repositories></profile></profiles>%s";
        String active = "<activeProfiles><activeProfile>mine</activeProfile></activeProfiles>";
        String nowhere = folder.resolve("nowhere").toUri().toString();
        String url = repository.toUri().toString();

        // Under the id 'central' it stands in place of Maven's own repository.
        assertThat(artifacts(profile.formatted("central", url, active)).fetch(MODEL))
                .hasContent("a jar");
        assertThatThrownBy(() -> artifacts(profile.formatted("central", url, "") + MIRROR.formatted(nowhere))
                        .fetch(MavenCoordinates.parse("org.example:my-model:2.0")))
                .hasMessageContaining("[company (" + nowhere + ")]");
    }

    @Test
    void fetch_alreadyInTheLocalRepository_needsNoOther() throws IOException {
        artifacts(mirror(repository.toUri().toString())).fetch(MODEL);
        Files.delete(repository.resolve(PLACE));

        assertThat(artifacts("<offline>true</offline>"
                                + mirror(repository.toUri().toString()))
                        .fetch(MODEL))
                .hasContent("a jar");
    }

    @Test
    void fetch_offline_saysWhereItLooked() throws IOException {
        MavenArtifacts offline =
                artifacts("<offline>true</offline>" + mirror(repository.toUri().toString()));

        assertThatThrownBy(() -> offline.fetch(MODEL))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("org.example:my-model:1.0 is not in the local repository " + local
                        + ", and Maven's settings say <offline>. Go online once, or put the jar there.");
    }

    @Test
    void fetch_nowhere_namesTheRepositories() throws IOException {
        MavenArtifacts artifacts = artifacts(mirror(repository.toUri().toString()));

        assertThatThrownBy(() -> artifacts.fetch(MavenCoordinates.parse("org.example:my-model:2.0")))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("org.example:my-model:2.0 is in none of the repositories [company (" + repository.toUri()
                        + ")]. Correct the coordinates, or add the repository that has it to Maven's settings.");
    }

    @Test
    void fetch_failedOnce_isTriedAgain() throws IOException {
        Path jar = repository.resolve(PLACE);
        Path aside = folder.resolve("aside");
        Files.move(jar, aside);
        MavenArtifacts artifacts = artifacts(mirror(repository.toUri().toString()));
        assertThatThrownBy(() -> artifacts.fetch(MODEL)).hasMessageContaining("is in none of the repositories");

        Files.move(aside, jar);

        assertThat(artifacts.fetch(MODEL)).hasContent("a jar");
    }

    @Test
    void fetch_nobodyAnswers_saysWhatToCheck() throws IOException {
        int port;
        try (java.net.ServerSocket free = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        MavenArtifacts artifacts = artifacts(mirror("http://127.0.0.1:" + port + "/"));

        assertThatThrownBy(() -> artifacts.fetch(MODEL))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("org.example:my-model:1.0 cannot be fetched from [company (http://127.0.0.1:")
                .hasMessageContaining("refused")
                .hasMessageEndingWith("Check the network, and mirrors, credentials and proxies in Maven's settings.");
    }

    @Test
    void fetch_credentialsOfTheMirror_areSent() throws IOException {
        Map<String, String> sent = new ConcurrentHashMap<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String given = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("");
            sent.put("Authorization", given);
            Path file = repository.resolve(exchange.getRequestURI().getPath().substring(1));
            byte[] body = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            if (given.isEmpty()) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"models\"");
            }
            exchange.sendResponseHeaders(
                    given.isEmpty() ? 401 : Files.exists(file) ? 200 : 404, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(given.isEmpty() ? new byte[0] : body);
            }
        });
        server.start();
        try {
            String servers =
                    "<servers><server><id>company</id><username>anna</username><password>${env.PATH}</password>"
                            + "</server></servers>";
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";

            assertThat(artifacts(servers + mirror(url)).fetch(MODEL)).hasContent("a jar");
        } finally {
            server.stop(0);
        }
        String expected = "anna:" + System.getenv("PATH");
        assertThat(sent.get("Authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString(expected.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void fetch_brokenSettings_namesTheFile() throws IOException {
        MavenArtifacts artifacts = artifacts("<mirrors>");

        assertThatThrownBy(() -> artifacts.fetch(MODEL))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("Maven's settings cannot be read: ")
                .hasMessageContaining("settings.xml");
    }

    @Test
    void ofClassPath_thisModule_bringsMaven() {
        assertThat(ArtifactSource.ofClassPath()).isInstanceOf(MavenArtifacts.class);
    }

    private static String mirror(String url) {
        return MIRROR.formatted(url);
    }

    private MavenArtifacts artifacts(String settings) throws IOException {
        Path file = folder.resolve("settings.xml");
        Files.writeString(
                file, "<settings><localRepository>%s</localRepository>%s</settings>".formatted(local, settings));
        return new MavenArtifacts(new MavenSettings(file, Optional.empty()));
    }
}
