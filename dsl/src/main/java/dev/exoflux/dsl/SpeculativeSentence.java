package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;

/** What runs ahead: a {@link Draft} or an {@link NGram}, by default with the trit +1 and as many tokens as prove worth it. */
public abstract sealed class SpeculativeSentence {

    private final Speculative speculative;

    private SpeculativeSentence(Speculative speculative) {
        this.speculative = speculative;
    }

    Speculative speculative() {
        return speculative;
    }

    Speculative with(Trit trit, int draftTokens) {
        return new Speculative(trit, speculative.proposer(), draftTokens);
    }

    /** A branch whose proposer is to be named. */
    public static final class Start {

        Start() {}

        /** A smaller model with the same tokenizer, by its id. */
        public Draft model(String id) {
            return new Draft(PlacedModel.anywhere(id), new Speculative(new Proposer.Draft(PlacedModel.anywhere(id))));
        }

        /** What followed the last tokens when they came before. */
        public NGram nGram() {
            return new NGram(new Speculative(new Proposer.NGram()));
        }
    }

    /** A model that proposes, and where it runs. Immutable. */
    public static final class Draft extends SpeculativeSentence {

        private final PlacedModel placed;

        private Draft(PlacedModel placed, Speculative speculative) {
            super(speculative);
            this.placed = placed;
        }

        /** Most tokens proposed at once. */
        public Draft draftTokens(int most) {
            return new Draft(placed, with(speculative().trit(), most));
        }

        /** Its part in the balance of the triad. */
        public Draft trit(Trit trit) {
            return new Draft(placed, with(trit, speculative().draftTokens()));
        }

        /** On how many peers. */
        public Draft stages(int stages) {
            return placed(placed.withStages(stages));
        }

        /** How it is split. */
        public Draft strategy(Strategy strategy) {
            return placed(placed.withStrategy(strategy));
        }

        /** Peers, by name or label, that it may run on. */
        public Draft on(String... peers) {
            return placed(placed.withPeers(List.of(peers)));
        }

        private Draft placed(PlacedModel at) {
            Speculative said = speculative();
            return new Draft(at, new Speculative(said.trit(), new Proposer.Draft(at), said.draftTokens()));
        }
    }

    /** Proposals that need no model. Immutable. */
    public static final class NGram extends SpeculativeSentence {

        private NGram(Speculative speculative) {
            super(speculative);
        }

        /** Most tokens proposed at once. */
        public NGram draftTokens(int most) {
            return new NGram(with(speculative().trit(), most));
        }

        /** Its part in the balance of the triad. */
        public NGram trit(Trit trit) {
            return new NGram(with(trit, speculative().draftTokens()));
        }
    }
}
