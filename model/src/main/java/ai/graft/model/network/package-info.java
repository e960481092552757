/**
 * Networks written once, for every interpreter.
 *
 * <p>Read {@code Ops} first, then one architecture.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.model.network;
