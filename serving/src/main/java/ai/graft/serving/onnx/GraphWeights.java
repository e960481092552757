package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.integers;

import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.Tensor;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A network's weights as initializers: as the checkpoint has them, transposed, in half precision or in eight bits. Elements
 * are read when the file is written.
 */
final class GraphWeights {
    /** Symmetric: -128 is left out, so that a weight and its negative are equally far from zero. */
    private static final int LARGEST = 127;

    private final GraphBuilder graph;
    private final Function<String, ByteBuffer> elements;
    private final boolean half;
    private final Map<String, Pattern> kept;
    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    private final Set<String> tables = new HashSet<>();

    /**
     * @param elements of a weight by name, float32 in row order, little-endian; asked for when the graph is written
     */
    GraphWeights(GraphBuilder graph, ExportOptions options, Function<String, ByteBuffer> elements) {
        this.graph = graph;
        this.elements = elements;
        this.half = options.precision().storesHalves();
        this.kept = options.keepFp32().stream()
                .distinct()
                .collect(Collectors.toMap(pattern -> pattern, GraphWeights::regex, (a, b) -> a, LinkedHashMap::new));
    }

    /** Weights of a linear layer in eight bits. */
    record Eight(String values, String scales, String zeros) {}

    /** A part of a name, where {@code *} stands for anything but a dot. */
    private static Pattern regex(String pattern) {
        return Pattern.compile(
                Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^.]*")));
    }

    String declare(String name, int... shape) {
        shapes.put(name, IntStream.of(shape).boxed().toList());
        return name;
    }

    /** Whether the caller asked for this weight in fp32, whatever the others are in. */
    boolean kept(String name) {
        return kept.values().stream().anyMatch(pattern -> pattern.matcher(name).find());
    }

    /** @throws IllegalArgumentException naming a pattern that no weight's name holds */
    void requirePatternsUsed() {
        kept.forEach((text, pattern) -> {
            if (shapes.keySet().stream().noneMatch(name -> pattern.matcher(name).find())) {
                throw new IllegalArgumentException("no weight's name holds '" + text
                        + "', which was to be kept in fp32. Names are like '"
                        + shapes.keySet().stream()
                                .filter(name -> shape(name).size() == 2)
                                .reduce((first, second) -> second)
                                .orElse("")
                        + "'; 'graft inspect' lists them.");
            }
        });
    }

    private List<Integer> shape(String weight) {
        List<Integer> shape = shapes.get(weight);
        if (shape == null) {
            throw new IllegalStateException("'" + weight + "' is no weight");
        }
        return shape;
    }

    /** A bias, or a norm's scale or shift, stored in fp32 unless the graph computes in fp16. */
    String vector(String weight) {
        return vector(weight, weight, shape(weight));
    }

    /** The same as a matrix of one row. */
    String row(String weight) {
        return vector(weight, weight + ".row", List.of(1, shape(weight).get(0)));
    }

    private String vector(String weight, String name, List<Integer> shape) {
        Supplier<ByteBuffer> content = () -> elements.apply(weight);
        if (graph.floats() == TensorProto.DataType.FLOAT) {
            return graph.add(Initializer.ofFloats(name, shape, content));
        }
        return cast(add(weight, name, shape, content), type(weight), graph.floats());
    }

    /** Rows of a table by ids. Only the rows that are looked up are widened or narrowed. */
    String rows(String table, String ids) {
        tables.add(table);
        return cast(graph.node("Gather", List.of(stored(table), ids)), type(table), graph.floats());
    }

    /** What a linear layer's product is computed in: fp32 where its weight is kept in it. */
    TensorProto.DataType computed(String weight) {
        return kept(weight) ? TensorProto.DataType.FLOAT : graph.floats();
    }

    /** A linear layer's weight as MatMul wants it, (in, out), in what is {@link #computed}. */
    String transposed(String weight) {
        if (tables.contains(weight)) { // a table that serves as decoder too, and should not stand in the file twice
            String table = cast(stored(weight), type(weight), computed(weight));
            return graph.node("Transpose", List.of(table), integers("perm", 1, 0));
        }
        String matrix = add(weight, weight + ".transposed", swapped(weight), () -> transpose(weight));
        return cast(matrix, type(weight), computed(weight));
    }

