/**
 * Labelled text from files, split and described.
 *
 * <p>Read {@link ai.graft.datasets.Dataset} first (what a caller holds), then {@link ai.graft.datasets.ReadOptions} (what a
 * caller may say about a file) and {@code DatasetReader} (how a file becomes a data set). The classes whose names end in
 * {@code Sniffer} each answer one question about a file: which format, whether quotes mean quoting, whether the first row is
 * a header, which columns hold text and label, what the labels look like. {@link ai.graft.datasets.ExampleStream} gives the
 * rows of a file that is larger than memory, {@link ai.graft.datasets.Survey} what is to be known before training.
 *
 * <p>Threads: all public types but {@code ExampleStream} are immutable and may be shared; a reader lives inside one call of
 * {@code Dataset.read}.
 *
 * <p>Sources: RFC 4180 for quoting in CSV and TSV, read by Apache Commons CSV; JSON lines (one JSON object a line) and
 * JSON documents, read by Jackson.
 */
@NullMarked
package ai.graft.datasets;

import org.jspecify.annotations.NullMarked;
