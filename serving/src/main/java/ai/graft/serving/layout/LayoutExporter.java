package ai.graft.serving.layout;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DirectoryTree;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.ExportReport;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.Flavour;
import java.io.IOException;
import java.nio.file.Path;

/** Exports a checkpoint, as {@link OnnxExporter} does, and lays the files out for another program. */
public final class LayoutExporter {

    /**
     * Exports a checkpoint with the head that its configuration names, in ONNX's own operators.
     *
     * @param nameOrDirectory as {@code Checkpoint.open} takes it
     * @param target appears whole or not at all, with {@code export.json} in it; an earlier export in its place, in whatever
     *     layout, is replaced
     * @return what was written; its directory is the target
     * @throws ai.graft.serving.onnx.ProofFailedException where the graph does not compute what the checkpoint computes
     * @throws CheckpointException where the checkpoint is not sound or the target cannot be written
     * @throws IllegalArgumentException where the layout cannot hold the model: another flavour than portable, or a jar without the
     *     weights
     */
    public static ExportReport export(String nameOrDirectory, Path target, ExportOptions options, Layout layout) {
        requirePortable(options);
        try (AtomicDirectory output = AtomicDirectory.replaceOutput(target, OnnxExporter.MARKER)) {
            Path plain = output.path().resolve("plain");
            ExportReport report = OnnxExporter.export(nameOrDirectory, plain, options);
            ExportedFiles files = new ExportedFiles(plain, report);
            arrange(files, layout, output.path());
            files.moveReport(output.path());
            DirectoryTree.delete(plain);
            output.commit();
            return report.movedTo(target);
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Complains about options of files that other programs cannot read; {@link #export} does so too.
     *
     * @throws IllegalArgumentException where the flavour is not portable
     */
    public static void requirePortable(ExportOptions options) {
        if (options.flavour() != Flavour.PORTABLE) {
            throw new IllegalArgumentException(
                    "the flavour is '" + options.flavour().label()
                            + "', and other programs read 'portable' alone. Export it so, or without a layout.");
        }
    }

    private static void arrange(ExportedFiles files, Layout layout, Path directory) throws IOException {
        if (layout instanceof Layout.Triton triton) {
            TritonFiles.write(files, triton.name(), directory);
        } else if (layout instanceof Layout.DjlServing) {
            DjlServingFiles.write(files, directory);
        } else if (layout instanceof Layout.KServe kserve) {
            KServeFiles.write(files, kserve, directory);
        } else if (layout instanceof Layout.Jar jar) {
            JarFiles.write(files, jar, directory);
        } else {
            throw new AssertionError(layout);
        }
    }

    private LayoutExporter() {}
}
