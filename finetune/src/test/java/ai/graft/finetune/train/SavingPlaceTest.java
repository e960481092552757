package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where models may be saved, and what becomes of what stood there. */
class SavingPlaceTest extends SavedReviews {

    @Test
    void save_overFormerModel_replacesItWhole() throws IOException {
        Path target = folder.resolve("replaced/model");
        model.save(target);
        Files.writeString(target.resolve("left-over.txt"), "of the former model");
        model.save(target, DType.F16);

        assertThat(target.resolve("left-over.txt")).doesNotExist();
        assertThat(StoredTensor.read(target.resolve("model.safetensors")).values())
                .allSatisfy(stored -> assertThat(stored.dtype()).isEqualTo("F16"));
        try (Stream<Path> siblings = Files.list(target.getParent())) {
            assertThat(siblings).containsExactly(target);
        }
    }

    @Test
    void save_overForeignDirectory_isRefusedWithItsPath() throws IOException {
        Path foreign = Files.createDirectories(folder.resolve("foreign/thesis"));
        Files.writeString(foreign.resolve("chapter1.txt"), "dear reader");

        assertThatThrownBy(() -> model.save(foreign))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(foreign.toString())
                .hasMessageContaining("exists already");
        assertThat(foreign.resolve("chapter1.txt")).hasContent("dear reader");
        try (Stream<Path> siblings = Files.list(foreign.getParent())) {
            assertThat(siblings).containsExactly(foreign);
        }
    }

    @Test
    void reserve_foreignDirectory_isRefusedBeforeTraining() throws IOException {
        Path foreign = Files.createDirectories(folder.resolve("foreign2"));
        Files.writeString(foreign.resolve("notes.txt"), "x");

        assertThatThrownBy(() -> Trained.reserve(foreign))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(foreign.toString());
    }

    @Test
    void reserve_newPlaceOrFormerModel_leavesNothingBehind() throws IOException {
        Path parent = Files.createDirectories(folder.resolve("writable"));
        Trained.reserve(parent.resolve("new")).close();
        Trained.reserve(saved).close();

        assertThat(parent).isEmptyDirectory();
        assertThat(saved.resolve("model.safetensors")).exists();
    }

    /** Linux's /dev/full refuses every byte as a full disk does. */
    @ParameterizedTest
    @ValueSource(strings = {"config.json", "graft.json", "golden.json", "history.csv", "curve.png", "README.md"})
    void save_diskFullAtAnyFile_fileNamedAndFormerModelWhole(String name) throws IOException {
        Path target = folder.resolve("full-" + name + "/model");
        model.save(target);
        byte[] weights = Files.readAllBytes(target.resolve("model.safetensors"));
        try (AtomicDirectory output = Trained.reserve(target)) {
            Files.createSymbolicLink(output.path().resolve(name), Path.of("/dev/full"));
            assertThatThrownBy(() -> model.save(output, DType.F16))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(target.resolve(name) + ": cannot be written: ")
                    .hasMessageEndingWith("name a place on another disk.");
        }
        assertThat(target.resolve("model.safetensors")).hasBinaryContent(weights);
        try (Stream<Path> siblings = Files.list(target.getParent());
                FineTuned former = FineTuned.open(target)) {
            assertThat(siblings).containsExactly(target);
            assertThat(former.predict("good film")).isEqualTo(model.predict("good film"));
        }
    }
}
