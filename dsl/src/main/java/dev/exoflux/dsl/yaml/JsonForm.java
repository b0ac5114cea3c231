package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.yaml.YamlValue.Fields;
import dev.exoflux.dsl.yaml.YamlValue.Items;
import dev.exoflux.dsl.yaml.YamlValue.Scalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object, as it is. */
final class JsonForm implements Form<Map<String, Object>> {

    /** Digits before or behind the point: more would only cost memory. */
    private static final int MOST_DIGITS = 400;

    @Override
    public @Nullable Map<String, Object> read(String key, YamlValue value, Reading reading) {
        if (!(value instanceof Fields fields)) {
            return reading.wrong(key, value, this);
        }
        int before = reading.problems().size();
        Map<String, Object> object = object(key, fields, reading);
        return reading.problems().size() == before ? object : null;
    }

    @SuppressWarnings("NullAway") // null is a value of JSON
    private Map<String, Object> object(String key, Fields fields, Reading reading) {
        Map<String, Object> object = new LinkedHashMap<>();
        fields.fields().forEach(field -> object.put(field.key(), any(key, field.value(), reading)));
        return object;
    }

    private @Nullable Object any(String key, YamlValue value, Reading reading) {
        return switch (value) {
            case Fields fields -> object(key, fields, reading);
            case Items items -> {
                List<@Nullable Object> list = new ArrayList<>();
                items.items().forEach(item -> list.add(any(key, item, reading)));
                yield list;
            }
            case Scalar scalar when !scalar.plain() -> scalar.text();
            case Scalar scalar ->
                switch (ScalarKind.of(scalar.text())) {
                    case NULL -> null;
                    case BOOLEAN ->
                        scalar.text().charAt(0) == 't' || scalar.text().charAt(0) == 'T';
                    case TEXT -> scalar.text();
                    case WHOLE, DECIMAL -> number(key, scalar, reading);
                };
        };
    }

    private @Nullable Object number(String key, Scalar scalar, Reading reading) {
        try {
            BigDecimal number = new BigDecimal(scalar.text());
            if (Math.abs((long) number.scale()) <= MOST_DIGITS && number.precision() <= MOST_DIGITS) {
                return number;
            }
        } catch (NumberFormatException e) {
            return reading.wrong(key, scalar, this); // .inf, .nan and 0x1
        }
        return reading.wrong(key, scalar, this);
    }

    @Override
    public Object write(Map<String, Object> value) {
        return value;
    }

    @Override
    public Map<String, Object> schema(SchemaParts parts) {
        return Map.of("type", "object");
    }

    @Override
    public String told() {
        return "a JSON Schema";
    }
}
