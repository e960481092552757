package ai.graft.serving.bundle;

import ai.graft.model.checkpoint.DirectoryTree;
import ai.graft.model.checkpoint.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model that lies in a jar on the class path; {@link BundlePaths} says where. May be shared between threads.
 *
 * @param name of the model
 * @param sums where its {@code SHA256SUMS} lies; the other files lie beside it
 */
public record BundledModel(String name, URI sums) {
    private static final String FILE = "[A-Za-z0-9_][A-Za-z0-9_.-]*";

    /** No part of a file's name begins with a dot, which could lead out of the folder that is unpacked into. */
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  ((?:" + FILE + "/)*" + FILE + ")");

    /**
     * Finds a model with the thread's class loader, or this class's own where a thread has none.
     *
     * @throws IllegalArgumentException where the class path has no such model; the message names those that it has
     * @throws IllegalStateException where two jars have it; the message names both
     * @throws IOException where the class path cannot be read
     */
    public static BundledModel find(String name) throws IOException {
        ClassLoader own = BundledModel.class.getClassLoader();
        return find(
                name,
                Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                        .orElse(own));
    }

    /** As {@link #find(String)}, with a class loader of one's own. */
    public static BundledModel find(String name, ClassLoader loader) throws IOException {
        List<String> places = places(loader, BundlePaths.folder(name) + BundlePaths.SUMS);
        if (places.isEmpty()) {
            throw new IllegalArgumentException("no jar on the class path has a model '" + name + "'; its models are "
                    + names(loader) + ". Take one of these, or add the jar that 'graft export --layout jar' wrote.");
        }
        if (places.size() > 1) {
            throw new IllegalStateException("the class path has " + places.size() + " models named '" + name + "': "
                    + String.join(" and ", places) + ". Leave all but one out.");
        }
        return new BundledModel(name, URI.create(places.get(0)));
    }

    /** Names of all models on the class path. */
    public static SortedSet<String> names(ClassLoader loader) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        for (String index : places(loader, BundlePaths.INDEX)) {
            text(URI.create(index)).lines().filter(line -> !line.isBlank()).forEach(names::add);
        }
        return names;
    }

    /** A loader and its parent may know the same jar. */
    private static List<String> places(ClassLoader loader, String resource) throws IOException {
        return Collections.list(loader.getResources(resource)).stream()
                .map(URL::toExternalForm)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Unpacks the model for as long as it is being opened: into a new folder among the temporary files, which only this user
     * may read and which is deleted before this returns.
     *
     * @param open makes something of the folder that does not need it any longer
     * @throws IOException where the jar is damaged or the folder cannot be written
     */
    public <T> T unpacked(Function<Path, T> open) throws IOException {
        Path folder = Files.createTempDirectory("graft-" + name + "-");
        try {
            unpack(folder);
            return open.apply(folder);
        } finally {
            DirectoryTree.delete(folder);
        }
    }

    private void unpack(Path folder) throws IOException {
        for (String line : text(sums).lines().toList()) {
            Matcher entry = LINE.matcher(line);
            if (!entry.matches()) {
                throw new IOException(sums + ": a line is no SHA-256 and a file's name. Export the model again.");
            }
            copy(entry.group(2), entry.group(1), folder);
        }
    }

    private void copy(String file, String expected, Path folder) throws IOException {
        URI place = sums.toString().startsWith("jar:")
                ? URI.create(sums.toString().replaceFirst(BundlePaths.SUMS + "$", file))
                : sums.resolve(file);
        MessageDigest digest = Sha256.digest();
        try (InputStream content = new DigestInputStream(open(place), digest)) {
            Path target = folder.resolve(file);
            Files.createDirectories(target.resolveSibling(""));
            Files.copy(content, target);
        } catch (FileNotFoundException e) {
            throw new IOException(
                    place + " is missing, and " + BundlePaths.SUMS + " names it. Export the model again.", e);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(expected)) {
            throw new IOException(place + ": its SHA-256 is " + found + ", " + BundlePaths.SUMS + " has " + expected
                    + ". The jar is damaged: fetch it, or export the model, again.");
        }
    }

    private static String text(URI place) throws IOException {
        try (InputStream content = open(place)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Uncached: a cached connection keeps the jar open for good. */
    private static InputStream open(URI place) throws IOException {
        URLConnection connection = place.toURL().openConnection();
        connection.setUseCaches(false);
        return connection.getInputStream();
    }
}
