package ai.graft.serving.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A service of KServe that runs Triton, which it serves ONNX with: its runtime starts Triton on the repository at {@code
 * storageUri}, and speaks the open inference protocol (v2).
 *
 * @see <a href="https://github.com/kserve/kserve/blob/master/config/runtimes/kserve-tritonserver.yaml">The runtime</a>
 */
final class KServeFiles {

    static void write(ExportedFiles files, Layout.KServe layout, Path directory) throws IOException {
        TritonFiles.write(files, layout.name(), Files.createDirectory(directory.resolve("models")));
        Files.writeString(
                directory.resolve("inference-service.yaml"), """
                apiVersion: serving.kserve.io/v1beta1
                kind: InferenceService
                metadata:
                  name: "%s"
                spec:
                  predictor:
                    model:
                      modelFormat:
                        name: onnx
                        version: "1"
                      runtime: kserve-tritonserver
                      protocolVersion: v2
                      storageUri: "%s"
                """.formatted(layout.name(), layout.storageUri()));
    }

    private KServeFiles() {}
}
