package ai.graft.datasets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The elements of one list in a JSON document: objects, or lists whose places are columns. The document is never held whole. */
final class JsonDocumentRows implements JsonRows {
    private final SourceFile file;
    private final JsonParser parser;
    private int row;

    /** @param path keys that lead to the list, divided by full stops, or by slashes after a first one; empty for the whole */
    JsonDocumentRows(SourceFile file, String path) {
        this.file = file;
        try {
            parser = PARSER.createParser(file.open());
        } catch (IOException e) {
            throw file.unreadable(e);
        }
        try {
            goTo(path);
        } catch (IOException e) {
            close();
            throw broken(file, e);
        } catch (DatasetException e) {
            close();
            throw e;
        }
    }

    private void goTo(String path) throws IOException {
        parser.nextToken();
        for (String key : keys(path)) {
            enter(key, path);
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw noList(path);
        }
    }

    private static List<String> keys(String path) {
        boolean slashes = path.startsWith("/");
        return Stream.of(path.split(slashes ? "/" : "\\."))
                .filter(key -> !key.isEmpty())
                .toList();
    }

    private void enter(String key, String path) throws IOException {
        List<String> passed = new ArrayList<>();
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                passed.add(parser.currentName());
                parser.nextToken();
                if (passed.get(passed.size() - 1).equals(key)) {
                    return;
                }
                parser.skipChildren();
            }
        }
        throw file.error("has no '" + key + "' on the way to the records '" + path + "'; keys there: " + passed
                + ". Correct withRecords (--records).");
    }

    private DatasetException noList(String path) throws IOException {
        List<String> lists = new ArrayList<>();
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY) {
                    lists.add(path.isEmpty() ? key : path + (path.startsWith("/") ? "/" : ".") + key);
                }
                parser.skipChildren();
            }
        }
        return file.error((path.isEmpty() ? "is one JSON object, no list of rows" : "'" + path + "' is no list of rows")
                + "; lists in it: " + lists + ". Name the list with withRecords (--records"
                + (lists.isEmpty() ? " KEY.KEY" : " " + lists.get(0)) + ").");
    }

    @Override
    public Optional<JsonRow> next() {
        try {
            if (parser.nextToken() == JsonToken.END_ARRAY) {
                return Optional.empty();
            }
            row++;
            JsonNode node = PARSER.readTree(parser);
            if (node == null || !node.isContainerNode()) {
                throw file.error(
                        row,
                        "expected an object or a list, got " + (node == null ? "nothing" : node.getNodeType())
                                + ". Correct the row.");
            }
            return Optional.of(JsonRow.of(row, node));
        } catch (IOException e) {
            throw broken(file, e);
        }
    }

    /** Puts a failure to read a document into words, with line and column. */
    static DatasetException broken(SourceFile file, IOException e) {
        if (!(e instanceof JsonProcessingException json)) {
            return file.unreadable(e);
        }
        String where = json.getLocation() == null
                ? ""
                : " in line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr();
        DatasetException error =
                file.error("broken JSON" + where + ": " + json.getOriginalMessage() + ". Correct the file.");
        error.initCause(e);
        return error;
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }
}
