package dev.exoflux.dsl.definition;

import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What an answer has to keep to. */
public sealed interface AnswerCheck {

    /** As files spell it. */
    String kind();

    /** At most so many characters. */
    record MaxLength(int characters) implements AnswerCheck {

        /** Longest that can be asked for. */
        public static final int MOST = 1 << 30;

        public MaxLength {
            Bounds.within("max-length", characters, 1, MOST);
        }

        @Override
        public String kind() {
            return "max-length";
        }
    }

    /**
     * Nothing that matches: the answer ends before it.
     *
     * @param pattern a regular expression of Java, looked for anywhere
     */
    record Forbid(String pattern) implements AnswerCheck {

        public Forbid {
            Bounds.expression("forbid", pattern);
        }

        @Override
        public String kind() {
            return "forbid";
        }
    }

    /**
     * Something that matches, by the end.
     *
     * @param pattern a regular expression of Java, looked for anywhere
     */
    record Require(String pattern) implements AnswerCheck {

        public Require {
            Bounds.expression("require", pattern);
        }

        @Override
        public String kind() {
            return "require";
        }
    }

    /**
     * JSON that keeps to a JSON Schema: the whole answer.
     *
     * @param schema texts, whole numbers, decimals, booleans, nulls, lists and maps of these; copied
     */
    record JsonSchema(Map<String, Object> schema) implements AnswerCheck {

        public JsonSchema {
            schema = JsonCopy.of(schema);
        }

        @Override
        public String kind() {
            return "json-schema";
        }
    }

    /**
     * The same with the schema in a file.
     *
     * @param file its path, relative to the folder of the definition
     */
    record JsonSchemaFile(String file) implements AnswerCheck {

        private static final int MOST_PATH = 1024;

        public JsonSchemaFile {
            Bounds.text("json-schema", file, MOST_PATH);
        }

        @Override
        public String kind() {
            return "json-schema";
        }
    }

    /**
     * A language that the answer is in.
     *
     * @param code of ISO 639, two or three small letters
     */
    record Language(String code) implements AnswerCheck {

        /** What a code looks like. */
        public static final Pattern CODE = Pattern.compile("[a-z]{2,3}");

        public Language {
            Bounds.matching(CODE, "language", code, "language", "Maybe use a code of ISO 639, such as en or de.");
        }

        @Override
        public String kind() {
            return "language";
        }
    }

    /** A model says yes to it. */
    record Judged(Judge judge) implements AnswerCheck {

        @Override
        public String kind() {
            return "judge";
        }
    }

    /** A check of one's own, by the name of its bean. */
    record Bean(String name) implements AnswerCheck {

        public Bean {
            Bounds.bean("bean", name);
        }

        @Override
        public String kind() {
            return "bean";
        }
    }

    /**
     * A check of one's own. Cannot be written to a file.
     *
     * @param holds whether the answer so far keeps to it; called as it grows, on any thread, and must not block
     */
    record Function(Predicate<String> holds) implements AnswerCheck {

        @Override
        public String kind() {
            return "function";
        }
    }
}
