package ai.graft.serving.bench;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.protobuf.ByteString;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How fast ONNX Runtime multiplies matrices on this machine, in fp32 and in eight bits: the ceiling of a forward pass. */
@Command(
        name = "products",
        description = "Billions of operations a second of one matrix product in ONNX Runtime, fp32 and int8 in turn.",
        mixinStandardHelpOptions = true)
final class ProductRate implements Callable<Integer> {
    private static final long OPSET = 17;
    private static final long IR_VERSION = 8;

    /** A matrix of this many rows and columns has a gigabyte. */
    private static final int LARGEST = 1 << 14;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--sizes",
            split = ",",
            defaultValue = "1024,1024,4096",
            description = "rows, inner and columns, default ${DEFAULT-VALUE}")
    private List<Integer> sizes = List.of();

    @Option(names = "--threads", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--rounds", defaultValue = "7", description = "default ${DEFAULT-VALUE}")
    private int rounds;

    @Override
    public Integer call() throws OrtException {
        if (sizes.size() != 3 || Collections.min(sizes) < 1 || Collections.max(sizes) > LARGEST) {
            throw new IllegalArgumentException(
                    "--sizes are " + sizes + ", expected rows, inner and columns, each from 1 to " + LARGEST);
        }
        if (Math.min(threads, rounds) < 1) {
            throw new IllegalArgumentException(
                    "threads and rounds must be 1 or more, got " + threads + " and " + rounds);
        }
        double operations = 2.0 * sizes.get(0) * sizes.get(1) * sizes.get(2);
        PrintWriter out = spec.commandLine().getOut();
        try (Product fp32 = Product.fp32(sizes, threads);
                Product int8 = Product.int8(sizes, threads)) {
            Race race = Race.of(List.of(new Race.Runner("fp32", fp32::run), new Race.Runner("int8", int8::run)), 1, 20);
            for (Race.Result result : race.run(1, rounds)) {
                out.println(String.format(
                        Locale.ROOT,
                        "%s %.0f GOP/s by the clock, %.0f a core by processor time",
                        result.name(),
                        operations / 1e6 / result.millis().median(),
                        operations / 1e6 / result.cpuMillis().median()));
            }
        }
        out.flush();
        return 0;
    }

    /** A session of one product by a matrix that its file holds, and the tensor that is multiplied. */
    private record Product(OrtSession session, OnnxTensor left) implements AutoCloseable {
        static Product fp32(List<Integer> sizes, int threads) throws OrtException {
            return open(sizes, threads, "MatMul", DataType.FLOAT, DataType.FLOAT, DataType.FLOAT, OnnxJavaType.FLOAT);
        }

        /** Unsigned bytes by signed ones, as exports in int8 multiply them. */
        static Product int8(List<Integer> sizes, int threads) throws OrtException {
            return open(
                    sizes, threads, "MatMulInteger", DataType.UINT8, DataType.INT8, DataType.INT32, OnnxJavaType.UINT8);
        }

        private static Product open(
                List<Integer> sizes,
                int threads,
                String operator,
                DataType left,
                DataType right,
                DataType result,
                OnnxJavaType javaType)
                throws OrtException {
            int rows = sizes.get(0);
            int inner = sizes.get(1);
            int columns = sizes.get(2);
            GraphProto graph = GraphProto.newBuilder()
                    .setName("product")
                    .addInput(value("a", left, rows, inner))
                    .addOutput(value("c", result, rows, columns))
                    .addInitializer(TensorProto.newBuilder()
                            .setName("b")
                            .setDataType(right.getNumber())
                            .addDims(inner)
                            .addDims(columns)
                            .setRawData(ByteString.copyFrom(random(inner, columns, right))))
                    .addNode(NodeProto.newBuilder()
                            .setOpType(operator)
                            .addInput("a")
                            .addInput("b")
                            .addOutput("c"))
                    .build();
            byte[] model = ModelProto.newBuilder()
                    .setIrVersion(IR_VERSION)
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                    .setGraph(graph)
                    .build()
                    .toByteArray();
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            OnnxTensor operand =
                    OnnxTensor.createTensor(environment, random(rows, inner, left), new long[] {rows, inner}, javaType);
            try (SessionOptions options = new SessionOptions()) {
                options.setIntraOpNumThreads(threads);
                options.addConfigEntry("session.intra_op.allow_spinning", "1"); // as predictions run
                options.addConfigEntry("session.force_spinning_stop", "1");
                return new Product(environment.createSession(model, options), operand);
            } catch (OrtException e) {
                operand.close();
                throw e;
            }
        }

        private static ValueInfoProto value(String name, DataType type, int rows, int columns) {
            TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
            List.of(rows, columns).forEach(size -> shape.addDimBuilder().setDimValue(size));
            return ValueInfoProto.newBuilder()
                    .setName(name)
                    .setType(TypeProto.newBuilder()
                            .setTensorType(TypeProto.Tensor.newBuilder()
                                    .setElemType(type.getNumber())
                                    .setShape(shape)))
                    .build();
        }

        private static ByteBuffer random(int rows, int columns, DataType type) {
            SplittableRandom random = new SplittableRandom(1);
            int size = rows * columns;
            boolean floats = type == DataType.FLOAT;
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(floats ? 4 * size : size).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < size; i++) {
                if (floats) {
                    bytes.putFloat((float) random.nextGaussian());
                } else {
                    bytes.put((byte) random.nextInt(256));
                }
            }
            return bytes.flip();
        }

        void run() {
            try {
                session.run(Map.of("a", left)).close();
            } catch (OrtException e) {
                throw new IllegalStateException("the product cannot be computed: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() throws OrtException {
            left.close();
            session.close();
        }
    }
}
