package ai.graft.serving;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a program runs with that depends on this module and on nothing else; the build writes it down. */
public final class RuntimeClassPath {

    /** Jars and folders, this module's own classes first. */
    public static List<Path> entries() throws IOException {
        String dependencies = Files.readString(Path.of("target", "runtime-classpath.txt"));
        return Stream.concat(
                        Stream.of("target/classes"),
                        Arrays.stream(dependencies.strip().split(File.pathSeparator)))
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
    }

    private RuntimeClassPath() {}
}
