package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void commit_newTarget_appearsOnlyThen() throws IOException {
        Path target = folder.resolve("deep/model");
        try (AtomicDirectory output = AtomicDirectory.create(target)) {
            Files.writeString(output.path().resolve("a"), "1");
            assertThat(target).doesNotExist();
            output.commit();
        }
        assertThat(target.resolve("a")).hasContent("1");
        assertThat(names(folder.resolve("deep"))).containsExactly("model");
    }

    @Test
    void close_withoutCommit_leavesNothing() throws IOException {
        try (AtomicDirectory output = AtomicDirectory.create(folder.resolve("model"))) {
            Files.createDirectories(output.path().resolve("sub"));
            Files.writeString(output.path().resolve("sub/a"), "1");
        }
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void create_existingTarget_isRefusedUnlessEmpty() throws IOException {
        Path target = Files.createDirectory(folder.resolve("model"));
        try (AtomicDirectory output = AtomicDirectory.create(target)) {
            Files.writeString(output.path().resolve("a"), "1");
            output.commit();
        }
        assertThat(names(folder)).containsExactly("model");
        assertThatThrownBy(() -> AtomicDirectory.create(target))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(target + ": exists already and is not replaced."
                        + " Name another place, ask for it to be replaced, or remove it.");
        assertThat(target.resolve("a")).hasContent("1");
    }

    @Test
    void replaceOutput_withAndWithoutMarker_replacesOnlyAnOutput() throws IOException {
        Path target = Files.createDirectory(folder.resolve("photos"));
        Files.writeString(target.resolve("holiday"), "x");
        assertThatThrownBy(() -> AtomicDirectory.replaceOutput(target, "graft.json"))
                .hasMessageContaining("photos: exists already and is not replaced");

        Files.writeString(target.resolve("graft.json"), "{}");
        try (AtomicDirectory output = AtomicDirectory.replaceOutput(target, "graft.json")) {
            Files.writeString(output.path().resolve("new"), "y");
            output.commit();
        }
        assertThat(names(target)).containsExactly("new");
        assertThat(names(folder)).containsExactly("photos");
    }

    @Test
    void replace_withoutCommit_keepsTheFormerDirectory() throws IOException {
        Path target = Files.createDirectory(folder.resolve("model"));
        Files.writeString(target.resolve("old"), "x");
        try (AtomicDirectory output = AtomicDirectory.replace(target)) {
            Files.writeString(output.path().resolve("new"), "y");
        }
        assertThat(names(target)).containsExactly("old");
        assertThat(names(folder)).containsExactly("model");
    }

    @Test
    void replace_file_isRefused() throws IOException {
        Path target = Files.writeString(folder.resolve("notes.txt"), "x");

        assertThatThrownBy(() -> AtomicDirectory.replace(target)).hasMessageContaining("notes.txt: exists already");

        assertThat(target).hasContent("x");
    }

    @Test
    void commit_targetMadeMeanwhile_isRefusedAndCleanedUp() throws IOException {
        Path target = folder.resolve("model");
        try (AtomicDirectory output = AtomicDirectory.create(target)) {
            Files.createDirectory(target);
            Files.writeString(target.resolve("other"), "x");
            assertThatThrownBy(output::commit).hasMessageContaining("model: exists already and is not replaced");
        }
        assertThat(names(folder)).containsExactly("model");
        assertThat(target.resolve("other")).hasContent("x");
    }

    @Test
    void commit_twice_isTheCallersMistake() {
        try (AtomicDirectory output = AtomicDirectory.create(folder.resolve("model"))) {
            output.commit();
            assertThatThrownBy(output::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was committed before");
        }
    }

    @Test
    void deleteLeftovers_ofAKilledProcess_takesOnlyTheTargetsOwn() throws IOException {
        Files.createDirectories(folder.resolve(".model.tmp-1/sub"));
        Files.createDirectory(folder.resolve(".other.tmp-1"));

        AtomicDirectory.deleteLeftovers(folder.resolve("model"));

        assertThat(names(folder)).containsExactly(".other.tmp-1");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
