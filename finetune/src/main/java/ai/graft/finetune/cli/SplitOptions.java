package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that divides a file by numbers of rows. */
final class SplitOptions {
    @Option(names = "--split", paramLabel = "F", description = "Row numbers from 0: {\"test\": [4, 9]}, rest: train.")
    Optional<Path> split = Optional.empty();

    boolean isGiven() {
        return split.isPresent();
    }

    /** The parts of the data by name; all of them are {@code train} where no split was given. */
    Map<String, Dataset> of(Dataset data) {
        return split.map(data::parts).orElse(Map.of("train", data));
    }

    /**
     * One of the parts.
     *
     * @throws IllegalArgumentException where it is not among them
     */
    static Dataset part(Map<String, Dataset> parts, String name) {
        Dataset part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException(
                    "--split names the parts " + parts.keySet() + ", but '" + name + "' is needed. Add it.");
        }
        return part;
    }
}
