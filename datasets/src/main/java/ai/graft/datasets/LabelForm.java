package ai.graft.datasets;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the caller says of labels.
 *
 * @param required whether every row must have one
 * @param file file that holds them, line by line
 * @param separator what divides several in one cell
 * @param until what ends the part of a label that counts
 * @param names file that names labels that are numbers
 */
record LabelForm(
        boolean required,
        Optional<Path> file,
        Optional<String> separator,
        Optional<String> until,
        Optional<Path> names) {}
