package ai.graft.datasets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;

/**
 * Tells a JSON document from JSON lines.
 *
 * <p>A document is a list; or an object over several lines; or the only object of its file, with a list of objects or lists in
 * it. Broken JSON is taken for lines, whose reader names the row.
 */
final class JsonSniffer {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonSniffer() {}

    static boolean isDocument(SourceFile file) {
        try (Reader reader = file.open();
                JsonParser parser = MAPPER.createParser(reader)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                parser.skipChildren();
                return parser.nextToken() == null;
            }
            return first == JsonToken.START_OBJECT && isDocument(parser);
        } catch (JsonProcessingException broken) {
            return false;
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    private static boolean isDocument(JsonParser parser) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        boolean anyRecords = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            anyRecords |= parser.nextToken() == JsonToken.START_ARRAY && skipList(parser);
            parser.skipChildren();
        }
        boolean severalLines = parser.currentTokenLocation().getLineNr() > line;
        return severalLines || (anyRecords && parser.nextToken() == null);
    }

    /** Goes to the end of a list; tells whether its first element is a list or an object. */
    private static boolean skipList(JsonParser parser) throws IOException {
        boolean records = parser.nextToken().isStructStart();
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
            parser.nextToken();
        }
        return records;
    }
}
