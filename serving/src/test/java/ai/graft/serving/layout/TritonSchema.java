package ai.graft.serving.layout;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;

/**
 * As much of Triton's model_config.proto as a repository for ONNX needs, with the names and numbers that it has there; a field
 * that is not among them, or a value of another type, fails to parse.
 *
 * @see <a href="https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto">model_config.proto</a>
 */
final class TritonSchema {
    private static final Descriptor CONFIG = file().findMessageTypeByName("ModelConfig");

    static DynamicMessage parse(String text) throws TextFormat.ParseException {
        DynamicMessage.Builder config = DynamicMessage.newBuilder(CONFIG);
        TextFormat.merge(text, config);
        return config.build();
    }

    private static FileDescriptor file() {
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("model_config.proto")
                .setPackage("inference")
                .setSyntax("proto3")
                .addEnumType(dataType())
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("ModelInput")
                        .addField(field("name", 1, Type.TYPE_STRING))
                        .addField(field("data_type", 2, Type.TYPE_ENUM).setTypeName(".inference.DataType"))
                        .addField(field("dims", 4, Type.TYPE_INT64).setLabel(Label.LABEL_REPEATED)))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("ModelOutput")
                        .addField(field("name", 1, Type.TYPE_STRING))
                        .addField(field("data_type", 2, Type.TYPE_ENUM).setTypeName(".inference.DataType"))
                        .addField(field("dims", 3, Type.TYPE_INT64).setLabel(Label.LABEL_REPEATED))
                        .addField(field("label_filename", 4, Type.TYPE_STRING)))
                .addMessageType(DescriptorProto.newBuilder().setName("ModelDynamicBatching"))
                .addMessageType(config())
                .build();
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new AssertionError(e);
        }
    }

    private static EnumDescriptorProto dataType() {
        return EnumDescriptorProto.newBuilder()
                .setName("DataType")
                .addValue(EnumValueDescriptorProto.newBuilder()
                        .setName("TYPE_INVALID")
                        .setNumber(0))
                .addValue(EnumValueDescriptorProto.newBuilder()
                        .setName("TYPE_INT64")
                        .setNumber(9))
                .addValue(EnumValueDescriptorProto.newBuilder()
                        .setName("TYPE_FP32")
                        .setNumber(11))
                .build();
    }

    private static DescriptorProto config() {
        return DescriptorProto.newBuilder()
                .setName("ModelConfig")
                .addField(field("name", 1, Type.TYPE_STRING))
                .addField(field("platform", 2, Type.TYPE_STRING))
                .addField(field("max_batch_size", 4, Type.TYPE_INT32))
                .addField(field("input", 5, Type.TYPE_MESSAGE)
                        .setLabel(Label.LABEL_REPEATED)
                        .setTypeName(".inference.ModelInput"))
                .addField(field("output", 6, Type.TYPE_MESSAGE)
                        .setLabel(Label.LABEL_REPEATED)
                        .setTypeName(".inference.ModelOutput"))
                .addField(
                        field("dynamic_batching", 11, Type.TYPE_MESSAGE).setTypeName(".inference.ModelDynamicBatching"))
                .build();
    }

    private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(Label.LABEL_OPTIONAL);
    }

    private TritonSchema() {}
}
