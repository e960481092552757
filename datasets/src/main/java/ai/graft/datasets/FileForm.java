package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import ai.graft.datasets.ReadOptions.Header;
import ai.graft.datasets.ReadOptions.Quoting;
import java.nio.charset.Charset;
import java.util.Optional;

/**
 * What the caller says of how a file is written.
 *
 * @param format how rows are written
 * @param charset how bytes are characters
 * @param header whether the first row names the columns
 * @param quoting whether double quotes around a cell are quoting
 * @param records the way to the list of rows in a JSON document
 */
record FileForm(Format format, Charset charset, Header header, Quoting quoting, Optional<String> records) {}
