package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.After;
import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Before;
import dev.exoflux.dsl.definition.Body;
import dev.exoflux.dsl.definition.Condition;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.FanOut.Join;
import dev.exoflux.dsl.definition.Flow;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Sampling;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.dsl.definition.Validator;
import dev.exoflux.pipeline.placement.Strategy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Definitions of every kind, with awkward texts in them. */
final class RandomDefinitions {

    private static final String[] WORDS = {
        "a", "0", "1e3", "null", "true", "on", "no", "~", "-", "#", ": ", " #", "\"", "'", "\\", "\n", "\t", "{", "[",
        "*", "&", "!", "%", "@", "`", "|", ">", "?", ",", "ß", "日本", "🙂", "\u0085", "\u00a0", "\u2028", "\ufeff",
        "\u0000", "\u0007", " ", "=", "<<", "---", "..."
    };

    private final Random random;

    RandomDefinitions(Random random) {
        this.random = random;
    }

    /** Up to three pipelines, the later ones named by the earlier. */
    List<PipelineDefinition> file() {
        int count = 1 + random.nextInt(3);
        return IntStream.range(0, count)
                .mapToObj(i -> new PipelineDefinition(
                        name(i),
                        body(i + 1, count, 3),
                        some(3, () -> new Before.Bean(bean())),
                        some(3, () -> new After.Bean(bean())),
                        sampling(),
                        flow()))
                .toList();
    }

    private static String name(int index) {
        return List.of("careful-chat", "123", "on").get(index);
    }

    private Body body(int from, int count, int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(5)) {
            case 0 -> single();
            case 1 -> triad();
            case 2 ->
                new Router(
                        many(1, 4, () -> new Router.Rule(condition(), target(from, count, depth))),
                        target(from, count, depth));
            case 3 -> new Fallback(many(2, 3, () -> target(from, count, depth)));
            default -> fanOut(from, count, depth);
        };
    }

    private Body fanOut(int from, int count, int depth) {
        Join join = one(Join.values());
        List<Target> voices = new ArrayList<>();
        if (random.nextBoolean()) {
            for (Trit trit : Trit.values()) {
                voices.add(new Single(new Main(trit, placed())));
            }
        } else {
            voices.addAll(many(2, 3, () -> target(from, count, depth)));
        }
        return new FanOut(join, join == Join.BEST ? judge() : null, voices);
    }

    private Target target(int from, int count, int depth) {
        return switch (random.nextInt(3)) {
            case 0 -> Target.named(model() + "/" + model());
            case 1 -> from < count ? Target.named(name(from + random.nextInt(count - from))) : Target.named("a/b");
            default -> body(from, count, depth - 1);
        };
    }

    private Single single() {
        Main main = new Main(placed());
        return switch (random.nextInt(3)) {
            case 0 -> new Single(main);
            case 1 -> new Single(main, speculative(one(Trit.values())), null);
            default -> new Single(main, null, validator(one(Trit.values())));
        };
    }

    private Triad triad() {
        Trit main = one(Trit.values());
        Trit speculative = one(Trit.values());
        Trit validator = Stream.of(Trit.values())
                .filter(trit -> (main.value() + speculative.value() + trit.value()) % 3 == 0)
                .findFirst()
                .orElseThrow();
        return new Triad(new Main(main, placed()), speculative(speculative), validator(validator));
    }

    private Speculative speculative(Trit trit) {
        Proposer proposer = random.nextBoolean() ? new Proposer.NGram() : new Proposer.Draft(placed());
        return new Speculative(trit, proposer, random.nextInt(Speculative.MOST_DRAFT_TOKENS + 1));
    }

    private Validator validator(Trit trit) {
        return new Validator(trit, many(1, 5, this::rule), peers(), one(Validator.OnLoss.values()));
    }

    private AnswerRule rule() {
        AnswerCheck check = switch (random.nextInt(8)) {
            case 0 -> new AnswerCheck.MaxLength(1 + random.nextInt(AnswerCheck.MaxLength.MOST));
            case 1 -> new AnswerCheck.Forbid(expression());
            case 2 -> new AnswerCheck.Require(expression());
            case 3 -> new AnswerCheck.JsonSchema(object(3));
            case 4 -> new AnswerCheck.JsonSchemaFile("schemas/" + bean() + ".json");
            case 5 -> new AnswerCheck.Language(one(new String[] {"en", "no", "deu"}));
            case 6 -> new AnswerCheck.Judged(judge());
            default -> new AnswerCheck.Bean(bean());
        };
        return random.nextBoolean() ? new AnswerRule(check) : new AnswerRule(bean(), check);
    }

    private Condition condition() {
        return switch (random.nextInt(5)) {
            case 0 -> new Condition.PromptTokensAbove(random.nextInt(100_000));
            case 1 -> new Condition.PromptCharactersAbove(random.nextInt(100_000));
            case 2 -> new Condition.PromptMatches(expression());
            case 3 -> new Condition.Header("x-" + model(), random.nextBoolean() ? Condition.Header.ANY : expression());
            default -> new Condition.Answer(judge(), random.nextBoolean() ? Condition.Answer.YES : expression());
        };
    }

    private Judge judge() {
        return new Judge(model(), "q" + text());
    }

    private PlacedModel placed() {
        return new PlacedModel(model(), random.nextInt(5), one(Strategy.values()), peers());
    }

    private List<String> peers() {
        return some(3, () -> one(new String[] {"studio-1", "no", "7", "10.0.0.1", "1e3"}));
    }

    private Sampling sampling() {
        return new Sampling(
                maybe(() -> random.nextFloat() * 2),
                maybe(() -> random.nextInt(100)),
                maybe(() -> 1 - random.nextFloat()),
                maybe(() -> random.nextFloat() * 1e-6f),
                maybe(() -> 1f),
                maybe(() -> random.nextFloat() * 4 - 2),
                maybe(() -> one(new Float[] {-2f, -0f, 0f})),
                random.nextBoolean() ? Map.of() : Map.of(10 + random.nextInt(1000), random.nextFloat(), 7, -100f),
                maybe(random::nextLong));
    }

    private Flow flow() {
        return random.nextBoolean()
                ? Flow.DEFAULTS
                : new Flow(random.nextInt(4), 1 + random.nextInt(512), 1 + random.nextInt(64), random.nextInt(64));
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        many(0, 4, this::text).forEach(key -> object.put(key, json(depth - 1)));
        return object;
    }

    @SuppressWarnings("NullAway") // null is a value of JSON
    private @Nullable Object json(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> new BigDecimal(random.nextLong()).movePointLeft(random.nextInt(30));
            case 4, 5 -> text();
            case 6 -> object(depth);
            default -> many(0, 3, () -> text());
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(one(WORDS));
        }
        return text.toString();
    }

    private String expression() {
        return "x\\Q" + text().replace("\\", "") + "\\E";
    }

    private String bean() {
        return one(new String[] {"redact", "no-secrets", "null", "true", "_x", "$1"});
    }

    private String model() {
        return one(new String[] {"tiny", "Qwen3-0.6B", "7", "1e3", "null", "no", "0x10"});
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> some(int most, Supplier<T> each) {
        return random.nextBoolean() ? List.of() : many(0, most, each);
    }

    private <T> List<T> many(int least, int most, Supplier<T> each) {
        return IntStream.range(0, least + random.nextInt(most - least + 1))
                .mapToObj(_ -> each.get())
                .toList();
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
