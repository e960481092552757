package ai.graft.finetune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One run of the command line in this process: its exit code and what it wrote. */
record CommandRun(int exitCode, String out, String err) {

    static CommandRun of(Object... words) {
        return withInput("", words);
    }

    static CommandRun withInput(String input, Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), out, err);
        int code = Graft.run(console, Arrays.stream(words).map(Object::toString).toArray(String[]::new));
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** What was written to standard output, as one object on one line. */
    JsonNode json() throws IOException {
        if (exitCode != 0 || out.indexOf('\n') != out.length() - 1) {
            throw new AssertionError("expected one line of JSON, got " + this);
        }
        return new ObjectMapper().readTree(out);
    }
}
