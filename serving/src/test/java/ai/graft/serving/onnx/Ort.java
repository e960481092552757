package ai.graft.serving.onnx;

import ai.graft.model.network.Inputs;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime without any of the module's own code between. */
final class Ort {

    static OrtSession open(Path file, SessionOptions.OptLevel level) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(level);
            options.setIntraOpNumThreads(1);
            return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        }
    }

    static Map<String, float[]> run(OrtSession session, Inputs inputs) throws OrtException {
        Map<String, int[]> values = Map.of(
                "input_ids", inputs.inputIds(),
                "attention_mask", inputs.attentionMask(),
                "token_type_ids", inputs.tokenTypeIds());
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        for (String name : session.getInputNames()) {
            long[] wide = Arrays.stream(values.getOrDefault(name, new int[0]))
                    .asLongStream()
                    .toArray();
            feeds.put(name, OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), LongBuffer.wrap(wide), new long[] {
                inputs.rows(), inputs.columns()
            }));
        }
        try (OrtSession.Result result = session.run(feeds)) {
            Map<String, float[]> outputs = new LinkedHashMap<>();
            for (Map.Entry<String, OnnxValue> entry : result) {
                outputs.put(
                        entry.getKey(),
                        ((OnnxTensor) entry.getValue()).getFloatBuffer().array());
            }
            return outputs;
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private Ort() {}
}
