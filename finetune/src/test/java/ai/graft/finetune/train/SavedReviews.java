package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What tests of a saved model begin with: a tiny one of reviews, trained and saved once a class. */
abstract class SavedReviews {
    static final Dataset VALIDATION = TinyData.reviews("validation.tsv", 40, 2);

    @TempDir
    static Path folder;

    static FineTuned model;
    static Path saved;

    @BeforeAll
    static void trainAndSave() {
        model = TinyTraining.reviews(TinyCheckpoint.write(folder.resolve("base")), VALIDATION);
        saved = folder.resolve("saved");
        model.save(saved);
    }

    @AfterAll
    static void close() {
        model.close();
    }
}
