package ai.graft.finetune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The values of options that the command line leaves out: from the JSON file that {@code --config} names. */
final class ConfigDefaults implements IDefaultValueProvider {
    private static final String CONFIG = "--config";

    private final String file;

    ConfigDefaults(List<String> words) {
        this.file = given(words);
    }

    /** {@inheritDoc} Picocli asks with null in mind: null leaves the option at its own default. */
    @Override
    public @Nullable String defaultValue(ArgSpec argument) throws IOException {
        if (file.isEmpty() || !(argument instanceof OptionSpec option)) {
            return null;
        }
        JsonNode value = read(Path.of(file), option).path(option.longestName().substring(2));
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(part.asText()));
            return String.join(",", parts);
        }
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    /** The file's name out of the words of the command line: defaults are filled in before options are parsed. */
    private static String given(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith(CONFIG + "=")) {
                return words.get(i).substring(CONFIG.length() + 1);
            } else if (words.get(i).equals(CONFIG) && i + 1 < words.size()) {
                return words.get(i + 1);
            }
        }
        return "";
    }

    private static ObjectNode read(Path file, OptionSpec option) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": there is no such file. Correct --config.");
        }
        if (!(new ObjectMapper().readTree(file.toFile()) instanceof ObjectNode json)) {
            throw new IOException(file + " holds no JSON object of options.");
        }
        json.fieldNames().forEachRemaining(name -> {
            if (option.command().findOption("--" + name) == null) {
                throw new IllegalArgumentException(
                        file + ": there is no option --" + name + ". See graft train --help.");
            }
        });
        return json;
    }
}
