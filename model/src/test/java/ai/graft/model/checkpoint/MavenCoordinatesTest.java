package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MavenCoordinatesTest {
    @Test
    void parse_withOrWithoutPrefix_givesTheParts() {
        MavenCoordinates expected = new MavenCoordinates("org.example", "my-model", "1.0_2+x");

        assertThat(MavenCoordinates.parse("maven:org.example:my-model:1.0_2+x")).isEqualTo(expected);
        assertThat(MavenCoordinates.parse("org.example:my-model:1.0_2+x")).isEqualTo(expected);
        assertThat(expected).hasToString("org.example:my-model:1.0_2+x");
    }

    @ParameterizedTest
    @EnumSource(PretrainedModel.class)
    void parse_shortNamesOwnCoordinates_areSound(PretrainedModel model) {
        assertThat(MavenCoordinates.parse(model.coordinates())).hasToString(model.coordinates());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "maven:org.example:model, 'maven:org.example:model' has 2 parts",
                "maven:a:b:c:1, 'maven:a:b:c:1' has 4 parts",
                "maven:, 'maven:' has 1 parts",
                "maven:a::1, 'a::1' are no Maven coordinates",
                "maven:..:b:1, '..:b:1' are no Maven coordinates",
                "maven:a:b/../c:1, 'a:b/../c:1' are no Maven coordinates",
                "maven:a:b:1..2, 'a:b:1..2' are no Maven coordinates",
                "`maven:a:b:[1,2)`, `'a:b:[1,2)' are no Maven coordinates`",
                "maven:a:b:LATEST, the version 'LATEST' of a:b may mean other weights tomorrow",
                "maven:a:b:1-SNAPSHOT, the version '1-SNAPSHOT' of a:b may mean other weights tomorrow",
            })
    void parse_noOrMovingCoordinates_refused(String text, String reason) {
        assertThatThrownBy(() -> MavenCoordinates.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
