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

    /** Everything that predicting needs, relative to the directory, in order: not the report. */
    List<Path> needed() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(directory::relativize)
                    .filter(file -> !file.toString().equals(OnnxExporter.MARKER))
                    .sorted()
                    .toList();
        }
    }

    void moveNeeded(Path target) throws IOException {
        for (Path file : needed()) {
            Path place = target.resolve(file);
            Files.createDirectories(place.resolveSibling(""));
            Files.move(directory.resolve(file), place);
        }
    }

    void moveReport(Path target) throws IOException {
        Files.move(directory.resolve(OnnxExporter.MARKER), target.resolve(OnnxExporter.MARKER));
    }
}
