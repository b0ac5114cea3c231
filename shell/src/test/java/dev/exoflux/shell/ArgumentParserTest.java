package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ArgumentParserTest {

    private final ExofluxCommand command = new ServeCommand(
            new Console(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false, Map.of()));

    @Test
    void readsOptionsWithAndWithoutEqualsSign() {
        Options options = parse("--port", "81", "--host=::1");
        assertThat(options.number("port", 0, 0, 65535)).isEqualTo(81);
        assertThat(options.text("host")).contains("::1");
    }

    @Test
    void keepsEveryValueOfARepeatedOption() {
        assertThat(parse("--model", "a", "--model=b/c").texts("model")).containsExactly("a", "b/c");
    }

    @Test
    void takesWordsAsTheyAre() {
        assertThat(parse("two  spaces", "-", "-1.5", "", "--", "--port").arguments())
                .containsExactly("two  spaces", "-", "-1.5", "", "--port");
    }

    @Test
    void namesAnUnknownOptionAndTheOneThatMayBeMeant() {
        assertThatThrownBy(() -> parse("--prot", "81"))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("--prot")
                .hasMessageContaining("--port");
    }

    @Test
    void takesOnlyTrueAndFalseForAFlag() {
        Console console =
                new Console(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false, Map.of());
        ModelsCommand models = new ModelsCommand(console);
        assertThat(new Options(ArgumentParser.parse(models, List.of("--json"))).flag("json"))
                .isTrue();
        assertThat(new Options(ArgumentParser.parse(models, List.of("--json=false"))).flag("json"))
                .isFalse();
        assertThatThrownBy(() -> new Options(ArgumentParser.parse(models, List.of("--json=maybe"))).flag("json"))
                .hasMessageContaining("--json=maybe");
    }

    @Test
    void saysWhichOptionLacksItsValue() {
        assertThatThrownBy(() -> parse("--port")).hasMessageContaining("--port needs a value");
        assertThatThrownBy(() -> parse("--model", "--port", "81")).hasMessageContaining("--model needs a value");
    }

    @Test
    void namesAValueThatIsNoNumberOrOutOfRange() {
        for (String value : List.of("x", "70000", "-1", "8080.5", "")) {
            assertThatThrownBy(() -> parse("--port=" + value).number("port", 0, 0, 65535))
                    .hasMessage("--port %s is not a whole number from 0 to 65535.", value);
        }
    }

    @Test
    void measuresEditDistance() {
        assertThat(ArgumentParser.distance("", "abc")).isEqualTo(3);
        assertThat(ArgumentParser.distance("serve", "serv")).isEqualTo(1);
        assertThat(ArgumentParser.distance("kitten", "sitting")).isEqualTo(3);
    }

    private Options parse(String... words) {
        return new Options(ArgumentParser.parse(command, List.of(words)));
    }
}
