package ai.graft.notebooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What tells Jupyter how to start the kernel: {@code kernels/graft/kernel.json} in a folder that Jupyter searches.
 *
 * @param command the words that start it; {@code {connection_file}} among them stands for the file that Jupyter writes
 */
record KernelSpec(List<String> command) {
    /** As notebooks name it. */
    static final String NAME = "graft";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Through the launcher, which builds what changed since and sets what the tensor library reads. */
    static KernelSpec ofLauncher(Path launcher) {
        return new KernelSpec(
                List.of(launcher.toAbsolutePath().normalize().toString(), "notebook", "--serve", "{connection_file}"));
    }

    /** The folder where Jupyter looks for what the user installed, as its manual says. */
    static Path userFolder(Map<String, String> environment, String system, Path home) {
        if (environment.containsKey("JUPYTER_DATA_DIR")) {
            return Path.of(environment.getOrDefault("JUPYTER_DATA_DIR", ""));
        }
        String name = system.toLowerCase(Locale.ROOT);
        if (name.contains("mac")) {
            return home.resolve("Library").resolve("Jupyter");
        }
        if (name.contains("windows")) {
            return Path.of(environment.getOrDefault("APPDATA", home.toString())).resolve("jupyter");
        }
        return Optional.ofNullable(environment.get("XDG_DATA_HOME"))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .orElse(home.resolve(".local").resolve("share"))
                .resolve("jupyter");
    }

    /** The file below a folder that Jupyter searches. */
    static Path file(Path folder) {
        return folder.resolve("kernels").resolve(NAME).resolve("kernel.json");
    }

    /** What the file says. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        command.forEach(json.putArray("argv")::add);
        json.put("display_name", "Java (Graft)").put("language", "java").put("interrupt_mode", "message");
        return json;
    }

    /** Writes the file and gives its place. */
    Path write(Path folder) throws IOException {
        Path file = file(folder);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
        return file;
    }
}
