package ai.graft.model.checkpoint;

import ai.graft.model.checkpoint.PickleReader.Name;
import ai.graft.model.checkpoint.PickleReader.None;
import ai.graft.model.checkpoint.PickleReader.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The classes and functions that a state dict of PyTorch names, with what they mean; there are no others.
 *
 * <p>Source: torch 2.7, {@code torch/_utils.py} (rebuilding tensors), {@code torch/serialization.py} (storages) and
 * {@code torch/_weights_only_unpickler.py}, whose list this is a part of.
 */
final class TorchNames implements PickleReader.Vocabulary {
    private static final Map<String, DType> STORAGES = Map.ofEntries(
            Map.entry("torch.DoubleStorage", DType.F64),
            Map.entry("torch.FloatStorage", DType.F32),
            Map.entry("torch.HalfStorage", DType.F16),
            Map.entry("torch.BFloat16Storage", DType.BF16),
            Map.entry("torch.LongStorage", DType.I64),
            Map.entry("torch.IntStorage", DType.I32),
            Map.entry("torch.ShortStorage", DType.I16),
            Map.entry("torch.CharStorage", DType.I8),
            Map.entry("torch.ByteStorage", DType.U8),
            Map.entry("torch.BoolStorage", DType.BOOL),
            Map.entry("torch.ComplexFloatStorage", DType.C64),
            Map.entry("torch.storage.UntypedStorage", DType.U8));

    /** The types that have no storage class of their own. */
    private static final Map<String, DType> DTYPES = Map.of(
            "torch.uint16", DType.U16,
            "torch.uint32", DType.U32,
            "torch.uint64", DType.U64,
            "torch.float8_e5m2", DType.F8_E5M2,
            "torch.float8_e4m3fn", DType.F8_E4M3,
            "torch.float8_e8m0fnu", DType.F8_E8M0);

    private static final String ORDERED_DICT = "collections.OrderedDict";
    private static final String SIZE = "torch.Size";
    private static final String TENSOR = "torch._utils._rebuild_tensor";
    private static final String TENSOR_2 = "torch._utils._rebuild_tensor_v2";
    private static final String TENSOR_3 = "torch._utils._rebuild_tensor_v3";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";
    private static final Set<String> CALLED = Set.of(ORDERED_DICT, SIZE, TENSOR, TENSOR_2, TENSOR_3, PARAMETER);

    private final String file;

    TorchNames(String file) {
        this.file = file;
    }

    @Override
    public boolean knows(String name) {
        return CALLED.contains(name) || STORAGES.containsKey(name) || DTYPES.containsKey(name);
    }

    @Override
    public Object call(String name, List<Object> arguments) {
        return switch (name) {
            case ORDERED_DICT -> orderedDict(arguments);
            case SIZE -> new Tuple(items(at(name, arguments, 0)));
            case TENSOR -> tensor(name, arguments, 4);
            case TENSOR_2 -> tensor(name, arguments, 6);
            case TENSOR_3 -> tensor(name, arguments, 7);
            case PARAMETER -> parameter(arguments);
            default -> throw fault("calls %s, which is no function".formatted(name));
        };
    }

    /** A storage: its kind, its key, where it was, its number of elements, and in old files a window of it. */
    @Override
    public Object persistent(Object id) {
        List<Object> parts = items(id);
        if (parts.size() < 5 || !parts.get(0).equals("storage")) {
            throw fault("refers to something that is no storage");
        }
        if (!(parts.get(1) instanceof Name type) || !STORAGES.containsKey(type.qualified())) {
            throw fault("refers to a storage of the type " + PickleReader.kind(parts.get(1)));
        }
        DType dtype = dtype(STORAGES, type);
        if (!(parts.get(2) instanceof String key)) {
            throw fault("the key of a storage is " + PickleReader.kind(parts.get(2)));
        }
        long elements = natural("the length of a storage", parts.get(4));
        if (parts.size() == 5 || parts.get(5) instanceof None) {
            return new TorchStorage(key, dtype, elements, 0, elements);
        }
        List<Object> window = items(parts.get(5));
        long first = natural("the begin of a storage's window", at("a storage's window", window, 1));
        long length = natural("the length of a storage's window", at("a storage's window", window, 2));
        if (first > elements || length > elements - first) {
            throw fault("a window of %d elements from %d on is outside of a storage of %d"
                    .formatted(length, first, elements));
        }
        return new TorchStorage(key, dtype, elements, first, length);
    }

