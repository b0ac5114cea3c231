package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.yaml.YamlValue.Field;
import dev.exoflux.dsl.yaml.YamlValue.Fields;
import dev.exoflux.dsl.yaml.YamlValue.Items;
import dev.exoflux.dsl.yaml.YamlValue.Scalar;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Forms that are made of others. */
final class CompoundForms {

    private CompoundForms() {}

    static <T> Form<List<T>> list(Form<T> item, int least, int most) {
        return new ListForm<>(item, least, most);
    }

    /** The same form for another type, whose constructor may refuse a value. */
    static <A, B> Form<B> as(Form<A> form, Function<A, B> to, Function<B, A> from) {
        return new As<>(form, to, from);
    }

    /** A scalar or list in one form, or a mapping in another. */
    static <T, A extends T, B extends T> Form<T> either(
            Class<A> simple, Form<A> simpleForm, Class<B> mapping, Form<B> mappingForm) {
        return new Either<>(simple, simpleForm, mapping, mappingForm);
    }

    /** What is read is looked at again later: its place is remembered. */
    static <T> Form<T> placed(Form<T> form) {
        return new Placed<>(form);
    }

    /** A form that is made later, because it is a part of itself. */
    static <T> Form<T> later(String told, Supplier<Form<T>> form) {
        return new Later<>(told, form);
    }

    /** Numbers by token id. */
    static Form<Map<Integer, Float>> byTokenId(Form<Float> number) {
        return new ByTokenId(number);
    }

    private record Placed<T>(Form<T> form) implements Form<T> {

        @Override
        public @Nullable T read(String key, YamlValue value, Reading reading) {
            T read = form.read(key, value, reading);
            if (read != null) {
                reading.place(read, value.place());
            }
            return read;
        }

        @Override
        public @Nullable Object write(T value) {
            return form.write(value);
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return form.schema(parts);
        }

        @Override
        public String told() {
            return form.told();
        }

        @Override
        public String help(YamlValue value) {
            return form.help(value);
        }
    }

    private record ListForm<T>(Form<T> item, int least, int most) implements Form<List<T>> {

        @Override
        public @Nullable List<T> read(String key, YamlValue value, Reading reading) {
            if (!(value instanceof Items items)) {
                return reading.wrong(key, value, this);
            }
            int before = reading.problems().size();
            List<T> list = new ArrayList<>();
            for (YamlValue written : items.items()) {
                T read = item.read(key, written, reading);
                if (read != null) {
                    list.add(read);
                }
            }
            return reading.problems().size() == before ? list : null;
        }

        @Override
        public Object write(List<T> value) {
            List<@Nullable Object> written = new ArrayList<>();
            value.forEach(each -> written.add(item.write(each)));
            return written;
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return Map.of("type", "array", "items", item.schema(parts), "minItems", least, "maxItems", most);
        }

        @Override
        public String told() {
            return "a list, each entry " + item.told();
        }
    }

    private record As<A, B>(Form<A> form, Function<A, B> to, Function<B, A> from) implements Form<B> {

        @Override
        public @Nullable B read(String key, YamlValue value, Reading reading) {
            A read = form.read(key, value, reading);
            try {
                return read == null ? null : to.apply(read);
            } catch (ExofluxException e) {
                reading.refused(value.place(), e);
                return null;
            }
        }

        @Override
        public @Nullable Object write(B value) {
            return form.write(from.apply(value));
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return form.schema(parts);
        }

        @Override
        public String told() {
            return form.told();
        }
    }

    private record Either<T, A extends T, B extends T>(
            Class<A> simple, Form<A> simpleForm, Class<B> mapping, Form<B> mappingForm) implements Form<T> {

        @Override
        public @Nullable T read(String key, YamlValue value, Reading reading) {
            return switch (value) {
                case Fields fields -> mappingForm.read(key, fields, reading);
                case Scalar scalar -> simpleForm.read(key, scalar, reading);
                case Items items -> reading.wrong(key, items, this);
            };
        }

        @Override
        public @Nullable Object write(T value) {
            return simple.isInstance(value)
                    ? simpleForm.write(simple.cast(value))
                    : mappingForm.write(mapping.cast(value));
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return Map.of("anyOf", List.of(simpleForm.schema(parts), mappingForm.schema(parts)));
        }

        @Override
        public String told() {
            return simpleForm.told() + ", or " + mappingForm.told();
        }
    }

    private record Later<T>(String told, Supplier<Form<T>> form) implements Form<T> {

        @Override
        public @Nullable T read(String key, YamlValue value, Reading reading) {
            return form.get().read(key, value, reading);
        }

        @Override
        public @Nullable Object write(T value) {
            return form.get().write(value);
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return form.get().schema(parts);
        }
    }

    private record ByTokenId(Form<Float> number) implements Form<Map<Integer, Float>> {

        private static final String ID = "0|[1-9][0-9]{0,8}";

        @Override
        public @Nullable Map<Integer, Float> read(String key, YamlValue value, Reading reading) {
            if (!(value instanceof Fields fields)) {
                return reading.wrong(key, value, this);
            }
            int before = reading.problems().size();
            Map<Integer, Float> numbers = new LinkedHashMap<>();
            for (Field field : fields.fields()) {
                Float read = number.read(field.told(), field.value(), reading);
                if (!field.key().matches(ID)) {
                    reading.problem(
                            field.place(), key, "%s names %s; it has to name token ids.".formatted(key, field.told()));
                } else if (read != null) {
                    numbers.put(Integer.parseInt(field.key()), read);
                }
            }
            return reading.problems().size() == before ? numbers : null;
        }

        @Override
        public Object write(Map<Integer, Float> value) {
            Map<Object, @Nullable Object> written = new LinkedHashMap<>();
            value.forEach((id, bias) -> written.put(Integer.toString(id), number.write(bias)));
            return written;
        }

        @Override
        public Map<String, Object> schema(SchemaParts parts) {
            return Map.of(
                    "type",
                    "object",
                    "propertyNames",
                    Map.of("pattern", "^(?:" + ID + ")$"),
                    "additionalProperties",
                    number.schema(parts));
        }

        @Override
        public String told() {
            return "a mapping from token ids to numbers";
        }
    }
}
