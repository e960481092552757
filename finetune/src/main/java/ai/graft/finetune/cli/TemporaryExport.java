package ai.graft.finetune.cli;

import ai.graft.model.checkpoint.DirectoryTree;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.onnx.ProofFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An export of a checkpoint, compared with it as every export is, for as long as one command runs. */
final class TemporaryExport implements AutoCloseable {
    private final Path folder;

    private TemporaryExport(Path folder) {
        this.folder = folder;
    }

    /**
     * Exports.
     *
     * @param model as {@code --model} names it
     * @throws CheckFailed where the graph does not compute what the checkpoint computes
     */
    static TemporaryExport of(String model, Console console) throws IOException {
        TemporaryExport export = new TemporaryExport(Files.createTempDirectory(
                "graft-export-" + ProcessHandle.current().pid() + "-"));
        console.err().println(model + ": written as ONNX for this run; 'graft export' keeps it");
        try {
            OnnxExporter.export(model, export.directory(), ExportOptions.DEFAULT);
            return export;
        } catch (ProofFailedException e) {
            export.close();
            throw new CheckFailed(model + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            export.close();
            throw e;
        }
    }

    /** Where it lies until it is closed. */
    Path directory() {
        return folder.resolve("export");
    }

    @Override
    public void close() throws IOException {
        DirectoryTree.delete(folder);
    }
}
