package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.Target;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of a pipeline or a model. Remembers where it stood, since only the whole file shows whether it is there. */
final class NamedForm implements Form<Target.Named> {

    private final Form<Target.Named> text = CompoundForms.as(
            ScalarForms.text("the name of a pipeline or a model's id", Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]*")),
            Target.Named::new,
            Target.Named::name);

    @Override
    public Target.@Nullable Named read(String key, YamlValue value, Reading reading) {
        Target.Named named = text.read(key, value, reading);
        if (named != null) {
            reading.place(named, value.place());
        }
        return named;
    }

    @Override
    public @Nullable Object write(Target.Named value) {
        return text.write(value);
    }

    @Override
    public Map<String, Object> schema(SchemaParts parts) {
        return text.schema(parts);
    }

    @Override
    public String told() {
        return text.told();
    }
}
