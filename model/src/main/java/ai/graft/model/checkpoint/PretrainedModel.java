package ai.graft.model.checkpoint;

import ai.graft.model.network.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The pretrained encoders that have short names: ONNX files in jars that langchain4j publishes on Maven Central. */
public enum PretrainedModel {
    /** all-MiniLM-L6-v2: 6 layers of 384, 22.7 million parameters, with a pooler. */
    MINILM("minilm", "all-minilm-l6-v2", "all-minilm-l6-v2"),
    /** e5-small-v2: 12 layers of 384, 33.2 million parameters, no pooler. */
    E5_SMALL("e5-small", "e5-small-v2", "e5-small-v2"),
    /** bge-small-en-v1.5: 12 layers of 384, 33.2 million parameters, no pooler. */
    BGE_SMALL("bge-small", "bge-small-en-v15", "bge-small-en-v1.5");

    private static final String GROUP = "dev.langchain4j";
    private static final String VERSION = "1.0.0-beta3";

    private final String shortName;
    private final String artifact;
    private final String resource;

    PretrainedModel(String shortName, String artifact, String resource) {
        this.shortName = shortName;
        this.artifact = artifact;
        this.resource = resource;
    }

    /** The model of a short name, such as {@code minilm}; empty if none has it. */
    public static Optional<PretrainedModel> of(String shortName) {
        return Arrays.stream(values())
                .filter(model -> model.shortName.equals(shortName))
                .findFirst();
    }

    /** All short names, in alphabetical order. */
    public static List<String> names() {
        return Arrays.stream(values()).map(PretrainedModel::shortName).sorted().toList();
    }

    /** What a user types. */
    public String shortName() {
        return shortName;
    }

    /** Maven coordinates of the jar, {@code group:artifact:version}; its own dependencies are not needed. */
    public String coordinates() {
        return GROUP + ":langchain4j-embeddings-" + artifact + ":" + VERSION;
    }

    /** How sentences become vectors, as the model's publishers say on its card. */
    public SentenceVectors vectors() {
        return new SentenceVectors(this == BGE_SMALL ? Pooling.CLS : Pooling.MEAN, true);
    }

    /** Name of the ONNX file on the class path. */
    public String onnxResource() {
        return resource + ".onnx";
    }

    /** Name of the tokenizer's file on the class path. */
    public String tokenizerResource() {
        return resource + "-tokenizer.json";
    }
}
