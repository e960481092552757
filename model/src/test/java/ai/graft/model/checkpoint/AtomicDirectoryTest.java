package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void create_afterAKilledProcess_deletesOnlyTheTargetsOwnLeftovers() throws IOException {
        Files.createDirectories(folder.resolve(".model.tmp-1/sub"));
        Files.createDirectory(folder.resolve(".other.tmp-1"));
        Files.createFile(folder.resolve(".model.lock"));

        AtomicDirectory.create(folder.resolve("model")).close();

        assertThat(names(folder)).containsExactly(".other.tmp-1");
    }

    @Test
    void create_whileAnotherWritesThere_isRefusedUntilItCloses() throws IOException {
        Path target = folder.resolve("model");
        AtomicDirectory first = AtomicDirectory.create(target);
        assertThatThrownBy(() -> AtomicDirectory.replaceOutput(target, "graft.json"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(target + ": another training, or another program, is writing there now."
                        + " Wait until it ends, or name another place.");
        assertThat(first.path()).exists();
        first.close();

        AtomicDirectory.replaceOutput(target, "graft.json").close();
        assertThat(names(folder)).isEmpty();
    }

    /** What is left where a process is killed between the two renames of a commit. */
    private Path killedBetweenRenames() throws IOException {
        Path former = Files.createDirectory(folder.resolve(".model.former"));
        Files.writeString(former.resolve("graft.json"), "{}");
        Files.createDirectory(folder.resolve(".model.tmp-1"));
        return folder.resolve("model");
    }

    @Test
    void replaceOutput_afterAKillBetweenRenames_putsTheFormerDirectoryBack() throws IOException {
        Path target = killedBetweenRenames();

        AtomicDirectory.replaceOutput(target, "graft.json").close();

        assertThat(names(folder)).containsExactly("model");
        assertThat(target.resolve("graft.json")).hasContent("{}");
    }

    @Test
    void restore_afterAKillBetweenRenames_putsTheFormerDirectoryBackOnce() throws IOException {
        Path target = killedBetweenRenames();

        AtomicDirectory.restore(target);
        AtomicDirectory.restore(target);

        assertThat(names(folder)).containsExactly(".model.tmp-1", "model");
        assertThat(target.resolve("graft.json")).hasContent("{}");
    }

    @Test
    void checkpointOpen_afterAKillBetweenRenames_opensTheFormerModel() throws IOException {
        Path target = killedBetweenRenames();
        Files.writeString(folder.resolve(".model.former/config.json"), "{\"model_type\": \"no such thing\"}");

        assertThatThrownBy(() -> Checkpoint.open(target.toString())).hasMessageContaining("no such thing");

        assertThat(target.resolve("graft.json")).exists();
    }

    @Test
    void commit_readerPutsTheFormerBackMeanwhile_stillReplacesIt() throws Exception {
        Path target = Files.createDirectory(folder.resolve("model"));
        Files.writeString(target.resolve("n"), "start");
        AtomicBoolean done = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                AtomicDirectory.restore(target);
                Thread.yield();
            }
        });
        reader.start();
        try {
            for (int i = 0; i < 30; i++) {
                String number = Integer.toString(i);
                try (AtomicDirectory output = AtomicDirectory.replace(target)) {
                    output.write("n", file -> Files.writeString(file, number));
                    output.commit();
                }
                assertThat(target.resolve("n")).hasContent(number);
            }
        } finally {
            done.set(true);
            reader.join();
        }
        assertThat(names(folder)).containsExactly("model");
    }

    @Test
    void write_fullDiskInTheMiddle_fileNamedAndFormerModelWhole() throws IOException {
        Path target = Files.createDirectory(folder.resolve("model"));
        Files.writeString(target.resolve("graft.json"), "{}");
        try (AtomicDirectory output = AtomicDirectory.replaceOutput(target, "graft.json")) {
            output.write("graft.json", file -> Files.writeString(file, "new"));
            assertThatThrownBy(() -> output.write("model.safetensors", 5_000_000, file -> {
                        Files.write(file, new byte[1000]);
                        throw new IOException("No space left on device");
                    }))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(
                            target.resolve("model.safetensors") + ": cannot be written: No space left on device. ")
                    .hasMessageContaining(" left")
                    .hasMessageContaining("name a place on another disk");
        }
        assertThat(names(folder)).containsExactly("model");
        assertThat(names(target)).containsExactly("graft.json");
        assertThat(target.resolve("graft.json")).hasContent("{}");
    }

    /** Linux's /dev/full refuses every byte as a full disk does. */
    @Test
    void write_systemSaysTheDiskIsFull_fileNamedInItsFinalPlace() throws IOException {
        Path target = folder.resolve("model");
        try (AtomicDirectory output = AtomicDirectory.create(target)) {
            Files.createSymbolicLink(output.path().resolve("config.json"), Path.of("/dev/full"));
            assertThatThrownBy(() -> output.write("config.json", file -> Files.writeString(file, "{}")))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(target.resolve("config.json") + ": cannot be written: ")
                    .hasMessageContaining("quotas");
        }
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void write_moreThanTheDiskHas_isRefusedWithBothNumbersBeforeAByteIsWritten() {
        try (AtomicDirectory output = AtomicDirectory.create(folder.resolve("model"))) {
            long exabyte = 1_000_000_000_000_000_000L;
            assertThatThrownBy(() -> output.write("model.safetensors", exabyte, file -> {
                        throw new AssertionError("not reached");
                    }))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageMatching(
                            ".*/model/model\\.safetensors: cannot be written\\. It takes 1,000,000,000\\.0 GB,"
                                    + " but only [0-9,.]+ [A-Za-z]+ are left on its disk\\."
                                    + " Free some, or name a place on another disk\\.");
            assertThatThrownBy(() -> output.requireSpace(exabyte)).hasMessageContaining("1,000,000,000.0 GB");
        }
    }

    @Test
    void write_failureThatIsNotTheDisks_isPassedOn() {
        try (AtomicDirectory output = AtomicDirectory.create(folder.resolve("model"))) {
            assertThatThrownBy(() -> output.write("a", file -> {
                        throw new CheckpointException("tensor 'x' is out of range");
                    }))
                    .hasMessage("tensor 'x' is out of range");
        }
    }

    @Test
    void create_belowAFile_saysSo() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "x");
        Path target = file.resolve("deep/model");

        assertThatThrownBy(() -> AtomicDirectory.create(target))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(target + ": cannot be written: " + file + " is a file. Name a place in a directory.");
    }

    /** Linux's /proc takes no directories, not even from root. */
    @Test
    void create_whereNobodyMayWrite_saysSo() {
        assertThatThrownBy(() -> AtomicDirectory.create(Path.of("/proc/graft-model")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("/proc/graft-model: cannot be written: ")
                .hasMessageContaining(" in /proc")
                .hasMessageEndingWith("ame another place.");
    }

    @Test
    void writeFailure_accessDenied_namesTheFolderAndTheCure() {
        Path target = folder.resolve("deep/model");

        assertThat(WriteFailure.ofDirectory(target, new AccessDeniedException("deep")))
                .hasMessage(target + ": cannot be written: you may not write in " + folder
                        + ". Change its permissions, or name another place.");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
