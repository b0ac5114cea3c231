package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.Flow;
import dev.exoflux.dsl.definition.Sampling;
import dev.exoflux.model.SamplingSettings;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The keys of sampling and flow. */
final class SettingsTable {

    private static final Key<Sampling, Float> TEMPERATURE = byMakers(
            "temperature",
            ScalarForms.decimal(0, SamplingSettings.MAX_TEMPERATURE),
            Sampling::temperature,
            "0 for the likeliest token; the more, the more surprising.");
    private static final Key<Sampling, Integer> TOP_K = byMakers(
            "top-k",
            ScalarForms.whole(0, Integer.MAX_VALUE),
            Sampling::topK,
            "Only so many of the likeliest tokens; 0 for all.");
    private static final Key<Sampling, Float> TOP_P = byMakers(
            "top-p",
            ScalarForms.positive(1),
            Sampling::topP,
            "Only the likeliest tokens whose probability reaches this; 1 for all.");
    private static final Key<Sampling, Float> MIN_P = byMakers(
            "min-p",
            ScalarForms.decimal(0, 1),
            Sampling::minP,
            "No token less likely than this share of the likeliest; 0 for all.");
    private static final Key<Sampling, Float> REPETITION_PENALTY = byMakers(
            "repetition-penalty",
            ScalarForms.positive(SamplingSettings.MAX_REPETITION_PENALTY),
            Sampling::repetitionPenalty,
            "Above 1 against what prompt and answer already have.");
    private static final Key<Sampling, Float> PRESENCE_PENALTY = byMakers(
            "presence-penalty",
            ScalarForms.decimal(-2, 2),
            Sampling::presencePenalty,
            "Above 0 against what the answer already has.");
    private static final Key<Sampling, Float> FREQUENCY_PENALTY = byMakers(
            "frequency-penalty",
            ScalarForms.decimal(-2, 2),
            Sampling::frequencyPenalty,
            "Above 0 against what the answer has, for each time it has it.");
    private static final Key<Sampling, Map<Integer, Float>> LOGIT_BIAS = Key.optional(
            "logit-bias",
            CompoundForms.byTokenId(ScalarForms.decimal(-100, 100)),
            Sampling::logitBias,
            Map.of(),
            "none",
            "What is added to the logits of tokens, by their ids.");
    private static final Key<Sampling, Long> SEED = Key.optional(
            "seed",
            ScalarForms.seed(),
            Sampling::seed,
            "another one for each request",
            "Requests with the same seed draw the same.");

    static final Mapping<Sampling> SAMPLING = Mapping.of(
            "sampling",
            "How tokens are chosen where a request says nothing.",
            List.of(
                    TEMPERATURE,
                    TOP_K,
                    TOP_P,
                    MIN_P,
                    REPETITION_PENALTY,
                    PRESENCE_PENALTY,
                    FREQUENCY_PENALTY,
                    LOGIT_BIAS,
                    SEED),
            values -> new Sampling(
                    values.find(TEMPERATURE),
                    values.find(TOP_K),
                    values.find(TOP_P),
                    values.find(MIN_P),
                    values.find(REPETITION_PENALTY),
                    values.find(PRESENCE_PENALTY),
                    values.find(FREQUENCY_PENALTY),
                    values.get(LOGIT_BIAS),
                    values.find(SEED)));

    private static final Key<Flow, Integer> IN_FLIGHT = Key.optional(
            "in-flight",
            ScalarForms.wholeOrAuto(Flow.MOST_IN_FLIGHT),
            Flow::inFlight,
            Flow.AUTOMATIC,
            "auto, what the slowest stage takes",
            "Batches that travel between stages at once.");
    private static final Key<Flow, Integer> PREFILL_CHUNK =
            count("prefill-chunk", 1, Flow::prefillChunk, "Most tokens of prompts in one pass.");
    private static final Key<Flow, Integer> MAX_CONCURRENCY =
            count("max-concurrency", 1, Flow::maxConcurrency, "Requests answered at once.");
    private static final Key<Flow, Integer> QUEUE =
            count("queue", 0, Flow::queue, "Requests that may wait beyond these; more are refused.");

    static final Mapping<Flow> FLOW = Mapping.of(
            "flow",
            "How much goes on at once.",
            List.of(IN_FLIGHT, PREFILL_CHUNK, MAX_CONCURRENCY, QUEUE),
            values -> new Flow(
                    values.get(IN_FLIGHT), values.get(PREFILL_CHUNK), values.get(MAX_CONCURRENCY), values.get(QUEUE)));

    private SettingsTable() {}

    private static <V> Key<Sampling, V> byMakers(
            String name, Form<V> form, Function<Sampling, @Nullable V> get, String meaning) {
        return Key.optional(name, form, get, "as the model's makers would have it", meaning);
    }

    private static Key<Flow, Integer> count(String name, int least, ToIntFunction<Flow> get, String meaning) {
        int usual = get.applyAsInt(Flow.DEFAULTS);
        Form<Integer> form = ScalarForms.whole(least, Flow.MOST);
        return Key.optional(name, form, flow -> get.applyAsInt(flow), usual, Integer.toString(usual), meaning);
    }
}
