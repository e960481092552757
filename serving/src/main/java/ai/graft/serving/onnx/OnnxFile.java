package ai.graft.serving.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@code ModelProto} one weight after the other, so that no more than one is in memory: a message's fields may stand
 * in any order, and a part's length is known without its content.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, encoding</a>
 */
final class OnnxFile {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;
    private static final int BUFFER = 1 << 20;

    /** A protobuf message ends at 2 GB; beyond it weights stand in a file of their own. */
    private static final long MESSAGE_LIMIT = Integer.MAX_VALUE - (1L << 20);

    /** Where a weight begins in a file of its own, so that a runtime can map it: pages of memory. */
    private static final long PAGE = 4096;

    private static final byte[] ZEROS = new byte[(int) PAGE];

    /** Name of the file with the weights of a model's file. */
    static String dataName(Path file) {
        return file.getFileName() + ".data";
    }

    /**
     * Writes the file.
     *
     * @param metadata entries beside those that the graph brings
     * @param external whether weights go to {@link #dataName} even where one file could hold them
     * @return whether they did
     */
    static boolean write(Path file, ExportGraph graph, Map<String, String> metadata, boolean external)
            throws IOException {
        long inside =
                graph.initializers().stream().mapToLong(Initializer::bytes).sum();
        boolean apart = external || inside > MESSAGE_LIMIT;
        ExportGraph written = apart ? moveWeights(file.resolveSibling(dataName(file)), graph) : graph;
        try (OutputStream stream = Files.newOutputStream(file)) {
            CodedOutputStream out = CodedOutputStream.newInstance(stream, BUFFER);
            head(graph, metadata).writeTo(out);
            writeGraph(out, written);
            out.flush();
        }
        return apart;
    }

    /** Adds entries to a file that is written: messages that follow each other are merged. */
    static void appendMetadata(Path file, Map<String, String> metadata) throws IOException {
        ModelProto.Builder more = ModelProto.newBuilder();
        putMetadata(more, metadata);
        try (OutputStream stream = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            more.build().writeTo(stream);
        }
    }

    /** All entries of a file's metadata; what else it holds is skipped. */
    static Map<String, String> readMetadata(Path file) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        try (InputStream stream = Files.newInputStream(file)) {
            CodedInputStream in = CodedInputStream.newInstance(stream, BUFFER);
            in.setSizeLimit(Integer.MAX_VALUE);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == ModelProto.METADATA_PROPS_FIELD_NUMBER) {
                    StringStringEntryProto entry =
                            in.readMessage(StringStringEntryProto.parser(), ExtensionRegistryLite.getEmptyRegistry());
                    metadata.put(entry.getKey(), entry.getValue());
                } else {
                    in.skipField(tag);
                }
            }
        }
        return metadata;
    }

    private static ModelProto head(ExportGraph graph, Map<String, String> metadata) {
        ModelProto.Builder head = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("graft")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
        if (graph.skeleton().getNodeList().stream()
                .anyMatch(node -> node.getDomain().equals(GraphBuilder.MICROSOFT))) {
            head.addOpsetImport(OperatorSetIdProto.newBuilder()
                    .setDomain(GraphBuilder.MICROSOFT)
                    .setVersion(1));
        }
        putMetadata(head, graph.metadata());
        putMetadata(head, metadata);
        return head.build();
    }

    private static void putMetadata(ModelProto.Builder model, Map<String, String> metadata) {
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    }

    private static void writeGraph(CodedOutputStream out, ExportGraph graph) throws IOException {
        long size = graph.skeleton().getSerializedSize();
        for (Initializer initializer : graph.initializers()) {
            size += field(GraphProto.INITIALIZER_FIELD_NUMBER, length(initializer));
        }
        begin(out, ModelProto.GRAPH_FIELD_NUMBER, size);
        graph.skeleton().writeTo(out);
        for (Initializer initializer : graph.initializers()) {
            begin(out, GraphProto.INITIALIZER_FIELD_NUMBER, length(initializer));
            initializer.header().writeTo(out);
            begin(out, TensorProto.RAW_DATA_FIELD_NUMBER, initializer.bytes());
            out.write(content(initializer));
        }
    }

    private static long length(Initializer initializer) {
        return initializer.header().getSerializedSize() + field(TensorProto.RAW_DATA_FIELD_NUMBER, initializer.bytes());
    }

    private static long field(int number, long length) {
        return CodedOutputStream.computeTagSize(number)
                + CodedOutputStream.computeUInt32SizeNoTag(Math.toIntExact(length))
                + length;
    }

    private static void begin(CodedOutputStream out, int number, long length) throws IOException {
        out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(Math.toIntExact(length));
    }

    private static ByteBuffer content(Initializer initializer) {
        ByteBuffer content = initializer.content().get();
        if (content.remaining() != initializer.bytes()) {
            throw new IllegalStateException("weight '" + initializer.name() + "' has " + content.remaining()
                    + " bytes, its shape " + initializer.shape() + " needs " + initializer.bytes());
        }
        return content;
    }

    /** Writes the weights and gives the graph whose initializers are the constants alone. */
    private static ExportGraph moveWeights(Path data, ExportGraph graph) throws IOException {
        GraphProto.Builder skeleton = graph.skeleton().toBuilder();
        List<Initializer> constants = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Initializer initializer : graph.initializers()) {
                if (!initializer.weight()) {
                    constants.add(initializer);
                    continue;
                }
                long gap = -channel.position() & (PAGE - 1);
                writeFully(channel, ByteBuffer.wrap(ZEROS, 0, (int) gap));
                skeleton.addInitializer(initializer.external(data.getFileName().toString(), channel.position()));
                writeFully(channel, content(initializer));
            }
        }
        return new ExportGraph(skeleton.build(), constants, graph.metadata());
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        // A channel copies what it is given into native memory, and keeps as much for the next time.
        while (bytes.hasRemaining()) {
            ByteBuffer part = bytes.slice(bytes.position(), Math.min(bytes.remaining(), BUFFER));
            bytes.position(bytes.position() + channel.write(part));
        }
    }

    private OnnxFile() {}
}
