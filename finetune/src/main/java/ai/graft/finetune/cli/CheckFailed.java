package ai.graft.finetune.cli;

/** The command did its work, but the check that it was asked for did not pass: exit code 1. */
final class CheckFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The message says what was checked, both values, and what to do. */
    CheckFailed(String message) {
        super(message);
    }
}
