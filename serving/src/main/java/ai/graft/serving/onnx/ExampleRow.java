package ai.graft.serving.onnx;

import ai.graft.tokenizer.TokenIds;
import java.util.Map;

/**
 * One row of ids and what the checkpoint computes of it.
 *
 * @param name what to call it in a message
 * @param outputs by name, for this row alone and without padding, in row order
 */
record ExampleRow(String name, TokenIds ids, Map<String, float[]> outputs) {}
