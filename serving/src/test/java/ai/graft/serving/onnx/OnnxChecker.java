package ai.graft.serving.onnx;

import java.nio.file.Path;
import java.util.Set;
import org.bytedeco.onnx.global.onnx;

/**
 * The checker of the ONNX project: structure, names, types and the schemas of operators.
 *
 * @see <a href="https://onnx.ai/onnx/api/checker.html">onnx.checker</a>
 */
final class OnnxChecker {
    /** It is published for these processors; elsewhere a file is judged by ONNX Runtime alone. */
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64");

    /**
     * Passes a file that is sound, its weights outside included.
     *
     * @throws AssertionError with what the checker found
     */
    static void check(Path file) {
        if (!PROCESSORS.contains(System.getProperty("os.arch"))) {
            return;
        }
        try {
            onnx.check_model(file.toString(), true, false, true); // shapes are inferred and compared too
        } catch (RuntimeException e) {
            throw new AssertionError(file + ": refused by the ONNX checker: " + e.getMessage(), e);
        }
    }

    private OnnxChecker() {}
}
