package dev.exoflux.web.openai;

import dev.exoflux.web.http.Fields;
import dev.exoflux.web.http.PlainValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The {@code messages} of a chat as a template reads them: content as one string, {@code developer} as {@code system} (the
 * same thing under its newer name, which templates do not know), and the arguments of tool calls as an object, the way
 * transformers hands them to a template.
 */
final class ChatMessages {

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private ChatMessages() {}

    static List<Map<String, Object>> read(Fields body) {
        return body.requiredObjects("messages").stream()
                .map(ChatMessages::message)
                .toList();
    }

    private static Map<String, Object> message(Fields fields) {
        Map<String, Object> message = new LinkedHashMap<>();
        String role = role(fields);
        JsonNode toolCalls = role.equals("assistant") ? fields.value("tool_calls") : null;
        message.put("role", role.equals("developer") ? "system" : role);
        message.put("content", content(fields, toolCalls != null));
        for (String name : List.of("name", "reasoning_content", "tool_call_id")) {
            String text = fields.text(name);
            if (text != null) {
                message.put(name, text);
            }
        }
        if (toolCalls != null) {
            message.put("tool_calls", toolCalls(fields, toolCalls));
        }
        fields.refuseOthers();
        return message;
    }

    private static String role(Fields fields) {
        String role = fields.requiredText("role");
        if (!ROLES.contains(role)) {
            throw fields.wrong(
                    "role", fields.node().get("role"), "it must be system, developer, user, assistant or tool");
        }
        return role;
    }

    private static String content(Fields fields, boolean optional) {
        JsonNode content = fields.value("content");
        if (content == null) {
            if (optional) {
                return "";
            }
            throw fields.missing("content");
        }
        if (!content.isString() && !content.isArray()) {
            throw fields.wrong("content", content, "it must be a string or an array of text parts");
        }
        return content.isString() ? content.stringValue() : joined(fields.objects("content", content));
    }

    private static String joined(List<Fields> parts) {
        List<String> texts = new ArrayList<>();
        for (Fields part : parts) {
            part.only("type", "\"text\"");
            texts.add(part.requiredText("text"));
            part.refuseOthers();
        }
        return String.join("\n", texts);
    }

    private static List<Object> toolCalls(Fields message, JsonNode calls) {
        List<Object> read = new ArrayList<>();
        for (Fields call : message.objects("tool_calls", calls)) {
            Map<String, @Nullable Object> plain = PlainValues.ofObject(call.node());
            Fields function = call.object("function");
            if (function != null) {
                plain.put("function", function(function));
            }
            read.add(plain);
        }
        return read;
    }

    private static Map<String, @Nullable Object> function(Fields function) {
        Map<String, @Nullable Object> plain = PlainValues.ofObject(function.node());
        JsonNode arguments = function.value("arguments");
        if (arguments != null && arguments.isString()) {
            plain.put("arguments", PlainValues.of(function.embedded("arguments", arguments)));
        }
        return plain;
    }
}
