package dev.exoflux.dsl.definition;

import dev.exoflux.model.ExofluxException;
import java.util.List;
import java.util.stream.Collectors;

/** The rule of triads: the trits of what runs side by side sum to 0 modulo 3. */
final class Balance {

    /**
     * A branch that counts.
     *
     * @param name what an error calls it
     * @param key of the definition, for whoever has to find it
     * @param usual the trit it has where nothing else is said
     */
    record Weight(String name, String key, Trit trit, Trit usual) {

        private Weight balancing(int sum) {
            return new Weight(name, key, Trit.congruentTo(trit.value() - sum), usual);
        }
    }

    private Balance() {}

    /**
     * @param what it is that has to be balanced, as a sentence begins
     * @throws ExofluxException INVALID_REQUEST that says which trit would balance it
     */
    static void require(String what, List<Weight> weights) {
        int sum = Trit.sum(weights.stream().map(Weight::trit).toList());
        if (sum % 3 == 0) {
            return;
        }
        List<Weight> remedies =
                weights.stream().map(weight -> weight.balancing(sum)).toList();
        Weight remedy = remedies.stream()
                .filter(weight -> weight.trit() == weight.usual())
                .findFirst()
                .orElse(remedies.getLast());
        throw ExofluxException.invalid(remedy.key(), """
                %s is not balanced: its trits (%s) sum to %d, which is not 0 modulo 3.
                Maybe give %s the trit %s.""".formatted(
                what,
                weights.stream()
                        .map(weight -> weight.name() + " " + weight.trit().spelling())
                        .collect(Collectors.joining(", ")),
                sum,
                remedy.name(),
                remedy.trit().spelling()));
    }
}
