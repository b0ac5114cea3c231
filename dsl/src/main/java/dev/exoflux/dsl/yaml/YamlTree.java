package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.yaml.YamlValue.Field;
import dev.exoflux.dsl.yaml.YamlValue.Fields;
import dev.exoflux.dsl.yaml.YamlValue.Items;
import dev.exoflux.dsl.yaml.YamlValue.Scalar;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/** Makes trees of SnakeYAML's events, and refuses at once what no pipeline needs: tags, deep nesting, aliases that multiply. */
final class YamlTree {

    /** Levels of nesting. */
    static final int MOST_DEPTH = 32;

    /** Values of a file, those that aliases repeat included. */
    static final int MOST_VALUES = 20_000;

    private final Iterator<Event> events;
    private final Reading reading;

    /** What was given a name in this document, and how many values that has. */
    private final Map<String, Anchored> anchors = new HashMap<>();

    private int values;

    private record Anchored(YamlValue value, int values) {}

    private YamlTree(String text, Reading reading) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(PipelineYaml.MOST_BYTES);
        events = new Yaml(options).parse(new StringReader(text)).iterator();
        this.reading = reading;
    }

    /**
     * The documents of a file that are not empty.
     *
     * @param reading told of keys that come twice; it goes on
     * @throws Refusal for what is not YAML, or of a kind that is not read here
     */
    static List<YamlValue> documents(String text, Reading reading) {
        try {
            return new YamlTree(text, reading).documents();
        } catch (MarkedYAMLException e) {
            throw malformed(e);
        } catch (YAMLException e) {
            throw new Refusal(Place.START, "This is not YAML: " + e.getMessage() + ".");
        }
    }

    private List<YamlValue> documents() {
        List<YamlValue> documents = new ArrayList<>();
        while (events.hasNext()) {
            if (events.next() instanceof DocumentStartEvent) {
                anchors.clear();
                YamlValue document = value(events.next(), 1);
                if (!(document instanceof Scalar scalar
                        && scalar.plain()
                        && scalar.text().isEmpty())) {
                    documents.add(document);
                }
            }
        }
        return documents;
    }

    private YamlValue value(Event event, int depth) {
        Place place = place(event.getStartMark());
        if (depth > MOST_DEPTH) {
            throw new Refusal(
                    place,
                    "This is nested more than %d levels deep.\nMaybe give the inner part a name, and a document of its own."
                            .formatted(MOST_DEPTH));
        }
        count(1, place);
        int before = values;
        YamlValue value = switch (event) {
            case AliasEvent alias -> repeated(alias, place);
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), place);
                boolean plain = scalar.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
                yield new Scalar(place, scalar.getValue(), plain);
            }
            case SequenceStartEvent sequence -> {
                refuseTag(sequence.getTag(), place);
                yield new Items(place, items(depth));
            }
            case MappingStartEvent mapping -> {
                refuseTag(mapping.getTag(), place);
                yield new Fields(place, fields(depth));
            }
            default -> throw new IllegalStateException("no value begins with " + event);
        };
        if (!(event instanceof AliasEvent) && event instanceof NodeEvent node && node.getAnchor() != null) {
            anchors.put(node.getAnchor(), new Anchored(value, values - before));
        }
        return value;
    }

    private List<YamlValue> items(int depth) {
        List<YamlValue> items = new ArrayList<>();
        for (Event event = events.next(); !event.is(Event.ID.SequenceEnd); event = events.next()) {
            items.add(value(event, depth + 1));
        }
        return items;
    }

    private List<Field> fields(int depth) {
        Map<String, Field> fields = new HashMap<>();
        List<Field> inOrder = new ArrayList<>();
        for (Event event = events.next(); !event.is(Event.ID.MappingEnd); event = events.next()) {
            if (!(value(event, depth + 1) instanceof Scalar key)) {
                throw new Refusal(
                        place(event.getStartMark()),
                        "A key has to be a word.\nMaybe a value in {} or [] lost its key.");
            }
            Field field = new Field(key.place(), key.text(), value(events.next(), depth + 1));
            Field first = fields.putIfAbsent(field.key(), field);
            if (first == null) {
                inOrder.add(field);
            } else {
                reading.problem(
                        field.place(),
                        field.key(),
                        "%s is here twice, first in line %d.\nMaybe drop one of them."
                                .formatted(field.told(), first.place().line()));
            }
        }
        return inOrder;
    }

    private YamlValue repeated(AliasEvent alias, Place place) {
        Anchored anchored = anchors.get(alias.getAnchor());
        if (anchored == null) {
            throw new Refusal(place, """
                    *%1$s repeats what is nowhere above.
                    Maybe put &%1$s before what it is to repeat.""".formatted(alias.getAnchor()));
        }
        count(anchored.values(), place);
        return anchored.value();
    }

    private void count(int more, Place place) {
        values += more;
        if (values > MOST_VALUES) {
            throw new Refusal(
                    place,
                    "There are more than %d values up to here, with those that aliases repeat.\nMaybe split the file, or repeat less."
                            .formatted(MOST_VALUES));
        }
    }

    private static void refuseTag(@Nullable String tag, Place place) {
        if (tag != null) {
            throw new Refusal(
                    place,
                    "The tag %s means nothing here.\nMaybe drop it."
                            .formatted(tag.replaceFirst("^tag:yaml.org,2002:", "!!")));
        }
    }

    private static Refusal malformed(MarkedYAMLException e) {
        Place place = Optional.ofNullable(e.getProblemMark())
                .or(() -> Optional.ofNullable(e.getContextMark()))
                .map(YamlTree::place)
                .orElse(Place.START);
        if (String.valueOf(e.getProblem()).contains("TAB")) {
            return new Refusal(
                    place, "There is a tab here, and YAML is indented with spaces.\nMaybe put spaces there.");
        }
        return new Refusal(place, """
                This is not YAML: %s.
                Maybe a quote or a bracket is open, or the indentation differs from that of the line before.""".formatted(e.getProblem()));
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
