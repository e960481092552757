package ai.graft.notebooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Jupyter notebook as it lies in its file (nbformat 4), without what its cells once gave.
 *
 * @param file where it was read
 * @param cells in their order
 */
public record Notebook(Path file, List<Cell> cells) {
    private static final int FORMAT = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies the cells. */
    public Notebook {
        cells = List.copyOf(cells);
    }

    /**
     * Reads a notebook.
     *
     * @throws NotebookException where the file is no notebook of format 4
     * @throws IOException where it cannot be read
     */
    public static Notebook read(Path file) throws IOException {
        JsonNode root = parse(file);
        int format = root.path("nbformat").asInt();
        if (format != FORMAT) {
            throw new NotebookException(
                    file + ": nbformat is " + format + ", expected " + FORMAT + ". Save it with Jupyter 4 or newer.");
        }
        List<Cell> cells = new ArrayList<>();
        for (JsonNode cell : root.path("cells")) {
            boolean code = cell.path("cell_type").asText().equals("code");
            cells.add(new Cell(cells.size() + 1, code, source(cell.path("source"))));
        }
        return new Notebook(file, cells);
    }

    private static JsonNode parse(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new NotebookException(file + ": is no notebook, which is JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** One text, or its lines with their ends. */
    private static String source(JsonNode source) {
        StringBuilder text = new StringBuilder(source.asText());
        source.forEach(line -> text.append(line.asText()));
        return text.toString();
    }

    /** The file's name alone. */
    public String name() {
        return file.toAbsolutePath().getFileName().toString();
    }
}
