package dev.exoflux.dsl.definition;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A pipeline: one sentence, said in YAML or in Java.
 *
 * @param name by which it is asked for, as a model is
 * @param body what it does with a request
 * @param before stages of one's own that a request goes through first, in this order; none by default
 * @param after stages of one's own that the answer goes through, in this order; none by default
 * @param sampling what holds where a request says nothing; {@link Sampling#DEFAULTS} by default
 * @param flow {@link Flow#DEFAULTS} by default
 */
public record PipelineDefinition(
        String name, Body body, List<Before> before, List<After> after, Sampling sampling, Flow flow) {

    /** What a pipeline's name looks like: no slash, so that it is never taken for a model's id. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Most stages of one's own on either side. */
    public static final int MOST_OWN_STAGES = 16;

    public PipelineDefinition {
        Bounds.matching(
                NAME,
                "pipeline",
                name,
                "name for a pipeline",
                "Maybe use 1 to 64 letters, digits, hyphens and dots: careful-chat.");
        before = Bounds.counted("before", before, 0, MOST_OWN_STAGES);
        after = Bounds.counted("after", after, 0, MOST_OWN_STAGES);
    }

    /** A pipeline with nothing but its body. */
    public PipelineDefinition(String name, Body body) {
        this(name, body, List.of(), List.of(), Sampling.DEFAULTS, Flow.DEFAULTS);
    }
}
