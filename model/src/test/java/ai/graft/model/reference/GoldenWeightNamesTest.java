package ai.graft.model.reference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The weights that networks ask for against the headers of files that transformers wrote. */
@Tag("shared")
class GoldenWeightNamesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PARITY = Path.of(System.getProperty("graft.shared", ""), "parity");
    private static final Set<String> MODEL_TYPES = Set.of("bert", "roberta", "xlm-roberta", "distilbert");
    private static final Set<String> UNSUPPORTED = Set.of("bert-multichoice", "bert-relative-key");

    /** transformers writes this bias beside that of the untied decoder, and computes with the decoder's. */
    private static final String UNUSED_TWIN = "cls.predictions.bias";

    static List<String> cases() throws IOException {
        List<String> names = new ArrayList<>();
        for (JsonNode entry : JSON.readTree(PARITY.resolve("cases.json").toFile())) {
            String name = entry.path("name").asText();
            if (entry.path("kind").asText().equals("forward")
                    && MODEL_TYPES.contains(entry.path("model_type").asText())
                    && !UNSUPPORTED.contains(name)
                    && Files.exists(file(name, "model.safetensors"))) {
                names.add(name);
            }
        }
        return names;
    }

    @Test
    void cases_ofEveryArchitecture_areThere() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void weights_goldenCase_areTheFilesTensors(String name) throws IOException {
        ConfigFile config = ConfigFile.read(file(name, "config.json"));
        String architecture = config.architecture().orElseThrow();
        Head head = Head.ofArchitecture(architecture, config.labels().size());
        Network network = Network.of(config.model());

        assertThat(network.className(head)).isEqualTo(architecture);
        assertThat(ShapeOps.weights(network, head).stream()
                        .map(weight -> weight.name() + weight.shape().toString().replace(" ", "")))
                .containsExactlyInAnyOrderElementsOf(tensors(name));
    }

    private static List<String> tensors(String name) throws IOException {
        ObjectNode header = header(file(name, "model.safetensors"));
        header.remove("__metadata__");
        if (header.has("cls.predictions.decoder.bias")) {
            header.remove(UNUSED_TWIN);
        }
        List<String> tensors = new ArrayList<>();
        header.properties()
                .forEach(field -> tensors.add(field.getKey() + field.getValue().path("shape")));
        return tensors;
    }

    /** A length of 8 bytes, lowest first, and so many bytes of JSON. */
    private static ObjectNode header(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            int length = Math.toIntExact(Long.reverseBytes(in.readLong()));
            return (ObjectNode) JSON.readTree(in.readNBytes(length));
        }
    }

    private static Path file(String name, String file) {
        return PARITY.resolve(name).resolve(file);
    }
}
