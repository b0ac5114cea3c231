package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.FanOut.Join;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.Target;
import java.util.Arrays;
import java.util.List;

/** Voices that are asked at once; ends with what becomes of their answers. Immutable. */
public final class FanOutSentence {

    private final List<Target> voices;

    private FanOutSentence(List<Target> voices) {
        this.voices = voices;
    }

    /** A fan-out whose voices are to be named. */
    public static final class Start {

        Start() {}

        /** Who is asked. */
        public FanOutSentence to(Target... voices) {
            return new FanOutSentence(List.of(voices));
        }

        /** The same, by the names of pipelines and the ids of models. */
        public FanOutSentence to(String... names) {
            return new FanOutSentence(Arrays.stream(names).map(Target::named).toList());
        }
    }

    /** The answer that begins first; the others are cancelled. */
    public FanOut first() {
        return new FanOut(Join.FIRST, null, voices);
    }

    /** All answers, one after another. */
    public FanOut all() {
        return new FanOut(Join.ALL, null, voices);
    }

    /** What most of them say. */
    public FanOut vote() {
        return new FanOut(Join.VOTE, null, voices);
    }

    /** The answer that a model finds best. */
    public FanOut bestBy(String model, String question) {
        return new FanOut(Join.BEST, new Judge(model, question), voices);
    }
}
