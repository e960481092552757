package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Inputs;
import ai.graft.serving.predict.OnnxSession;
import ai.graft.serving.predict.PredictorOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A checkpoint's network on ONNX Runtime without an export: written to a temporary directory, loaded, and compared with nothing;
 * for comparing by other means. May be shared between threads; whoever opened it closes it, which deletes the directory.
 */
public final class TemporaryNetwork implements AutoCloseable {
    private final TemporaryFolder folder;
    private final OnnxSession session;

    private TemporaryNetwork(TemporaryFolder folder, OnnxSession session) {
        this.folder = folder;
        this.session = session;
    }

    /**
     * Writes and loads it.
     *
     * @throws CheckpointException where weights of the head are missing, or the directory cannot be written
     * @throws ai.graft.serving.predict.OnnxException as {@link OnnxSession#open(Path, PredictorOptions)}
     */
    public static TemporaryNetwork open(PretrainedNetwork pretrained, PredictorOptions options) {
        TemporaryFolder folder = TemporaryFolder.create("onnx");
        try {
            Path file = folder.path().resolve("model.onnx");
            OnnxFile.write(file, NetworkGraph.of(pretrained, ExportOptions.DEFAULT), Map.of(), false);
            return new TemporaryNetwork(folder, OnnxSession.open(file, options));
        } catch (IOException e) {
            folder.close();
            throw TemporaryFolder.failure(e);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    /**
     * Every output in row order, by the names that {@link OnnxExporter} gives them.
     *
     * @throws ai.graft.serving.predict.OnnxException where the runtime fails
     */
    public Map<String, float[]> run(Inputs inputs) {
        return session.run(inputs);
    }

    @Override
    public void close() {
        session.close();
        folder.close();
    }
}
