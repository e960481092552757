package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxImporterTest {
    @TempDir
    Path folder;

    /** Sums and first values as PyTorch has them in transformers' BertModel of the same weights. */
    @Test
    void importTo_minilmFromItsJar_givesTheWeightsOfTransformers() throws IOException {
        Path target = folder.resolve("minilm");
        try (InputStream onnx = Objects.requireNonNull(
                OnnxImporterTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx"), "the jar with MiniLM")) {
            OnnxImporter.importTo("all-minilm-l6-v2.onnx", onnx, target);
        }
        Map<String, Tensor> tensors = SafetensorsFile.read(target.resolve("model.safetensors"));

        assertThat(tensors).hasSize(103);
        assertThat(tensors.values().stream().mapToLong(Tensor::size).sum()).isEqualTo(22_713_216);
        assertTensor(tensors, "embeddings.word_embeddings.weight", 30522, 384, 138.050722, -0.019989014f);
        assertTensor(tensors, "encoder.layer.0.attention.self.query.weight", 384, 384, 13.5281941, -0.14861962f);
        assertTensor(tensors, "encoder.layer.3.intermediate.dense.weight", 1536, 384, 229.815095, -0.13158251f);
        assertTensor(tensors, "encoder.layer.5.output.dense.weight", 384, 1536, -53.1984911, -0.056546345f);
        assertTensor(tensors, "pooler.dense.weight", 384, 384, -8.15098697, -0.015129089f);
        assertThat(Tensors.named(tensors, "encoder.layer.5.output.dense.weight").toFloats())
                .startsWith(-0.056546345f, 0.009879817f, -0.012258711f);
        assertConfig(target, 384, 12, 6, 1536, 30522, 512);
    }

    @ParameterizedTest
    @EnumSource(TinyBert.Linear.class)
    void importTo_eachFormOfLinear_givesOutputsFirst(TinyBert.Linear form) throws IOException {
        TinyBert bert = new TinyBert("bert.", form);

        Map<String, Tensor> tensors = imported(bert);

        assertThat(tensors.keySet()).containsExactlyInAnyOrderElementsOf(bert.weights.keySet());
        bert.weights.forEach((name, values) ->
                assertThat(Tensors.named(tensors, name).toFloats()).as(name).isEqualTo(values));
        assertThat(Tensors.named(tensors, "encoder.layer.0.intermediate.dense.weight")
                        .shape())
                .containsExactly(6, 4);
        assertConfig(folder.resolve("out"), 4, 2, 1, 6, 5, 8);
    }

    @Test
    void importTo_sharedInitializerBehindIdentity_isFound() throws IOException {
        TinyBert bert = new TinyBert("", TinyBert.Linear.MATMUL).omit("encoder.layer.0.attention.self.key.bias");
        bert.node("Identity", "encoder.layer.0.attention.self.key.bias", "encoder.layer.0.attention.self.query.bias");

        Map<String, Tensor> tensors = imported(bert);

        assertThat(Tensors.named(tensors, "encoder.layer.0.attention.self.key.bias")
                        .toFloats())
                .isEqualTo(bert.weights.get("encoder.layer.0.attention.self.query.bias"));
    }

    @ParameterizedTest
    @CsvSource({"Erf, gelu", "Gelu, gelu", "Relu, relu", "Mul Tanh, gelu_new"})
    void importTo_operators_tellTheActivation(String operators, String activation) throws IOException {
        imported(new TinyBert("", TinyBert.Linear.MATMUL).activation(operators.split(" ")));

        assertThat(config(folder.resolve("out")).path("hidden_act").asText()).isEqualTo(activation);
    }

    @Test
    void importTo_epsilon_isWrittenInItsShortestForm() throws IOException {
        imported(new TinyBert("", TinyBert.Linear.MATMUL));

        assertThat(folder.resolve("out/config.json")).content().containsPattern("\"layer_norm_eps\" : 1.0E-12,");
    }

    @Test
    void importTo_unknownActivation_isRefused() {
        assertRefused(
                new TinyBert("", TinyBert.Linear.MATMUL).activation("Selu"),
                "the activation is none of gelu, relu and");
    }

    @Test
    void importTo_quantizedOrOptimized_isRefusedByOperator() {
        TinyBert quantized = new TinyBert("", TinyBert.Linear.MATMUL);
        quantized.node("DynamicQuantizeLinear", "q", "x");
        assertRefused(quantized, "has the operator DynamicQuantizeLinear, so the model was quantized or optimized");

        TinyBert optimized = new TinyBert("", TinyBert.Linear.MATMUL);
        optimized.node("BiasGelu", "g", "x").setDomain("com.microsoft");
        assertRefused(optimized, "has the operator BiasGelu");
    }

    @Test
    void importTo_biasWithoutMatMul_isRefusedByName() {
        assertRefused(
                new TinyBert("bert.", TinyBert.Linear.MATMUL).omit("encoder.layer.0.output.dense.MatMul"),
                "tensor 'bert.encoder.layer.0.output.dense.bias' has no MatMul above it");
    }

    @Test
    void importTo_unusedWeight_isRefusedByName() {
        assertRefused(
                new TinyBert("", TinyBert.Linear.MATMUL).extra("classifier.weight", 3, 4),
                "has weights that are no part of a BERT encoder: 'classifier.weight' [3, 4]."
                        + " Export the encoder without a head.");
    }

    @Test
    void importTo_missingTensors_areRefusedByName() {
        assertRefused(
                new TinyBert("", TinyBert.Linear.MATMUL).omit("embeddings.LayerNorm.bias"),
                "tensor 'embeddings.LayerNorm.bias' is not in the graph");
        assertRefused(
                new TinyBert("", TinyBert.Linear.MATMUL).omit("embeddings.word_embeddings.weight"),
                "has no 'embeddings.word_embeddings.weight'");
        assertRefused(
                new TinyBert("", TinyBert.Linear.MATMUL).omit("encoder.layer.0.output.dense.bias"),
                "has no 'encoder.layer.0.output.dense.bias'; the names look like 'bert', 'roberta' or 'electra'");
        assertRefused(
                new TinyBert("", TinyBert.Linear.MATMUL).omit("heads"),
                "tensor 'heads' is a shape that is not put together by a Concat");
    }

    @Test
    void importTo_robertasPositions_areRefused() {
        assertRefused(
                new TinyBert("", TinyBert.Linear.MATMUL).positionsAndTypes(514, 1),
                "514 positions and one token type are RoBERTa's");
    }

    @Test
    void importTo_weightsInAnotherFile_areRefusedByName() {
        TinyBert bert = new TinyBert("", TinyBert.Linear.MATMUL).omit("embeddings.LayerNorm.bias");
        bert.graph
                .addInitializerBuilder()
                .setName("embeddings.LayerNorm.bias")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(4)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        assertRefused(bert, "tensor 'embeddings.LayerNorm.bias' lies in another file, which is not read");
    }

    @Test
    void importTo_dataShorterThanShape_isRefusedByName() {
        TinyBert bert = new TinyBert("", TinyBert.Linear.MATMUL).omit("embeddings.LayerNorm.bias");
        bert.graph
                .addInitializerBuilder()
                .setName("embeddings.LayerNorm.bias")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(4);
        assertRefused(
                bert, "tensor 'embeddings.LayerNorm.bias' a tensor of type F32 and shape [4] has 16 bytes, got 0");
    }

    @Test
    void importTo_noOnnxFile_saysSo() throws IOException {
        assertRefused("this is no protobuf".getBytes(StandardCharsets.UTF_8), "is not an ONNX file, or is cut short");
        assertRefused(new byte[0], "holds no ONNX graph");
        assertRefused(
                "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8), "Git LFS pointer");
        byte[] whole = new TinyBert("", TinyBert.Linear.MATMUL).bytes();
        assertRefused(Arrays.copyOf(whole, whole.length - 9), "is not an ONNX file, or is cut short");
        assertThatThrownBy(() -> OnnxImporter.importTo(folder.resolve("absent.onnx"), folder.resolve("out")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("absent.onnx: cannot be read");
    }

    @Test
    void importTo_existingTarget_isLeftAlone() throws IOException {
        Path target = Files.createDirectory(folder.resolve("out"));
        Files.writeString(target.resolve("mine"), "x");
        byte[] onnx = new TinyBert("", TinyBert.Linear.MATMUL).bytes();
        Path file = Files.write(folder.resolve("tiny.onnx"), onnx);

        assertThatThrownBy(() -> OnnxImporter.importTo(file, target)).hasMessageContaining("exists already");

        assertThat(target.resolve("mine")).hasContent("x");
    }

    private void assertRefused(TinyBert bert, String reason) {
        assertRefused(bert.bytes(), reason);
    }

    private void assertRefused(byte[] onnx, String reason) {
        Path target = folder.resolve("refused");
        assertThatThrownBy(() -> OnnxImporter.importTo("tiny.onnx", new ByteArrayInputStream(onnx), target))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("tiny.onnx: ")
                .hasMessageContaining(reason);
        assertThat(folder).isEmptyDirectory();
    }

    private Map<String, Tensor> imported(TinyBert bert) throws IOException {
        Path file = Files.write(folder.resolve("tiny.onnx"), bert.bytes());
        OnnxImporter.importTo(file, folder.resolve("out"));
        return Weights.open(folder.resolve("out")).tensors();
    }

    private static void assertTensor(
            Map<String, Tensor> tensors, String name, int rows, int columns, double sum, float first) {
        Tensor tensor = Tensors.named(tensors, name);
        assertThat(tensor.shape()).containsExactly(rows, columns);
        float[] values = tensor.toFloats();
        double total = 0;
        for (float value : values) {
            total += value;
        }
        // The golden sums have nine digits.
        assertThat(total).isCloseTo(sum, within(1e-8 * Math.max(1, Math.abs(sum))));
        assertThat(values[0]).isEqualTo(first);
    }

    private static void assertConfig(
            Path target, int hidden, int heads, int layers, int intermediate, int vocabulary, int positions)
            throws IOException {
        JsonNode config = config(target);
        List<Integer> sizes = List.of(
                config.path("hidden_size").asInt(),
                config.path("num_attention_heads").asInt(),
                config.path("num_hidden_layers").asInt(),
                config.path("intermediate_size").asInt(),
                config.path("vocab_size").asInt(),
                config.path("max_position_embeddings").asInt());
        assertThat(sizes).containsExactly(hidden, heads, layers, intermediate, vocabulary, positions);
        assertThat(config.path("model_type").asText()).isEqualTo("bert");
        assertThat(config.path("architectures")).hasToString("[\"BertModel\"]");
        assertThat(config.path("type_vocab_size").asInt()).isEqualTo(2);
        assertThat(config.path("hidden_act").asText()).isEqualTo("gelu");
        assertThat(config.path("layer_norm_eps").asDouble()).isEqualTo(1e-12);
        assertThat(config.path("pad_token_id").asInt(-1)).isZero();
    }

    private static JsonNode config(Path target) throws IOException {
        return new ObjectMapper().readTree(target.resolve("config.json").toFile());
    }
}
