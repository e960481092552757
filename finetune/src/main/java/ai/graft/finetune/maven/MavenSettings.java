package ai.graft.finetune.maven;

import ai.graft.model.checkpoint.CheckpointException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

/**
 * The settings files that Maven itself would read: the user's {@code ~/.m2/settings.xml} and below it the one in
 * Maven's own folder, with {@code ${env.NAME}} filled in and passwords decrypted.
 *
 * @param user the user's file; need not exist
 * @param installation the file of the Maven installation, where one is found
 */
record MavenSettings(Path user, Optional<Path> installation) {
    private static final Logger LOG = LoggerFactory.getLogger(MavenSettings.class);
    private static final String SECURITY_FILE = "~/.m2/settings-security.xml";

    /** Where Maven looks. */
    static MavenSettings ofUser() {
        return new MavenSettings(userFolder().resolve("settings.xml"), installationFile());
    }

    /** The folder {@code ~/.m2}. */
    static Path userFolder() {
        return Path.of(System.getProperty("user.home"), ".m2");
    }

    /**
     * Reads both files anew.
     *
     * @throws CheckpointException if one of them is malformed
     */
    Settings read() {
        DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
        request.setUserSettingsFile(user.toFile());
        installation.ifPresent(file -> request.setGlobalSettingsFile(file.toFile()));
        request.setSystemProperties(properties());
        try {
            Settings settings = new DefaultSettingsBuilderFactory()
                    .newInstance()
                    .build(request)
                    .getEffectiveSettings();
            decrypt(settings);
            return settings;
        } catch (SettingsBuildingException e) {
            throw new CheckpointException(
                    "Maven's settings cannot be read: %s. Correct %s."
                            .formatted(e.getProblems().get(0), user),
                    e);
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.putAll(System.getProperties());
        System.getenv().forEach((name, value) -> properties.setProperty("env." + name, value));
        return properties;
    }

    private static void decrypt(Settings settings) {
        DefaultSecDispatcher dispatcher =
                new DefaultSecDispatcher(new DefaultPlexusCipher(), Collections.emptyMap(), SECURITY_FILE);
        SettingsDecryptionResult result =
                new DefaultSettingsDecrypter(dispatcher).decrypt(new DefaultSettingsDecryptionRequest(settings));
        settings.setServers(result.getServers());
        settings.setProxies(result.getProxies());
        result.getProblems().forEach(problem -> LOG.warn("Maven's settings: {}", problem)); // as Maven does
    }

    /** By {@code maven.home}, {@code MAVEN_HOME} or {@code M2_HOME}, else by the {@code mvn} that the path finds. */
    private static Optional<Path> installationFile() {
        Stream<String> named = Stream.of(
                System.getProperty("maven.home", ""),
                Optional.ofNullable(System.getenv("MAVEN_HOME")).orElse(""),
                Optional.ofNullable(System.getenv("M2_HOME")).orElse(""));
        return Stream.concat(named.filter(home -> !home.isBlank()).map(Path::of), homesOnThePath())
                .map(home -> home.resolve("conf").resolve("settings.xml"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Stream<Path> homesOnThePath() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank())
                .map(folder -> new File(folder, "mvn"))
                .filter(File::isFile)
                .flatMap(MavenSettings::homeOf);
    }

    /** {@code mvn} is mostly a link to {@code HOME/bin/mvn}. */
    private static Stream<Path> homeOf(File command) {
        try {
            Path bin = command.toPath().toRealPath().getParent();
            return Stream.ofNullable(bin == null ? null : bin.getParent());
        } catch (IOException e) {
            return Stream.empty(); // a broken link is no installation
        }
    }
}
