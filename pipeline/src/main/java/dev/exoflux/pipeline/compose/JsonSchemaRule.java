package dev.exoflux.pipeline.compose;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.GenerationRequest;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** JSON that keeps to a schema. Read and checked on a worker thread: an answer may be long, and a schema costly. */
record JsonSchemaRule(String name, Schema schema) implements Rule {

    private static final JsonMapper JSON = new JsonMapper();

    /** Knows the schemas of the standard and those within the given one: nothing is fetched. */
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false)
                            .block(iri -> !iri.toString().startsWith("https://json-schema.org/")
                                    && !iri.toString().startsWith("http://json-schema.org/"))));

    static JsonSchemaRule of(String name, Map<String, Object> schema) {
        try {
            Schema compiled = SCHEMAS.getSchema(JSON.valueToTree(schema));
            compiled.initializeValidators();
            return new JsonSchemaRule(name, compiled);
        } catch (RuntimeException e) { // whatever the library finds
            throw new ExofluxException(ErrorCode.UNSUPPORTED, """
                    The JSON Schema of the rule %s cannot be used: %s
                    Maybe it refers to something outside of itself.""".formatted(name, e.getMessage()), e);
        }
    }

    @Override
    public Mono<Boolean> allows(GenerationRequest request, String answer) {
        return Mono.fromCallable(() -> keeps(answer)).subscribeOn(Schedulers.boundedElastic());
    }

    private boolean keeps(String answer) {
        try {
            return schema.validate(JSON.readTree(answer)).isEmpty();
        } catch (JacksonException e) {
            return false; // no JSON
        }
    }
}
