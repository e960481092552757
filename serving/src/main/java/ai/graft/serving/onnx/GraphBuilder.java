package ai.graft.serving.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Collects the nodes of a graph. Values are names; what no output needs is left out. */
final class GraphBuilder {
    /** Size of an axis that differs from call to call, by name: the runtime knows axes of one name as equally long. */
    static final String BATCH = "batch";

    static final String SEQUENCE = "sequence";

    /** As transformers gives a call's arguments, and its exporters write them: who feeds by position counts on it. */
    private static final List<String> INPUT_ORDER = List.of("input_ids", "attention_mask", "token_type_ids");
    /** All texts' tokens one after the other, without padding. */
    static final String TOKENS = "tokens";

    /** Domain of the operators that ONNX Runtime alone has. */
    static final String MICROSOFT = "com.microsoft";

    private final TensorProto.DataType floats;
    private final Map<String, Initializer> initializers = new LinkedHashMap<>();
    private final Map<String, NodeProto> producers = new LinkedHashMap<>();
    private int nodes;
    private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
    private final List<ValueInfoProto> outputs = new ArrayList<>();
    /** Names that the caller sees, by value: a node that did nothing but rename would copy. */
    private final Map<String, String> given = new LinkedHashMap<>();

    /** A graph that computes in fp32. */
    GraphBuilder() {
        this(TensorProto.DataType.FLOAT);
    }

    /** @param floats what it computes in: {@code FLOAT} or {@code FLOAT16} */
    GraphBuilder(TensorProto.DataType floats) {
        this.floats = floats;
    }

    /** What values that are no integers are in. */
    TensorProto.DataType floats() {
        return floats;
    }

    /** An input of int64 of these axes. */
    String input(String name, String... axes) {
        return input(name, TensorProto.DataType.INT64, axes);
    }

    String input(String name, TensorProto.DataType type, String... axes) {
        inputs.putIfAbsent(name, value(name, type, List.of(axes)));
        return name;
    }

    /** Gives a value to the caller by this name, in fp32; an axis is a number or one of the names above. */
    void output(String value, String name, Object... axes) {
        given.put(floats == TensorProto.DataType.FLOAT ? value : cast(value, TensorProto.DataType.FLOAT), name);
        outputs.add(value(name, TensorProto.DataType.FLOAT, Arrays.asList(axes)));
    }

    /** A node of one output, whose name is given back. */
    String node(String operator, List<String> from, AttributeProto... attributes) {
        return nodes("", operator, from, 1, attributes).get(0);
    }

    /** The value as another type. */
    String cast(String value, TensorProto.DataType type) {
        return node("Cast", List.of(value), integer("to", type.getNumber()));
    }

    /** The same of {@link #MICROSOFT}. */
    String microsoft(String operator, List<String> from, AttributeProto... attributes) {
        return nodes(MICROSOFT, operator, from, 1, attributes).get(0);
    }

    /** A node of several outputs. */
    List<String> nodes(String domain, String operator, List<String> from, int outputs, AttributeProto... attributes) {
        String name = operator + "_" + nodes++;
        List<String> values = IntStream.range(0, outputs)
                .mapToObj(i -> i == 0 ? name : name + "_" + i)
                .toList();
        NodeProto node = NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(operator)
                .setName(name)
                .addAllInput(from)
                .addAllOutput(values)
                .addAllAttribute(Arrays.asList(attributes))
                .build();
        values.forEach(value -> producers.put(value, node));
        return values;
    }

    String add(Initializer initializer) {
        initializers.putIfAbsent(initializer.name(), initializer);
        return initializer.name();
    }

    /** A constant without axes, of the type that is computed in. */
    String scalar(float value) {
        return add(Initializer.constant("float_" + value, floats, value));
    }

    /** An int64 constant without axes. */
    String scalar(long value) {
        return add(Initializer.constant("int_" + value, List.of(), value));
    }

    /** An int64 constant of one axis. */
    String vector(long... values) {
        String name = "ints" + Arrays.toString(values).replace(" ", "");
        return add(Initializer.constant(name, List.of(values.length), values));
    }

    /** The unsigned byte 128 in these axes: the zero of numbers that are quantised symmetrically. */
    String middle(List<Integer> axes) {
        return add(Initializer.constantBytes("middle" + axes, TensorProto.DataType.UINT8, axes, (byte) 128));
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    static AttributeProto decimal(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    /**
     * What the outputs need, in the order in which it was added, which is one of computing.
     *
     * @param metadata what a caller must know to feed the inputs
     */
    ExportGraph build(String name, Map<String, String> metadata) {
        Set<String> needed = needed();
        GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
        producers.entrySet().stream()
                .filter(entry -> needed.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .distinct()
                .forEach(node -> graph.addNode(named(node)));
        inputs.entrySet().stream()
                .filter(entry -> needed.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingInt(GraphBuilder::place))
                .forEach(graph::addInput);
        outputs.forEach(graph::addOutput);
        return new ExportGraph(
                graph.build(),
                initializers.values().stream()
                        .filter(i -> needed.contains(i.name()))
                        .toList(),
                metadata);
    }

    /** Inputs of other names come last, in the order of their first use. */
    private static int place(ValueInfoProto input) {
        int place = INPUT_ORDER.indexOf(input.getName());
        return place < 0 ? INPUT_ORDER.size() : place;
    }

    private NodeProto named(NodeProto node) {
        NodeProto.Builder named = node.toBuilder().clearInput().clearOutput();
        node.getInputList().forEach(input -> named.addInput(given.getOrDefault(input, input)));
        node.getOutputList().forEach(output -> named.addOutput(given.getOrDefault(output, output)));
        return named.build();
    }

    private Set<String> needed() {
        Deque<String> open = new ArrayDeque<>(given.keySet());
        Set<String> needed = new LinkedHashSet<>();
        while (!open.isEmpty()) {
            String value = open.remove();
            NodeProto producer = producers.get(value);
            if (needed.add(value) && producer != null) {
                open.addAll(producer.getInputList());
            }
        }
        return needed;
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, List<?> axes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object axis : axes) {
            TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
            if (axis instanceof Number size) {
                dimension.setDimValue(size.longValue());
            } else {
                dimension.setDimParam(axis.toString());
            }
        }
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
