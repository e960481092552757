package ai.graft.model.checkpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of Python as data: it builds numbers, texts, lists, tuples and dictionaries, and runs nothing.
 *
 * <p>A pickle is a program for a machine with a stack. The machine here knows the opcodes that torch.save writes, in
 * protocols 2 to 5, and of Python's classes and functions only those that its {@link Vocabulary} knows; whatever else
 * a pickle asks for ends the reading with an error that names it.
 *
 * <p>Python's values become: str String, int Long (BigInteger beyond 64 bits), float Double, bool Boolean, None {@link
 * None}, list ArrayList, tuple {@link Tuple}, dict LinkedHashMap, a class or function {@link Name}. Lists may contain
 * themselves, so nothing here walks through values.
 *
 * <p>Source: CPython's Lib/pickletools.py (opcodes and their arguments) and Lib/pickle.py (their effect).
 */
final class PickleReader {
    /** What to do about a pickle that asks for more than weights need. */
    static final String CURE =
            "Only dictionaries of tensors are read, and nothing was run. Save model.state_dict(), best as safetensors.";

    private static final int HIGHEST_PROTOCOL = 5;
    private static final int LONGEST_NAME = 200;

    /** Python's None. */
    enum None {
        NONE
    }

    /** A tuple of Python. */
    record Tuple(List<Object> items) {
        Tuple {
            items = List.copyOf(items);
        }
    }

    /** A class or function that the vocabulary knows, such as {@code collections.OrderedDict}. */
    record Name(String qualified) {}

    /** The classes and functions that a pickle may name. */
    interface Vocabulary {
        boolean knows(String name);

        /** What calling a known name gives. */
        Object call(String name, List<Object> arguments);

        /** What stands outside of the pickle under this id. */
        Object persistent(Object id);
    }

    private final String file;
    private final ByteBuffer bytes;
    private final Vocabulary vocabulary;
    private final Map<Long, Object> memo = new HashMap<>();
    private final Deque<List<Object>> marks = new ArrayDeque<>();
    private List<Object> stack = new ArrayList<>();

    private PickleReader(String file, ByteBuffer bytes, Vocabulary vocabulary) {
        this.file = file;
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.vocabulary = vocabulary;
    }

    /**
     * Reads one pickle.
     *
     * @param file for messages
     * @param bytes begins with the pickle; afterwards it stands behind it
     * @throws CheckpointException if the pickle is malformed, ends early, or asks for what is not known
     */
    static Object read(String file, ByteBuffer bytes, Vocabulary vocabulary) {
        return new PickleReader(file, bytes, vocabulary).run();
    }

    /** What a value is, in Python's words; never its content. */
    static String kind(Object value) {
        if (value instanceof Name name) {
            return "the name " + name.qualified();
        } else if (value instanceof Map) {
            return "a dict";
        } else if (value instanceof List) {
            return "a list";
        } else if (value instanceof Tuple) {
            return "a tuple";
        } else if (value instanceof None) {
            return "None";
        } else if (value instanceof String) {
            return "a str";
        } else if (value instanceof Boolean) {
            return "a bool";
        } else if (value instanceof Double) {
            return "a float";
        } else if (value instanceof Long || value instanceof BigInteger) {
            return "an int";
        }
        return value instanceof TorchView ? "a tensor" : "a storage";
    }

    private Object run() {
        while (true) {
            int code = unsigned8();
            PickleOp op = PickleOp.of(code).orElseThrow(() -> fault("the byte %d is no opcode".formatted(code)));
            if (op == PickleOp.STOP) {
                return pop();
            }
            step(op);
        }
    }

    private void step(PickleOp op) {
        switch (op) {
            case PROTO -> checkProtocol(unsigned8());
            case FRAME -> take(8); // only says where a reader may fetch more
            case MARK -> mark();
            case POP -> pop();
            case BINPUT -> memo.put((long) unsigned8(), peek());
            case LONG_BINPUT -> memo.put(unsigned32(), peek());
            case MEMOIZE -> memo.put((long) memo.size(), peek());
            case BINGET -> push(memoized(unsigned8()));
            case LONG_BINGET -> push(memoized(unsigned32()));
            case GLOBAL -> push(known(line() + "." + line()));
            case STACK_GLOBAL -> stackGlobal();
            case REDUCE, NEWOBJ -> call(op);
            case BUILD -> build();
            case BINPERSID -> push(vocabulary.persistent(pop()));
            default -> scalar(op);
        }
    }

    private void scalar(PickleOp op) {
        switch (op) {
            case NONE -> push(None.NONE);
            case NEWTRUE -> push(true);
            case NEWFALSE -> push(false);
            case BININT -> push((long) take(4).getInt());
            case BININT1 -> push((long) unsigned8());
            case BININT2 -> push((long) (take(2).getShort() & 0xFFFF));
            case LONG1 -> push(whole(take(unsigned8())));
            case BINFLOAT -> push(take(8).order(ByteOrder.BIG_ENDIAN).getDouble());
            case SHORT_BINUNICODE, SHORT_BINSTRING -> push(text(unsigned8()));
            case BINUNICODE, BINSTRING -> push(text(unsigned32()));
            case BINUNICODE8 -> push(text(take(8).getLong()));
            default -> container(op);
        }
    }

