package ai.graft.notebooks.samples;

import ai.graft.datasets.Dataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** The reviews that {@code ./graft demo} is trained on, as a file of one's own. */
public final class Samples {
    private static final String REVIEWS = "/ai/graft/demo/reviews.tsv";

    private Samples() {}

    /**
     * Makes a folder for what a notebook writes, {@code target/NAME} below the working directory; a former one stays.
     *
     * @throws IOException where it cannot be made
     */
    public static Path folder(String name) throws IOException {
        return Files.createDirectories(Path.of("target", name));
    }

    /**
     * Writes 770 short reviews, positive and negative, to {@code reviews.tsv}.
     *
     * @throws IOException where it cannot be written
     */
    public static Path reviews(Path folder) throws IOException {
        Path file = folder.resolve("reviews.tsv");
        try (InputStream resource = Objects.requireNonNull(Dataset.class.getResourceAsStream(REVIEWS), REVIEWS)) {
            Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}
