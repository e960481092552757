package ai.graft.serving.bench;

import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.PredictorOptions;
import ai.graft.tokenizer.TextInput;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Who takes part: texts in, vectors of length 1 out. */
interface Embedder extends AutoCloseable {
    /** What to call it in the results. */
    String name();

    /** A vector (H) for each text, in their order, as fast as may be. */
    float[][] embed(List<String> texts);

    /** The vector of one text, as soon as may be. */
    float[] embed(String text);

    @Override
    void close();

    /** Many texts go over a pool of so many threads; the threads of its session cannot be chosen, and are one a core. */
    static Embedder langchain4j(int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        AllMiniLmL6V2EmbeddingModel model = new AllMiniLmL6V2EmbeddingModel(pool);
        return new Embedder() {
            @Override
            public String name() {
                return "langchain4j";
            }

            @Override
            public float[][] embed(List<String> texts) {
                List<TextSegment> segments =
                        texts.stream().map(TextSegment::from).toList();
                return model.embedAll(segments).content().stream()
                        .map(Embedding::vector)
                        .toArray(float[][]::new);
            }

            @Override
            public float[] embed(String text) {
                return model.embed(text).content().vector();
            }

            @Override
            public void close() {
                pool.shutdown();
            }
        };
    }

    /** Many texts go to so many workers of one thread, one text to one worker of so many threads. */
    static Embedder graft(Path export, int threads, boolean spinning) {
        PredictorOptions one = PredictorOptions.defaults().withThreads(threads).withSpinning(spinning);
        OnnxPredictor many = OnnxPredictor.open(export, one.withWorkers(threads).withThreads(1));
        OnnxPredictor single = OnnxPredictor.open(export, one);
        return new Embedder() {
            @Override
            public String name() {
                return "graft " + many.metadata().flavour() + " "
                        + many.metadata().precision();
            }

            @Override
            public float[][] embed(List<String> texts) {
                return many.embed(texts.stream().map(TextInput::of).toList());
            }

            @Override
            public float[] embed(String text) {
                return single.embed(List.of(TextInput.of(text)))[0];
            }

            @Override
            public void close() {
                many.close();
                single.close();
            }
        };
    }
}
