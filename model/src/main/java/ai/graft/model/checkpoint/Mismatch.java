package ai.graft.model.checkpoint;

import java.util.List;

/**
 * A tensor whose shape in the file is not the network's.
 *
 * @param name the network's name of it
 * @param fileShape sizes of the axes in the file
 * @param modelShape sizes of the axes that the network asks for
 */
public record Mismatch(String name, List<Integer> fileShape, List<Integer> modelShape) {
    public Mismatch {
        fileShape = List.copyOf(fileShape);
        modelShape = List.copyOf(modelShape);
    }

    @Override
    public String toString() {
        return "'%s' is %s in the file, the model wants %s".formatted(name, fileShape, modelShape);
    }
}
