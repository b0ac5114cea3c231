package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.After;
import dev.exoflux.dsl.definition.Before;
import dev.exoflux.dsl.definition.Flow;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The keys of a pipeline: the top of the table, and the way to all of it. */
final class Vocabulary {

    static final Key<PipelineDefinition, String> NAME = Key.required(
            "pipeline",
            ScalarForms.text("the name of a pipeline", PipelineDefinition.NAME),
            PipelineDefinition::name,
            "The name it is asked for by, as a model is.");

    private static final Key<PipelineDefinition, List<Before>> BEFORE = Key.optional(
            "before",
            ownStages(CompoundForms.as(RuleTable.BEAN, Before.Bean::new, Vocabulary::bean)),
            PipelineDefinition::before,
            List.of(),
            "none",
            "Beans that a request goes through first, in this order.");

    private static final Key<PipelineDefinition, List<After>> AFTER = Key.optional(
            "after",
            ownStages(CompoundForms.as(RuleTable.BEAN, After.Bean::new, Vocabulary::bean)),
            PipelineDefinition::after,
            List.of(),
            "none",
            "Beans that the answer goes through, in this order.");

    private static final Key<PipelineDefinition, Sampling> SAMPLING = Key.optional(
            "sampling",
            SettingsTable.SAMPLING,
            PipelineDefinition::sampling,
            Sampling.DEFAULTS,
            "as the model's makers would have it",
            "How tokens are chosen where a request says nothing.");

    private static final Key<PipelineDefinition, Flow> FLOW = Key.optional(
            "flow",
            SettingsTable.FLOW,
            PipelineDefinition::flow,
            Flow.DEFAULTS,
            "each of its keys as without it",
            "How much goes on at once.");

    static final Mapping<PipelineDefinition> PIPELINE = BodyTable.mapping(
            "pipeline",
            "One pipeline. A file may have several, with a line of three hyphens between them.",
            keys(),
            values -> new PipelineDefinition(
                    values.get(NAME),
                    BodyTable.body(values),
                    values.get(BEFORE),
                    values.get(AFTER),
                    values.get(SAMPLING),
                    values.get(FLOW)));

    /** Everything that has keys, from the top down. */
    static final List<Mapping<?>> MAPPINGS = List.of(
            PIPELINE,
            BranchTable.TRIAD,
            BranchTable.MAIN,
            BranchTable.SPECULATIVE,
            BranchTable.VALIDATOR,
            RuleTable.RULE,
            RuleTable.JUDGE,
            BodyTable.ROUTER,
            BodyTable.ROUTE,
            BodyTable.HEADER,
            BodyTable.ANSWER,
            BodyTable.FAN_OUT,
            SettingsTable.SAMPLING,
            SettingsTable.FLOW);

    private Vocabulary() {}

    /** What has a key of that name, as a sentence goes on; empty where nothing does. */
    static Optional<String> homesOf(String key) {
        List<String> homes = MAPPINGS.stream()
                .filter(mapping ->
                        mapping.keys().stream().anyMatch(known -> known.name().equals(key)))
                .<String>map(Mapping::name)
                .toList();
        return homes.isEmpty() ? Optional.empty() : Optional.of(homes.stream().collect(Collectors.joining(" or ")));
    }

    private static List<Key<PipelineDefinition, ?>> keys() {
        List<Key<PipelineDefinition, ?>> keys = new ArrayList<>(List.of(NAME, BEFORE));
        BodyTable.KEYS.forEach(key -> keys.add(key.of(PipelineDefinition::body)));
        keys.addAll(List.of(AFTER, SAMPLING, FLOW));
        return List.copyOf(keys);
    }

    private static <T> Form<List<T>> ownStages(Form<T> bean) {
        return CompoundForms.list(bean, 0, PipelineDefinition.MOST_OWN_STAGES);
    }

    private static String bean(Before stage) {
        return switch (stage) {
            case Before.Bean bean -> bean.name();
            case Before.Operator _ -> throw Unwritable.function("a stage before the model");
        };
    }

    private static String bean(After stage) {
        return switch (stage) {
            case After.Bean bean -> bean.name();
            case After.Operator _ -> throw Unwritable.function("a stage after the model");
        };
    }
}
