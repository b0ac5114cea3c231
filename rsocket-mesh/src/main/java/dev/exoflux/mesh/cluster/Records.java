package dev.exoflux.mesh.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Orders and decisions as the texts of the cluster's state. */
final class Records {

    private static final Logger LOG = LoggerFactory.getLogger(Records.class);
    private static final String ORDER = "deployment/";
    private static final String DECISION = "placement/";
    private static final String PIPELINE = "pipeline/";

    /** A newer peer may say more. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    // made once, for whoever reads first waits for nobody: Jackson makes what it needs for a type behind a lock
    private static final ObjectReader ORDERS = JSON.readerFor(Order.class);
    private static final ObjectReader DECISIONS = JSON.readerFor(Decision.class);

    private Records() {}

    static String orderKey(String model) {
        return ORDER + model;
    }

    static String decisionKey(String model) {
        return DECISION + model;
    }

    static String pipelineKey(String name) {
        return PIPELINE + name;
    }

    /** Texts as they were kept: what they say is not the cluster's business. */
    static SortedMap<String, String> pipelines(Map<String, String> state) {
        SortedMap<String, String> all = new TreeMap<>();
        state.forEach((key, text) -> {
            if (key.startsWith(PIPELINE)) {
                all.put(key.substring(PIPELINE.length()), text);
            }
        });
        return all;
    }

    static String text(Object recorded) {
        return JSON.writeValueAsString(recorded);
    }

    static SortedMap<String, Order> orders(Map<String, String> state) {
        return all(state, ORDER, ORDERS);
    }

    static SortedMap<String, Decision> decisions(Map<String, String> state) {
        return all(state, DECISION, DECISIONS);
    }

    private static <T> SortedMap<String, T> all(Map<String, String> state, String prefix, ObjectReader reader) {
        SortedMap<String, T> all = new TreeMap<>();
        state.forEach((key, text) -> {
            if (key.startsWith(prefix)) {
                Records.<T>read(key, text, reader).ifPresent(it -> all.put(key.substring(prefix.length()), it));
            }
        });
        return all;
    }

    private static <T> Optional<T> read(String key, String text, ObjectReader reader) {
        try {
            return Optional.of(reader.<T>readValue(text));
        } catch (JacksonException | IllegalArgumentException e) {
            LOG.warn(
                    "What the cluster's state says of {} cannot be read: {}. Maybe its peers run different versions of exoflux.",
                    key,
                    e.getMessage());
            return Optional.empty();
        }
    }
}