    private void container(PickleOp op) {
        switch (op) {
            case EMPTY_TUPLE -> push(new Tuple(List.of()));
            case TUPLE -> push(new Tuple(sinceMark()));
            case TUPLE1 -> push(new Tuple(last(1)));
            case TUPLE2 -> push(new Tuple(last(2)));
            case TUPLE3 -> push(new Tuple(last(3)));
            case EMPTY_LIST -> push(new ArrayList<>());
            case APPEND -> append(last(1));
            case APPENDS -> append(sinceMark());
            case EMPTY_DICT -> push(new LinkedHashMap<>());
            case SETITEM -> setItems(last(2));
            case SETITEMS -> setItems(sinceMark());
            default -> throw refusal("uses the opcode " + op);
        }
    }

    private void checkProtocol(int protocol) {
        if (protocol > HIGHEST_PROTOCOL) {
            throw fault("it is of protocol %d, known are those up to %d".formatted(protocol, HIGHEST_PROTOCOL));
        }
    }

    /** A method, since popping may put another list in place of the stack before a value is pushed. */
    private void push(Object value) {
        stack.add(value);
    }

    private void mark() {
        marks.push(stack);
        stack = new ArrayList<>();
    }

    private List<Object> sinceMark() {
        if (marks.isEmpty()) {
            throw fault("a mark is missing");
        }
        List<Object> items = stack;
        stack = marks.pop();
        return items;
    }

    private List<Object> last(int count) {
        if (stack.size() < count) {
            throw fault("its stack holds %d values where %d are needed".formatted(stack.size(), count));
        }
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> items = List.copyOf(tail);
        tail.clear();
        return items;
    }

    private Object pop() {
        return last(1).get(0);
    }

    private Object peek() {
        Object top = pop();
        push(top);
        return top;
    }

    private Object memoized(long index) {
        Object value = memo.get(index);
        if (value == null) {
            throw fault("it refers to value %d, which was not stored".formatted(index));
        }
        return value;
    }

    private void append(List<Object> items) {
        if (!(peek() instanceof ArrayList<?>)) {
            throw fault("it appends to %s".formatted(kind(peek())));
        }
        listOf(peek()).addAll(items);
    }

    @SuppressWarnings("unchecked") // every list and map on the stack was made here, of objects
    private static List<Object> listOf(Object value) {
        return (List<Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> mapOf(Object value) {
        return (Map<Object, Object>) value;
    }

    private void setItems(List<Object> keysAndValues) {
        if (!(peek() instanceof Map<?, ?>) || keysAndValues.size() % 2 != 0) {
            throw fault("it sets %d keys and values in %s".formatted(keysAndValues.size(), kind(peek())));
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            Object key = keysAndValues.get(i);
            // Tuples as keys would be hashed, which a nest of them can make last for ever.
            if (!(key instanceof String) && !(key instanceof Long)) {
                throw fault("a key of a dict is %s, expected a text or a number".formatted(kind(key)));
            }
            mapOf(peek()).put(key, keysAndValues.get(i + 1));
        }
    }

    private Name known(String name) {
        if (!vocabulary.knows(name)) {
            throw refusal("asks for '" + printable(name) + "'");
        }
        return new Name(name);
    }

    private void stackGlobal() {
        List<Object> parts = last(2);
        if (!(parts.get(0) instanceof String module) || !(parts.get(1) instanceof String name)) {
            throw fault("a name is made of %s and %s".formatted(kind(parts.get(0)), kind(parts.get(1))));
        }
        push(known(module + "." + name));
    }

    private void call(PickleOp op) {
        List<Object> parts = last(2);
        if (!(parts.get(0) instanceof Name name) || !(parts.get(1) instanceof Tuple arguments)) {
            throw fault("%s calls %s with %s".formatted(op, kind(parts.get(0)), kind(parts.get(1))));
        }
        push(vocabulary.call(name.qualified(), arguments.items()));
    }

    /** Attributes of a dictionary, such as the {@code _metadata} of a state dict, say nothing of its tensors. */
    private void build() {
        Object target = last(2).get(0);
        if (!(target instanceof Map)) {
            throw refusal("sets attributes of " + kind(target));
        }
        push(target);
    }

    private int unsigned8() {
        return take(1).get() & 0xFF;
    }

    private long unsigned32() {
        return take(4).getInt() & 0xFFFF_FFFFL;
    }

    private ByteBuffer take(long count) {
        if (count < 0 || count > bytes.remaining()) {
            throw fault("it ends early: %s bytes are needed, %d are left"
                    .formatted(Long.toUnsignedString(count), bytes.remaining()));
        }
        ByteBuffer part = bytes.slice(bytes.position(), (int) count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) count);
        return part;
    }

    private static Object whole(ByteBuffer littleEndian) {
        byte[] bigEndian = new byte[littleEndian.remaining() + 1];
        for (int i = bigEndian.length - 1; i > 0; i--) {
            bigEndian[i] = littleEndian.get();
        }
        bigEndian[0] = (byte) (bigEndian.length > 1 ? bigEndian[1] >> 7 : 0); // the sign
        BigInteger value = new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private String text(long length) {
        return text(take(length));
    }

    private String text(ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw fault("a text is not UTF-8");
        }
    }

    private String line() {
        int length = 0;
        while (length < bytes.remaining() && bytes.get(bytes.position() + length) != '\n') {
            length++;
        }
        String line = text(length);
        take(1);
        return line;
    }

    private static String printable(String name) {
        String shown = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
        return shown.replaceAll("\\p{Cntrl}", "?"); // what a file says must not command a terminal
    }

    private CheckpointException fault(String reason) {
        return new CheckpointException("%s: the pickle is damaged at its byte %d: %s. Fetch the file again."
                .formatted(file, bytes.position(), reason));
    }

    private CheckpointException refusal(String what) {
        return new CheckpointException("%s: the pickle %s at its byte %d, which weights do not need. %s"
                .formatted(file, what, bytes.position(), CURE));
    }
}
