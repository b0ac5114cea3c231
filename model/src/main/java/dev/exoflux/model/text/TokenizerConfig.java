package dev.exoflux.model.text;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What {@code tokenizer_config.json} says beside the tokenizer: special tokens by role, and chat templates by name.
 *
 * @param specialTokens such as {@code bos_token}; only those that are set
 * @param chatTemplates as in the file: one alone is {@link ChatTemplates#DEFAULT}
 */
record TokenizerConfig(Map<String, String> specialTokens, Map<String, String> chatTemplates) {

    /** The roles transformers hands to a template. */
    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /** Reads a model's directory, in which the file may be missing. */
    static TokenizerConfig read(Path directory) {
        JsonNode config = ModelJson.read(directory.resolve("tokenizer_config.json"));
        JsonNode older = ModelJson.read(directory.resolve("special_tokens_map.json"));
        Map<String, String> specialTokens = new LinkedHashMap<>();
        for (String role : ROLES) {
            JsonNode token = config.has(role) ? config.path(role) : older.path(role);
            JsonNode content = token.isObject() ? token.path("content") : token;
            if (content.isString()) {
                specialTokens.put(role, content.asString());
            }
        }
        return new TokenizerConfig(specialTokens, templates(config.path("chat_template")));
    }

    private static Map<String, String> templates(JsonNode template) {
        Map<String, String> templates = new LinkedHashMap<>();
        if (template.isString()) {
            templates.put(ChatTemplates.DEFAULT, template.asString());
        }
        for (JsonNode named : template) {
            if (named.path("name").isString() && named.path("template").isString()) {
                templates.put(
                        named.path("name").asString(), named.path("template").asString());
            }
        }
        return templates;
    }
}
