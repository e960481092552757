package ai.graft.serving.layout;

import ai.graft.serving.onnx.ExportReport;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.OnnxMetadata;
import ai.graft.serving.predict.OnnxPredictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What an export wrote, on its way to another layout. */
record ExportedFiles(Path directory, ExportReport report) {
    OnnxMetadata metadata() {
        return report.metadata();
    }

    Path model() {
        return directory.resolve(OnnxPredictor.MODEL);
    }

    /** Everything that predicting needs, by name: not the report. */
    List<Path> needed() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith(OnnxExporter.MARKER))
                    .sorted()
                    .toList();
        }
    }

    void moveNeeded(Path target) throws IOException {
        for (Path file : needed()) {
            Files.move(file, target.resolve(file.getFileName()));
        }
    }

    void deleteNeeded() throws IOException {
        for (Path file : needed()) {
            Files.delete(file);
        }
    }

    void moveReport(Path target) throws IOException {
        Files.move(directory.resolve(OnnxExporter.MARKER), target.resolve(OnnxExporter.MARKER));
    }
}