    private static DType dtype(Map<String, DType> table, Name name) {
        DType dtype = table.get(name.qualified());
        if (dtype == null) {
            throw new AssertionError("looked for before: " + name);
        }
        return dtype;
    }

    private Map<Object, Object> orderedDict(List<Object> arguments) {
        if (!arguments.isEmpty()) {
            throw fault("makes an OrderedDict out of " + PickleReader.kind(arguments.get(0)));
        }
        return new LinkedHashMap<>();
    }

    private Object parameter(List<Object> arguments) {
        if (!(at(PARAMETER, arguments, 0) instanceof TorchView view)) {
            throw fault("makes a parameter of " + PickleReader.kind(arguments.get(0)));
        }
        return view;
    }

    /** After the strides come: whether a gradient is wanted, hooks, the type if the storage has none, and bits. */
    private TorchView tensor(String name, List<Object> arguments, int usual) {
        if (arguments.size() < usual || arguments.size() > usual + 1) {
            throw fault("calls %s with %d values, expected %d".formatted(name, arguments.size(), usual));
        }
        if (!(arguments.get(0) instanceof TorchStorage storage)) {
            throw fault("makes a tensor on " + PickleReader.kind(arguments.get(0)));
        }
        if (arguments.size() > usual && !(arguments.get(usual) instanceof Map<?, ?> bits && bits.isEmpty())) {
            throw fault("has a tensor that is to be conjugated or negated, which is not done");
        }
        TorchStorage typed = name.equals(TENSOR_3) ? storage.as(typeOf(arguments.get(6))) : storage;
        try {
            return new TorchView(
                    typed,
                    natural("the offset of a tensor", arguments.get(1)),
                    naturals("the shape of a tensor", arguments.get(2)),
                    naturals("the strides of a tensor", arguments.get(3)));
        } catch (IllegalArgumentException e) {
            throw fault("has a tensor that makes no sense: " + e.getMessage());
        }
    }

    private DType typeOf(Object value) {
        if (!(value instanceof Name name) || !DTYPES.containsKey(name.qualified())) {
            throw fault("has a tensor whose type is " + PickleReader.kind(value));
        }
        return dtype(DTYPES, name);
    }

    private Object at(String what, List<Object> values, int index) {
        if (index >= values.size()) {
            throw fault("%s has %d values, expected %d or more".formatted(what, values.size(), index + 1));
        }
        return values.get(index);
    }

    private long natural(String what, Object value) {
        if (!(value instanceof Long number) || number < 0) {
            throw fault("%s is %s, expected a number from 0 on"
                    .formatted(what, value instanceof Long ? value : PickleReader.kind(value)));
        }
        return number;
    }

    private List<Long> naturals(String what, Object tuple) {
        return items(tuple).stream().map(value -> natural(what, value)).collect(Collectors.toList());
    }

    /** Long lists are refused: a small pickle could have one copied again and again. */
    private List<Object> items(Object value) {
        List<?> items = value instanceof Tuple tuple ? tuple.items() : value instanceof List<?> list ? list : List.of();
        if (!(value instanceof Tuple || value instanceof List) || items.size() > TorchView.MAX_AXES) {
            throw fault("has %s of %d values where a short tuple is expected"
                    .formatted(PickleReader.kind(value), items.size()));
        }
        return List.copyOf(items);
    }

    private CheckpointException fault(String reason) {
        return new CheckpointException("%s: the pickle %s. %s".formatted(file, reason, PickleReader.CURE));
    }
}
