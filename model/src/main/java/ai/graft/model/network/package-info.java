/**
 * Networks written once, for every interpreter.
 *
 * <p>Read {@link ai.graft.model.network.Ops} first, the operations; then {@link ai.graft.model.network.Network} and one
 * architecture, such as {@link ai.graft.model.network.Bert}. Names and shapes of weights stand nowhere else: what a
 * checkpoint must hold is found by running the network with an interpreter that collects them. Everything but the
 * interpreters is immutable and shared freely between threads.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.model.network;
