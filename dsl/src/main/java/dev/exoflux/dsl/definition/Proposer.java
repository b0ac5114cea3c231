package dev.exoflux.dsl.definition;

/** Where proposals for the next tokens come from. */
public sealed interface Proposer {

    /** A smaller model with the same tokenizer. */
    record Draft(PlacedModel placed) implements Proposer {}

    /** What followed the last few tokens when they came before, in the prompt or the answer: needs no model. */
    record NGram() implements Proposer {}
}
