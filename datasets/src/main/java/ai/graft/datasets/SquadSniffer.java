package ai.graft.datasets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tells how the questions of a JSON file are written, by the keys of its first object. */
final class SquadSniffer {
    private static final Set<String> KEYS_OF_A_ROW = Set.of("question", "context");

    /** How questions are written. */
    enum Form {
        /** An object whose {@code data} is a list. */
        DATA,
        /** A list. */
        LIST,
        /** One question a line. */
        LINES
    }

    private SquadSniffer() {}

    static Form sniff(SourceFile file) {
        try (JsonParser parser = JsonRows.PARSER.createParser(file.open())) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                return Form.LIST;
            }
            if (first != JsonToken.START_OBJECT) {
                throw file.error("is no file of questions: expected a JSON object or list, got " + first + ".");
            }
            return byKeys(file, parser);
        } catch (IOException e) {
            throw JsonDocumentRows.broken(file, e);
        }
    }

    private static Form byKeys(SourceFile file, JsonParser parser) throws IOException {
        List<String> passed = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            passed.add(key);
            boolean list = parser.nextToken() == JsonToken.START_ARRAY;
            if (key.equals("data") && list) {
                return Form.DATA;
            }
            if (KEYS_OF_A_ROW.contains(key)) {
                return Form.LINES;
            }
            parser.skipChildren();
        }
        throw file.error("is no file of questions: expected SQuAD's JSON, an object whose 'data' is a list of articles,"
                + " or lines with 'question' and 'context'; keys found: " + passed + ". Name another file.");
    }
}
