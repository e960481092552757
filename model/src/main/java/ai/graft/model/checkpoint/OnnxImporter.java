package ai.graft.model.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Turns an ONNX file of a BERT encoder into a checkpoint in Hugging Face layout: {@code config.json} and {@code
 * model.safetensors} of a bare BertModel.
 *
 * <p>Read are float graphs as PyTorch's exporter writes them, with or without a pooler, under any base prefix. Refused,
 * by name, are quantized and optimized graphs, other architectures, graphs with a head, and weights in separate files:
 * whatever could give an encoder that computes something else.
 *
 * <p>What a graph does not hold is filled in with BertConfig's defaults: dropout 0.1, initializer range 0.02, padding
 * id 0.
 */
public final class OnnxImporter {
    private OnnxImporter() {}

    /**
     * Imports a file of at most 2 GB.
     *
     * @param targetDirectory must not exist, or be empty; appears whole or not at all
     * @throws CheckpointException if the file cannot be read or is none that can be imported, or the target exists
     */
    public static void importTo(Path onnxFile, Path targetDirectory) {
        importTo(onnxFile.toString(), readFile(onnxFile), targetDirectory);
    }

    /**
     * Imports what a stream gives, such as a resource of the class path.
     *
     * @param source its name, for messages
     * @param onnx read to its end, not closed
     * @param targetDirectory must not exist, or be empty; appears whole or not at all
     * @throws CheckpointException as {@link #importTo(Path, Path)}
     */
    public static void importTo(String source, InputStream onnx, Path targetDirectory) {
        importTo(source, readStream(source, onnx), targetDirectory);
    }

    private static void importTo(String source, byte[] onnx, Path targetDirectory) {
        try (AtomicDirectory output = AtomicDirectory.create(targetDirectory)) {
            parse(source, onnx).write(output.path());
            output.commit();
        }
    }

    static ImportedEncoder parse(String source, byte[] onnx) {
        return OnnxBertReader.read(OnnxGraph.parse(source, onnx));
    }

    static byte[] readFile(Path onnxFile) {
        try {
            if (Files.size(onnxFile) > Integer.MAX_VALUE - 8) { // the longest array; a protobuf message ends there too
                throw new CheckpointException(onnxFile + ": has more than 2 GB, which is not imported");
            }
            return Files.readAllBytes(onnxFile);
        } catch (IOException e) {
            throw new CheckpointException(onnxFile + ": cannot be read: " + e, e);
        }
    }

    static byte[] readStream(String source, InputStream onnx) {
        try {
            return onnx.readAllBytes();
        } catch (IOException e) {
            throw new CheckpointException(source + ": cannot be read: " + e, e);
        }
    }
}
