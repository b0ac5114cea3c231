package dev.exoflux.dsl.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BalanceTest {

    @Test
    void isHeldByAllTriadsWhoseTritsSumTo0Modulo3() {
        int balanced = 0;
        for (Trit main : Trit.values()) {
            for (Trit speculative : Trit.values()) {
                for (Trit validator : Trit.values()) {
                    int sum = main.value() + speculative.value() + validator.value();
                    if (sum % 3 == 0) {
                        assertThat(triad(main, speculative, validator).main().trit())
                                .isEqualTo(main);
                        balanced++;
                    } else {
                        assertThatThrownBy(() -> triad(main, speculative, validator))
                                .hasMessageContaining("sum to %d, which is not 0 modulo 3.", sum);
                    }
                }
            }
        }
        assertThat(balanced).isEqualTo(9);
    }

    @Test
    void namesWhatWouldRestoreTheUsualTrits() {
        assertThatThrownBy(() -> triad(Trit.PLUS, Trit.PLUS, Trit.MINUS)).hasMessageEndingWith("give main the trit 0.");
        assertThatThrownBy(() -> triad(Trit.ZERO, Trit.ZERO, Trit.MINUS))
                .hasMessageEndingWith("give speculative the trit +1.");
        assertThatThrownBy(() -> triad(Trit.ZERO, Trit.PLUS, Trit.ZERO))
                .hasMessageEndingWith("give validator the trit -1.");
    }

    @Test
    void followingItsAdviceBalances() {
        assertThatThrownBy(() -> voices(Trit.PLUS, Trit.PLUS, Trit.ZERO))
                .hasMessageEndingWith("give voice 3 the trit +1.");
        assertThat(voices(Trit.PLUS, Trit.PLUS, Trit.PLUS).targets()).hasSize(3);
        assertThat(voices(Trit.MINUS, Trit.ZERO, Trit.PLUS).targets()).hasSize(3);
        assertThat(voices(Trit.ZERO, Trit.ZERO).targets()).hasSize(2);
    }

    private static Triad triad(Trit main, Trit speculative, Trit validator) {
        return new Triad(
                main(main),
                new Speculative(speculative, new Proposer.NGram(), Speculative.AUTOMATIC),
                new Validator(
                        validator,
                        List.of(new AnswerRule(new AnswerCheck.MaxLength(10))),
                        List.of(),
                        Validator.OnLoss.FAIL));
    }

    private static FanOut voices(Trit... trits) {
        return new FanOut(
                FanOut.Join.VOTE,
                null,
                List.of(trits).stream()
                        .<Target>map(trit -> new Single(main(trit)))
                        .toList());
    }

    private static Main main(Trit trit) {
        return new Main(trit, PlacedModel.anywhere("m"));
    }
}
