package ai.graft.serving.layout;

import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Pooling;
import ai.graft.serving.predict.OnnxMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model folder of DJL Serving. Classifiers of texts and bare encoders take texts, by the translators of DJL's extension
 * {@code tokenizers}; other models take and give tensors.
 *
 * @see <a href="https://docs.djl.ai/master/docs/serving/serving/docs/configurations_model.html">Model configuration</a>
 */
final class DjlServingFiles {
    private static final String TRANSLATORS = "ai.djl.huggingface.translator.";
    private static final String CONFIG = "config.json";

    static void write(ExportedFiles files, Path directory) throws IOException {
        OnnxMetadata metadata = files.metadata();
        List<String> lines = new ArrayList<>(List.of("engine=OnnxRuntime", "option.modelName=model"));
        lines.addAll(translator(metadata, GraphSignature.read(files.model()), vectors(files.directory())));
        files.moveNeeded(directory);
        if (classifier(metadata)) {
            nameLabels(directory.resolve(CONFIG), metadata);
        }
        Files.writeString(directory.resolve("serving.properties"), String.join("\n", lines) + "\n");
    }

    private static boolean classifier(OnnxMetadata metadata) {
        return metadata.task().matches("single-label|multi-label");
    }

    /** As the model's files say; the mean of length 1, which most encoders of sentences give, where they say nothing. */
    private static SentenceVectors vectors(Path directory) {
        return SentenceVectors.read(directory).orElse(new SentenceVectors(Pooling.MEAN, true));
    }

    private static List<String> translator(OnnxMetadata metadata, GraphSignature graph, SentenceVectors vectors) {
        List<String> lines = new ArrayList<>();
        if (classifier(metadata)) {
            lines.add("translatorFactory=" + TRANSLATORS + "TextClassificationTranslatorFactory");
        } else if (metadata.task().equals("encoder")) {
            lines.add("translatorFactory=" + TRANSLATORS + "TextEmbeddingTranslatorFactory");
            lines.add("pooling=" + vectors.pooling().name().toLowerCase(Locale.ROOT));
            lines.add("normalize=" + vectors.normalized());
        } else {
            return lines;
        }
        boolean types = graph.inputs().stream().anyMatch(input -> input.name().equals("token_type_ids"));
        lines.add("includeTokenTypes=" + types);
        lines.add("truncation=true");
        lines.add("maxLength=" + metadata.maxLength());
        return lines;
    }

    /** The translator reads labels from {@code id2label} alone, and sigmoid or softmax from {@code problem_type}. */
    private static void nameLabels(Path file, OnnxMetadata metadata) throws IOException {
        String problem =
                metadata.task().equals("multi-label") ? "multi_label_classification" : "single_label_classification";
        ConfigFile config = ConfigFile.read(file);
        Files.writeString(
                file,
                config.withHead(metadata.modelClass(), metadata.labels(), Optional.of(problem))
                        .toJson());
    }

    private DjlServingFiles() {}
}
