package ai.graft.datasets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over texts and labels, or over questions and answers, in order.
 *
 * <p>Each row is hashed as: number of texts, the texts, number of labels, the labels; counts and lengths in bytes as big-endian
 * int, strings as UTF-8. So no two different data sets give the same stream of bytes.
 */
final class Fingerprint {
    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** 64 hexadecimal digits in lower case. */
    static String of(List<Example> examples) {
        Fingerprint fingerprint = new Fingerprint();
        examples.forEach(fingerprint::add);
        return HexFormat.of().formatHex(fingerprint.digest.digest());
    }

    /** Each question is hashed as: question, context, 1 or 0 for impossible, number of gold texts, these, number of answers, their texts and starts. */
    static String ofQuestions(List<Question> questions) {
        Fingerprint fingerprint = new Fingerprint();
        questions.forEach(fingerprint::add);
        return HexFormat.of().formatHex(fingerprint.digest.digest());
    }

    private void add(Question question) {
        add(question.question());
        add(question.context());
        add(question.impossible() ? 1 : 0);
        add(question.goldTexts().size());
        question.goldTexts().forEach(this::add);
        add(question.answers().size());
        question.answers().forEach(answer -> {
            add(answer.text());
            add(answer.start());
        });
    }

    private void add(Example example) {
        add(example.textPair().isPresent() ? 2 : 1);
        add(example.text());
        example.textPair().ifPresent(this::add);
        add(example.labels().size());
        example.labels().forEach(this::add);
    }

    private void add(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(int count) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(count).array());
    }
}
