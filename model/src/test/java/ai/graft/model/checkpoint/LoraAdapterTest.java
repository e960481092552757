package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.graft.model.network.Init;
import ai.graft.model.network.Lora;
import ai.graft.model.network.WeightSpec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraAdapterTest {
    private static final String QUERY = "bert.encoder.layer.0.attention.self.query.weight";
    private static final WeightSpec QUERY_SPEC = new WeightSpec(QUERY, Init.NORMAL, List.of(2, 3));
    private static final LoraAdapter ADAPTER = new LoraAdapter(
            new Lora(1, 2, List.of(Lora.ALL_LINEAR)),
            Map.of(
                    Lora.down(QUERY),
                    Tensor.ofFloats(List.of(1, 3), new float[] {1, 2, 3}),
                    Lora.up(QUERY),
                    Tensor.ofFloats(List.of(2, 1), new float[] {10, 100}),
                    "classifier.weight",
                    Tensor.ofFloats(List.of(1, 2), new float[] {7, 8}),
                    "bert.pooler.dense.bias",
                    Tensor.ofFloats(List.of(2), new float[] {5, 6})));

    @TempDir
    Path folder;

    @Test
    void merge_adaptedWeight_addsScaledProduct() {
        float[] merged = ADAPTER.merge(QUERY_SPEC, new float[] {0.5f, 0, 0, 0, 0, 1});

        // alpha/rank = 2; B·A = [[10, 20, 30], [100, 200, 300]]
        assertThat(merged).containsExactly(20.5f, 40, 60, 200, 400, 601);
    }

    @Test
    void merge_otherWeights_asTrainedOrUntouched() {
        assertThat(ADAPTER.merge(new WeightSpec("classifier.weight", Init.NORMAL, List.of(1, 2)), new float[2]))
                .containsExactly(7, 8);
        assertThat(ADAPTER.merge(new WeightSpec("x.weight", Init.NORMAL, List.of(1, 2)), new float[] {3, 4}))
                .containsExactly(3, 4);
    }

    @Test
    void merge_matrixOfAnotherModel_namesItWithBothShapes() {
        WeightSpec wider = new WeightSpec(QUERY, Init.NORMAL, List.of(2, 4));

        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> ADAPTER.merge(wider, new float[8]))
                .withMessageContaining("query.lora_A.weight' is [1, 3], expected [1, 4]");
    }

    @Test
    void write_readAgain_isTheSame() throws IOException {
        ADAPTER.write(folder, "minilm", "SEQ_CLS", 0.05);

        JsonNode config = new ObjectMapper()
                .readTree(folder.resolve("adapter_config.json").toFile());
        assertThat(config.path("peft_type").asText()).isEqualTo("LORA");
        assertThat(config.path("r").asInt()).isEqualTo(1);
        assertThat(config.path("lora_alpha").asDouble()).isEqualTo(2);
        assertThat(config.path("target_modules").toString()).isEqualTo("[\"self.query\"]");
        assertThat(config.path("modules_to_save").toString()).isEqualTo("[\"classifier\",\"pooler\"]");
        assertThat(SafetensorsFile.read(folder.resolve("adapter_model.safetensors")))
                .containsOnlyKeys(
                        "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight",
                        "base_model.model.bert.encoder.layer.0.attention.self.query.lora_B.weight",
                        "base_model.model.classifier.weight",
                        "base_model.model.bert.pooler.dense.bias");
        LoraAdapter again = LoraAdapter.read(folder);
        assertThat(again.lora()).isEqualTo(new Lora(1, 2, List.of("self.query")));
        assertThat(again.merge(QUERY_SPEC, new float[6])).isEqualTo(ADAPTER.merge(QUERY_SPEC, new float[6]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'peft_type': 'IA3'} | peft_type is 'IA3', and only LORA is read",
                "{'peft_type': 'LORA', 'use_dora': true} | use_dora is true, which is not supported",
                "{'peft_type': 'LORA', 'r': 2, 'rank_pattern': {'x': 4}} | rank_pattern gives layers ranks of their own",
                "{'peft_type': 'LORA', 'r': 0, 'lora_alpha': 1, 'target_modules': ['query']} | the rank of LoRA is 0",
                "{'peft_type': 'LORA', 'r': 1, 'lora_alpha': 1} | LoRA has no targets",
                "{ | cannot be read",
            })
    void read_otherKind_saysWhatItIs(String json, String message) throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), json.replace('\'', '"'));

        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> LoraAdapter.read(folder))
                .withMessageContaining("adapter_config.json: ")
                .withMessageContaining(message);
    }

    @Test
    void read_tensorsOfAnotherLayout_namesTheTensor() throws IOException {
        ADAPTER.write(folder, "minilm", "SEQ_CLS", 0);
        SafetensorsFile.write(
                folder.resolve("adapter_model.safetensors"),
                Map.of("query.lora_A", Tensor.ofFloats(List.of(1), new float[1])));

        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> LoraAdapter.read(folder))
                .withMessageContaining("tensor 'query.lora_A' does not begin with base_model.model.");
    }
}
