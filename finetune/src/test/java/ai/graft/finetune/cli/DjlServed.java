package ai.graft.finetune.cli;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.ServingTranslatorFactory;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A model folder and a text, answered as DJL Serving answers a request: its loader makes inputs and outputs out of a request
 * by the same factory. A program of its own, because DJL's engine wants to be the first user of ONNX Runtime in a process.
 */
final class DjlServed {

    public static void main(String[] arguments)
            throws IOException, ModelNotFoundException, MalformedModelException, TranslateException {
        Criteria<Input, Output> criteria = Criteria.builder()
                .setTypes(Input.class, Output.class)
                .optModelPath(Path.of(arguments[0]))
                .optTranslatorFactory(new ServingTranslatorFactory())
                .build();
        try (ZooModel<Input, Output> model = criteria.loadModel();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Input request = new Input();
            request.addProperty("Content-Type", "text/plain");
            request.add("data", arguments[1]);
            byte[] answer = predictor.predict(request).getData().getAsBytes();
            System.out.println(new String(answer, StandardCharsets.UTF_8).replaceAll("\\s+", " "));
        }
    }

    private DjlServed() {}
}
