package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Triad;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A pipeline of one model, that others may stand beside. Immutable. */
public final class MainSentence extends PipelineSentence {

    private final String name;
    private final Main main;

    MainSentence(String name, Main main) {
        super(new PipelineDefinition(name, new Single(main)));
        this.name = name;
        this.main = main;
    }

    /** Runs ahead of the model. */
    public Drafted speculative(Function<SpeculativeSentence.Start, ? extends SpeculativeSentence> speculative) {
        return new Drafted(
                name, main, speculative.apply(new SpeculativeSentence.Start()).speculative());
    }

    /** Holds the model back. */
    public PipelineSentence validator(UnaryOperator<ValidatorSentence> validator) {
        return new PipelineSentence(new PipelineDefinition(
                name,
                new Single(main, null, validator.apply(new ValidatorSentence()).validator())));
    }

    /** The same with speculation, one validator short of a triad. Immutable. */
    public static final class Drafted extends PipelineSentence {

        private final String name;
        private final Main main;
        private final Speculative speculative;

        private Drafted(String name, Main main, Speculative speculative) {
            super(new PipelineDefinition(name, new Single(main, speculative, null)));
            this.name = name;
            this.main = main;
            this.speculative = speculative;
        }

        /**
         * Holds the model back: a triad.
         *
         * @throws dev.exoflux.model.ExofluxException INVALID_REQUEST for trits out of balance
         */
        public PipelineSentence validator(UnaryOperator<ValidatorSentence> validator) {
            return new PipelineSentence(new PipelineDefinition(
                    name,
                    new Triad(
                            main,
                            speculative,
                            validator.apply(new ValidatorSentence()).validator())));
        }
    }
}
