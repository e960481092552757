package ai.graft.serving.layout;

import ai.graft.serving.bundle.BundlePaths;
import java.util.regex.Pattern;

/** For which program an exported model is laid out. */
public sealed interface Layout {

    /**
     * A model repository of NVIDIA Triton: {@code NAME/config.pbtxt} and, in {@code NAME/1/}, the model with its tokenizer.
     *
     * @param name of the model on the server
     */
    record Triton(String name) implements Layout {
        public Triton {
            BundlePaths.requireName(name);
        }
    }

    /** A model folder of DJL Serving: {@code serving.properties} beside the model and its tokenizer. */
    record DjlServing() implements Layout {}

    /**
     * A service of KServe: {@code inference-service.yaml}, and in {@code models/} the repository that it serves with Triton.
     *
     * @param name of the service and the model
     * @param storageUri where the cluster finds what is in {@code models/}, such as {@code pvc://claim/reviews}
     */
    record KServe(String name, String storageUri) implements Layout {
        /** What may stand in a quoted text of YAML as it is. */
        private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+.-]*://[^\\s\"\\\\]+");

        public KServe {
            BundlePaths.requireName(name);
            if (!URI.matcher(storageUri).matches()) {
                throw new IllegalArgumentException("'" + storageUri + "' is no storage URI of KServe; give one such as"
                        + " pvc://claim/reviews or s3://bucket/reviews");
            }
        }
    }

    /**
     * A Maven artifact: {@code NAME-VERSION.jar} and {@code NAME-VERSION.pom}.
     *
     * @param name of the model on the class path, and the artifact's
     * @param groupId the artifact's group, such as {@code com.acme}
     * @param version the artifact's
     */
    record Jar(String name, String groupId, String version) implements Layout {
        /** What Maven's own check of a POM takes, without what a file system does not. */
        private static final Pattern COORDINATE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

        public Jar {
            BundlePaths.requireName(name);
            requireCoordinate("group id", groupId);
            requireCoordinate("model version", version);
        }

        private static void requireCoordinate(String what, String value) {
            if (!COORDINATE.matcher(value).matches()) {
                throw new IllegalArgumentException("'" + value + "' cannot be a Maven " + what
                        + ": give letters, digits, '.', '-' and '_', such as com.acme or 1.0");
            }
        }
    }
}
