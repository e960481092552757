package ai.graft.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file, checked as the reference library checks it.
 *
 * @param entries one per tensor, in the order of their data
 */
record SafetensorsHeader(List<Entry> entries) {
    /** The reference library's limit. */
    static final long MAX_BYTES = 100_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A tensor's place: bytes begin to end of the data section. */
    record Entry(String name, DType dtype, List<Integer> shape, long begin, long end) {}

    /**
     * Reads and checks a header.
     *
     * @param dataBytes length of the data section, which the tensors must fill without gap or overlap
     */
    static SafetensorsHeader parse(String file, ByteBuffer utf8, long dataBytes) {
        JsonNode root = json(file, text(file, utf8));
        if (!root.isObject()) {
            throw new CheckpointException(file + ": the header is not a JSON object. " + CURE);
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals("__metadata__")) {
                checkMetadata(file, field.getValue());
            } else {
                entries.add(entry(file, field.getKey(), field.getValue()));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        checkCoverage(file, entries, dataBytes);
        return new SafetensorsHeader(List.copyOf(entries));
    }

    /** What to do about a damaged file. */
    static final String CURE = "The file is damaged or not a safetensors file; fetch it again.";

    private static String text(String file, ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file + ": the header is not UTF-8. " + CURE, e);
        }
    }

    private static JsonNode json(String file, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    "%s: the header is not sound JSON: %s. %s".formatted(file, e.getOriginalMessage(), CURE), e);
        }
    }

    private static void checkMetadata(String file, JsonNode metadata) {
        for (Map.Entry<String, JsonNode> field : metadata.properties()) {
            if (!field.getValue().isTextual()) {
                throw new CheckpointException("%s: '%s' in __metadata__ is %s, expected a string. %s"
                        .formatted(file, field.getKey(), field.getValue(), CURE));
            }
        }
        if (!metadata.isObject() && !metadata.isNull()) {
            throw new CheckpointException(file + ": __metadata__ is " + metadata + ", expected an object. " + CURE);
        }
    }

    private static Entry entry(String file, String name, JsonNode info) {
        List<Long> offsets = naturals(file, name, info, "data_offsets");
        if (offsets.size() != 2) {
            throw fault(file, name, "data_offsets is " + offsets + ", expected two numbers");
        }
        DType dtype = dtype(file, name, info.path("dtype"));
        List<Long> extents = naturals(file, name, info, "shape");
        checkSize(file, name, dtype, extents, offsets.get(0), offsets.get(1));
        return new Entry(name, dtype, shape(file, name, extents), offsets.get(0), offsets.get(1));
    }

    private static DType dtype(String file, String name, JsonNode stored) {
        for (DType dtype : DType.values()) {
            if (stored.isTextual() && dtype.name().equals(stored.textValue())) {
                return dtype;
            }
        }
        String found = stored.isMissingNode() ? "missing" : stored.toString() + ", which is unknown";
        throw fault(file, name, "its dtype is " + found);
    }

    private static List<Long> naturals(String file, String name, JsonNode info, String field) {
        JsonNode array = info.path(field);
        List<Long> numbers = new ArrayList<>();
        for (JsonNode number : array) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw fault(file, name, "%s is %s, expected integers from 0 on".formatted(field, array));
            }
            numbers.add(number.longValue());
        }
        if (!array.isArray()) {
            throw fault(file, name, field + (array.isMissingNode() ? " is missing" : " is not an array: " + array));
        }
        return numbers;
    }

    private static void checkSize(String file, String name, DType dtype, List<Long> extents, long begin, long end) {
        if (end < begin) {
            throw fault(file, name, "its data end at %d, before their begin at %d".formatted(end, begin));
        }
        long bits = dtype.bits();
        try {
            for (long extent : extents) {
                bits = Math.multiplyExact(bits, extent);
            }
        } catch (ArithmeticException e) {
            throw fault(file, name, "its shape " + extents + " overflows 64 bits");
        }
        if (bits % 8 != 0 || bits / 8 != end - begin) {
            throw fault(
                    file,
                    name,
                    "%s of shape %s takes %s bytes, but its data are %d bytes"
                            .formatted(dtype, extents, bits / 8.0, end - begin));
        }
    }

    private static List<Integer> shape(String file, String name, List<Long> extents) {
        for (long extent : extents) {
            if (extent > Integer.MAX_VALUE) {
                throw fault(file, name, "its shape " + extents + " has an axis longer than " + Integer.MAX_VALUE);
            }
        }
        return extents.stream().map(Long::intValue).toList();
    }

    private static void checkCoverage(String file, List<Entry> entries, long dataBytes) {
        long covered = 0;
        for (Entry entry : entries) {
            if (entry.begin() > covered) {
                throw fault(
                        file,
                        entry.name(),
                        "no tensor covers the bytes %d to %d before it".formatted(covered, entry.begin()));
            }
            if (entry.begin() < covered) {
                throw fault(
                        file,
                        entry.name(),
                        "its data begin at %d inside the tensor before it, which ends at %d"
                                .formatted(entry.begin(), covered));
            }
            if (entry.end() > dataBytes) {
                throw fault(
                        file,
                        entry.name(),
                        "its data end at %d, but the file holds only %d bytes of data"
                                .formatted(entry.end(), dataBytes));
            }
            covered = entry.end();
        }
        if (covered != dataBytes) {
            throw new CheckpointException(
                    "%s: %d bytes after the last tensor belong to none. %s".formatted(file, dataBytes - covered, CURE));
        }
    }

    private static CheckpointException fault(String file, String tensor, String reason) {
        return new CheckpointException("%s: tensor '%s': %s. %s".formatted(file, tensor, reason, CURE));
    }
}
