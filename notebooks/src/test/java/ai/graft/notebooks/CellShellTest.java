package ai.graft.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells of Java, what they give and how they fail. */
class CellShellTest {
    private static CellShell shell;

    @BeforeAll
    static void open() {
        shell = new CellShell();
    }

    @AfterAll
    static void close() {
        shell.close();
    }

    @Test
    void run_lastLineWithoutSemicolon_givesTheObjectItself() {
        assertThat(shell.run("var list = new ArrayList<Integer>();\nlist.add(7);\nlist"))
                .containsInstanceOf(java.util.ArrayList.class)
                .hasToString("Optional[[7]]");
        assertThat(shell.run("list")).containsSame(shell.run("list").orElseThrow());
        assertThat(shell.run("// nothing but its name\nlist.size()\n// behind it"))
                .contains(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  \n\n",
                "// only a comment",
                "int x = 3;",
                "List.of(1, 2);",
                "int f() {\n  return 1;\n}",
                "(String) null"
            })
    void run_withoutAValueAtItsEnd_givesNothing(String code) {
        assertThat(shell.run(code)).isEmpty();
    }

    @Test
    void run_ofLaterCells_seesWhatEarlierOnesDeclared() {
        shell.run(
                "record Point(int x, int y) {\n    int sum() {\n        return x + y;\n    }\n}\nPoint point = new Point(1, 2);");

        assertThat(shell.run("point.sum()")).contains(3);
        assertThat(shell.run("Stream.of(point).map(Point::y).toList()")).contains(java.util.List.of(2));
    }

    @Test
    void run_classesOfThisProject_areThoseOfThisProcess() {
        assertThat(shell.run("ai.graft.notebooks.Cell.class")).containsSame(Cell.class);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    'int a = 1;|int b = "text";', 2, incompatible types
                    '||int a = 1;||missing.call();', 5, cannot find symbol
                    'int a = 1;|for (int i = 0; i < 3; i++) {|    a += 2;|    throw new IllegalStateException("oh");|}', 4, java.lang.IllegalStateException: oh
                    'int d(int x) {|    return 1 / x;|}|int a =|    d(0);', 5, java.lang.ArithmeticException: / by zero
                    '// one|List.of(1)|    .forEach(row ->|        Integer.parseInt("x"));', 4, java.lang.NumberFormatException
                    'int a = (1;', 1, expected
                    'String s = "open', 1, unclosed string literal
                    'int g() {|    return later();|}', 1, 'int g() { … needs what is not there: method later()'
                    """)
    void run_ofCodeThatFails_namesTheLineAndWhy(String code, int line, String message) {
        assertThatThrownBy(() -> shell.run(code.replace('|', '\n')))
                .isInstanceOfSatisfying(
                        CellException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageContaining(message);
    }

    @Test
    void run_ofCodeThatThrows_keepsWhatWasThrown() {
        assertThatThrownBy(() -> shell.run("throw new java.io.IOException(\"gone\");"))
                .hasCauseInstanceOf(java.io.IOException.class);
    }

    @Test
    void suggestions_behindADot_areMethods() {
        shell.run("String word = \"a\";");
        String code = "word.isEmp";

        CellShell.Suggestions suggestions = shell.suggestions(code, code.length());

        assertThat(suggestions.texts()).contains("isEmpty()");
        assertThat(suggestions.from()).isEqualTo("word.".length());
    }

    @Test
    void complete_anOpenBrace_isNot() {
        assertThat(shell.complete("if (true) {")).isFalse();
        assertThat(shell.complete("int y = 2;")).isTrue();
    }
}
