package dev.exoflux.dsl.definition;

/**
 * A model that is asked a question about a prompt or an answer.
 *
 * @param model its id
 * @param question to be answered with yes or no, or, by a router's, with what its rule looks for
 */
public record Judge(String model, String question) {

    /** Longest question. */
    public static final int MOST_QUESTION = 4000;

    public Judge {
        PlacedModel.requireId("model", model);
        Bounds.text("question", question, MOST_QUESTION);
    }
}