    private List<Integer> swapped(String weight) {
        return List.of(shape(weight).get(1), shape(weight).get(0));
    }

    private String stored(String table) {
        return add(table, table, shape(table), () -> elements.apply(table));
    }

    /** What a matrix is stored in. */
    private TensorProto.DataType type(String weight) {
        return half && !kept(weight) ? TensorProto.DataType.FLOAT16 : TensorProto.DataType.FLOAT;
    }

    private String cast(String value, TensorProto.DataType from, TensorProto.DataType to) {
        return from == to ? value : graph.cast(value, to);
    }

    /** In half precision where that is wanted, else in fp32. */
    private String add(String weight, String name, List<Integer> shape, Supplier<ByteBuffer> content) {
        if (type(weight) == TensorProto.DataType.FLOAT) {
            return graph.add(Initializer.ofFloats(name, shape, content));
        }
        return graph.add(new Initializer(
                name, TensorProto.DataType.FLOAT16, shape, true, () -> narrowed(name, shape, content.get())));
    }

    private static ByteBuffer narrowed(String name, List<Integer> shape, ByteBuffer floats) {
        try {
            return new Tensor(DType.F32, shape, floats).convertTo(DType.F16).data();
        } catch (IllegalArgumentException e) {
            throw new ProofFailedException(
                    "'" + name + "' cannot be stored in fp16: " + e.getMessage(), "Name it to --keep-fp32.");
        }
    }

    private ByteBuffer transpose(String weight) {
        int in = shape(weight).get(1);
        int out = shape(weight).get(0);
        ByteBuffer bytes = Initializer.littleEndian(Math.multiplyExact(Math.multiplyExact(in, out), 4));
        FloatBuffer target = bytes.asFloatBuffer();
        FloatBuffer matrix = elements.apply(weight).asFloatBuffer();
        for (int c = 0; c < in; c++) {
            for (int r = 0; r < out; r++) {
                target.put(c * out + r, matrix.get(r * in + c));
            }
        }
        return bytes;
    }

    /**
     * The same in signed bytes, with a scale for each column: the largest of its magnitudes becomes 127. Signed, because ONNX
     * Runtime multiplies unsigned weights at half the speed.
     */
    Eight eight(String weight) {
        int out = shape(weight).get(0);
        String values = graph.add(new Initializer(
                weight + ".int8",
                TensorProto.DataType.INT8,
                swapped(weight),
                true,
                () -> quantised(transpose(weight), out)));
        String scales = graph.add(Initializer.ofFloats(
                weight + ".scale", List.of(out), () -> scales(transpose(weight).asFloatBuffer(), out)));
        String zeros = graph.add(
                Initializer.constantBytes("zeros" + out, TensorProto.DataType.INT8, List.of(out), new byte[out]));
        return new Eight(values, scales, zeros);
    }

    private static ByteBuffer scales(FloatBuffer matrix, int columns) {
        ByteBuffer bytes = Initializer.littleEndian(4 * columns);
        FloatBuffer scales = bytes.asFloatBuffer();
        for (int i = 0; i < matrix.limit(); i++) {
            int column = i % columns;
            scales.put(column, Math.max(scales.get(column), Math.abs(matrix.get(i)) / LARGEST));
        }
        for (int column = 0; column < columns; column++) {
            scales.put(column, scales.get(column) == 0 ? 1 : scales.get(column)); // a column of zeros
        }
        return bytes;
    }

    private static ByteBuffer quantised(ByteBuffer floats, int columns) {
        FloatBuffer matrix = floats.asFloatBuffer();
        FloatBuffer scales = scales(matrix, columns).asFloatBuffer();
        ByteBuffer bytes = ByteBuffer.allocate(matrix.limit());
        for (int i = 0; i < matrix.limit(); i++) {
            long level = Math.round((double) matrix.get(i) / scales.get(i % columns));
            bytes.put((byte) Math.max(-LARGEST, Math.min(LARGEST, level)));
        }
        return bytes.flip();
    }
}
