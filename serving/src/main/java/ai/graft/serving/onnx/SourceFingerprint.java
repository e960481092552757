package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.Tensor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/** Identifies a checkpoint whatever files it lies in: SHA-256 of its configuration and its tensors in order of their names. */
public final class SourceFingerprint {

    /** 64 hexadecimal digits. */
    public static String of(Checkpoint checkpoint) {
        MessageDigest digest = sha256();
        put(digest, checkpoint.config().toJson());
        new TreeMap<>(checkpoint.weights().tensors()).forEach((name, tensor) -> {
            put(digest, name + describe(tensor));
            digest.update(tensor.data());
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String describe(Tensor tensor) {
        return "\0" + tensor.dtype() + tensor.shape() + "\0";
    }

    private static void put(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private SourceFingerprint() {}
}
