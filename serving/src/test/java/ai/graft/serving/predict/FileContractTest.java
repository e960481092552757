package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.network.Head;
import ai.graft.serving.onnx.OnnxExporter;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were changed after their export: each fault shows when the file is opened, with what was found. */
class FileContractTest {
    @TempDir
    Path folder;

    private Path exported;

    @BeforeEach
    void export() {
        exported = export("exported", TinyCheckpoint.BERT, new Head.SequenceClassification(3));
    }

    private Path export(String name, String config, Head head) {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve(name + "-model"), config, head);
        OnnxExporter.export(tiny.directory(), folder.resolve(name));
        return folder.resolve(name);
    }

    private Path file() {
        return exported.resolve("model.onnx");
    }

    private void change(Consumer<ModelProto.Builder> change) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file())).toBuilder();
        change.accept(model);
        Files.write(file(), model.build().toByteArray());
    }

    private static void renameInput(ModelProto.Builder model, String before, String after) {
        GraphProto.Builder graph = model.getGraphBuilder();
        graph.getInputBuilderList().stream()
                .filter(input -> input.getName().equals(before))
                .forEach(input -> input.setName(after));
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                node.setInput(i, node.getInput(i).equals(before) ? after : node.getInput(i));
            }
        }
    }

    private static void setMetadata(ModelProto.Builder model, String key, String value) {
        model.getMetadataPropsBuilderList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .forEach(entry -> entry.setValue(value));
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> OnnxPredictor.open(exported))
                .isInstanceOf(OnnxException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void open_unchanged_isAccepted() throws IOException {
        change(model -> {});
        try (OnnxPredictor predictor = OnnxPredictor.open(exported)) {
            assertThat(predictor.metadata().labels()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void open_inputOfAnotherName_namesAllThatWereFound() throws IOException {
        change(model -> renameInput(model, "input_ids", "ids"));

        assertRefused(
                "model.onnx",
                "has the inputs [ids, attention_mask, token_type_ids], expected input_ids, attention_mask",
                "Export the checkpoint again");
    }

    @Test
    void open_inputMore_namesAllThatWereFound() throws IOException {
        change(model -> {
            GraphProto.Builder graph = model.getGraphBuilder();
            graph.addInput(graph.getInput(0).toBuilder().setName("position_ids"));
        });

        assertRefused("has the inputs [input_ids, attention_mask, token_type_ids, position_ids]");
    }

    @Test
    void open_outputsOfAnotherHead_areNamed() throws IOException {
        change(model -> setMetadata(model, "graft.task", "question-answering"));

        assertRefused(
                "has the outputs [logits], expected [end_logits, start_logits] for the task 'question-answering'");
    }

    @Test
    void open_fewerLabelsThanLogits_namesBothNumbers() throws IOException {
        change(model -> setMetadata(model, "graft.labels", "[\"a\", \"b\"]"));

        assertRefused("its metadata name 2 labels [a, b], its head gives 3 logits", "Export the checkpoint again");
    }

    @Test
    void open_moreLabelsThanTokenLogits_namesBothNumbers() throws IOException {
        exported = export("tokens", TinyCheckpoint.BERT, new Head.TokenClassification(2));
        change(model -> setMetadata(model, "graft.labels", "[\"a\", \"b\", \"c\"]"));

        assertRefused("its metadata name 3 labels [a, b, c], its head gives 2 logits");
    }

    /** Cut in the graph's header, in its weights, and just before the last byte of the metadata. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.5, 0.9, 1})
    void open_truncatedFile_isRefused(double part) throws IOException {
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, (int) (part * (whole.length - 1))));

        assertRefused("model.onnx");
    }

    @Test
    void open_tokenizerOfAnotherModel_namesBothFingerprints() throws IOException {
        Path other = export("other", TinyNetworks.ROBERTA, new Head.SequenceClassification(3));
        String before = fingerprint(exported);
        String after = fingerprint(other);
        Files.write(exported.resolve("tokenizer.json"), Files.readAllBytes(other.resolve("tokenizer.json")));

        assertThat(after).isNotEqualTo(before);
        assertRefused(
                "the tokenizer (fingerprint " + after + ") is not the one",
                "exported with (" + before + ")",
                "Put its files back");
    }

    private static String fingerprint(Path directory) {
        try (OnnxPredictor predictor = OnnxPredictor.open(directory)) {
            return predictor.metadata().tokenizerFingerprint();
        }
    }
}
