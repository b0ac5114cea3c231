package dev.exoflux.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class PromptFormatTest {

    private static final String PLAIN = """
            {{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m['content'] | trim }}{{ eos_token }}{% endfor %}\
            {% if add_generation_prompt %}<assistant>{% endif %}""";

    @TempDir
    Path directory;

    @Test
    void rendersTheTemplateOfTheTokenizerConfigWithItsSpecialTokens() throws Exception {
        config(Map.of(
                "bos_token", "<s>", "eos_token", Map.of("content", "</s>", "special", true), "chat_template", PLAIN));
        PromptFormat format = PromptFormat.load(directory);
        assertThat(format.hasTemplate()).isTrue();
        assertThat(format.render(List.of(user(" Hi ")), Map.of("add_generation_prompt", true)))
                .isEqualTo("<s><user>Hi</s><assistant>");
        assertThat(format.render(List.of(user("Hi")), Map.of())).isEqualTo("<s><user>Hi</s>");
        assertThat(format.specialToken("eos_token")).isEqualTo("</s>");
        assertThat(format.specialToken("pad_token")).isNull();
    }

    @Test
    void readsSpecialTokensFromTheOlderFileToo() throws Exception {
        config(Map.of("chat_template", "{{ bos_token }}"));
        Files.writeString(directory.resolve("special_tokens_map.json"), "{\"bos_token\":{\"content\":\"<s>\"}}");
        assertThat(PromptFormat.load(directory).render(List.of(), Map.of())).isEqualTo("<s>");
    }

    @Test
    void variablesGoBeforeSpecialTokens() throws Exception {
        config(Map.of("bos_token", "<s>", "chat_template", "{{ bos_token }}{{ enable_thinking }}"));
        assertThat(PromptFormat.load(directory).render(List.of(), Map.of("bos_token", "", "enable_thinking", false)))
                .isEqualTo("False");
    }

    @Test
    void definesWhatTransformersDefines() throws Exception {
        config(Map.of(
                "chat_template",
                "{{ tools is defined }}{{ tools is none }}{{ documents is none }}{{ add_generation_prompt }}"
                        + "{{ bos_token is defined }}"));
        assertThat(PromptFormat.load(directory).render(List.of(), Map.of())).isEqualTo("TrueTrueTrueFalseFalse");
    }

    @Test
    void aFileOfItsOwnGoesBeforeTheTokenizerConfig() throws Exception {
        config(Map.of("chat_template", "old"));
        Files.writeString(directory.resolve("chat_template.jinja"), "new");
        assertThat(PromptFormat.load(directory).render(List.of(), Map.of())).isEqualTo("new");
    }

    @Test
    void takesTheTemplateForToolsWhereToolsAreGiven() throws Exception {
        config(Map.of(
                "chat_template",
                List.of(
                        Map.of("name", "default", "template", "plain"),
                        Map.of("name", "tool_use", "template", "{{ tools | length }} tools"),
                        Map.of("name", "rag", "template", "rag"))));
        PromptFormat format = PromptFormat.load(directory);
        assertThat(format.render(List.of(), Map.of())).isEqualTo("plain");
        assertThat(format.render(List.of(), Map.of("tools", List.of(Map.of(), Map.of()))))
                .isEqualTo("2 tools");
    }

    @Test
    void readsFurtherTemplatesFromTheirDirectory() throws Exception {
        Files.writeString(directory.resolve("chat_template.jinja"), "plain");
        Files.createDirectory(directory.resolve("additional_chat_templates"));
        Files.writeString(directory.resolve("additional_chat_templates/tool_use.jinja"), "with tools");
        PromptFormat format = PromptFormat.load(directory);
        assertThat(format.render(List.of(), Map.of())).isEqualTo("plain");
        assertThat(format.render(List.of(), Map.of("tools", List.of()))).isEqualTo("with tools");
    }

    @Test
    void aModelWithoutATemplateSaysSoOnlyWhenAsked() throws Exception {
        PromptFormat format = PromptFormat.load(directory);
        format.check();
        assertThat(format.hasTemplate()).isFalse();
        assertThatThrownBy(() -> format.render(List.of(user("Hi")), Map.of()))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR))
                .hasMessageStartingWith("The model " + directory.getFileName() + " has no chat template")
                .hasMessageContaining("\nMaybe ")
                .hasMessageContaining("/v1/completions");
    }

    @Test
    void saysWhichTemplatesThereAreWhenNoneIsTheDefault() throws Exception {
        config(Map.of("chat_template", List.of(Map.of("name", "rag", "template", "rag"))));
        assertThatThrownBy(() -> PromptFormat.load(directory).render(List.of(), Map.of()))
                .hasMessageContaining("has the chat templates [rag], and none is named default");
    }

    @Test
    void namesTheFileOfABadTemplate() throws Exception {
        Files.writeString(directory.resolve("chat_template.jinja"), "{% for m in %}");
        PromptFormat format = PromptFormat.load(directory);
        for (Runnable use : List.<Runnable>of(format::check, () -> format.render(List.of(), Map.of()))) {
            assertThatThrownBy(use::run)
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR))
                    .hasMessageStartingWith(directory.getFileName() + "/chat_template.jinja: ")
                    .hasMessageContaining("line 1");
        }
    }

    @Test
    void refusesADamagedTokenizerConfig() throws Exception {
        Path file = Files.writeString(directory.resolve("tokenizer_config.json"), "{\"bos_token\":");
        assertThatThrownBy(() -> PromptFormat.load(directory))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID))
                .hasMessageStartingWith(file + " cannot be read: ");
    }

    @Test
    void joinsPartsForATemplateThatReadsText() throws Exception {
        config(Map.of("chat_template", PLAIN));
        assertThat(render(part("text", "one"), part("text", "two"))).isEqualTo("<user>one\ntwo");
    }

    @Test
    void leavesPartsToATemplateThatReadsThem() throws Exception {
        config(Map.of(
                "chat_template",
                "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}"
                        + "{% for p in m.content %}[{{ p.text }}]{% endfor %}{% endif %}{% endfor %}"));
        assertThat(render(part("text", "one"), part("text", "two"))).isEqualTo("[one][two]");
        assertThat(PromptFormat.load(directory).render(List.of(user("one")), Map.of()))
                .isEqualTo("one");
    }

    @Test
    void makesPartsOfTextForATemplateThatReadsOnlyThem() throws Exception {
        config(Map.of(
                "chat_template",
                "{% for m in messages %}{% for p in m.content %}{% if p.type == 'text' %}[{{ p.text }}]{% endif %}"
                        + "{% endfor %}{% endfor %}"));
        assertThat(PromptFormat.load(directory).render(List.of(user("one")), Map.of()))
                .isEqualTo("[one]");
    }

    @Test
    void refusesWhatIsNotText() throws Exception {
        config(Map.of("chat_template", PLAIN));
        assertThatThrownBy(() -> render(part("text", "one"), Map.of("type", "image_url", "image_url", Map.of())))
                .isInstanceOfSatisfying(ExofluxException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(e.parameter()).isEqualTo("messages");
                })
                .hasMessageStartingWith("messages[0].content has a part of the kind \"image_url\"");
    }

    @Test
    void leavesOutFieldsThatAreNull() throws Exception {
        config(Map.of("chat_template", "{{ messages[0].content is defined }}{{ messages[0].tool_calls is defined }}"));
        Map<String, @Nullable Object> message = new HashMap<>(Map.of("role", "assistant", "tool_calls", List.of()));
        message.put("content", null);
        assertThat(PromptFormat.load(directory).render(List.of(message), Map.of()))
                .isEqualTo("FalseTrue");
    }

    @Test
    void givesReasoningTheNamesThatTemplatesKnow() throws Exception {
        config(Map.of("chat_template", "{{ messages[0].reasoning_content }} {{ messages[0].thinking }}"));
        assertThat(PromptFormat.load(directory)
                        .render(List.of(Map.of("role", "assistant", "reasoning", "because")), Map.of()))
                .isEqualTo("because because");
    }

    @Test
    void encodesAPromptWithoutASecondBeginOfText() throws Exception {
        Files.copy(
                TokenizerGoldens.directory("llama3").resolve("tokenizer_config.json"),
                directory.resolve("tokenizer_config.json"));
        Files.writeString(directory.resolve("chat_template.jinja"), PLAIN);
        String prompt = PromptFormat.load(directory).render(List.of(user("Hello")), Map.of());
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer("llama3")) {
            int[] ids = tokenizer.encode(prompt, false);
            assertThat(Arrays.stream(ids).mapToObj(tokenizer::tokenOf))
                    .startsWith("<|begin_of_text|>")
                    .endsWith("<|eot_id|>")
                    .containsOnlyOnce("<|begin_of_text|>");
        }
    }

    private String render(Map<String, Object> first, Map<String, Object> second) {
        return PromptFormat.load(directory)
                .render(List.of(Map.of("role", "user", "content", List.of(first, second))), Map.of());
    }

    private static Map<String, Object> user(String content) {
        return Map.of("role", "user", "content", content);
    }

    private static Map<String, Object> part(String type, String text) {
        return Map.of("type", type, "text", text);
    }

    private void config(Map<String, Object> config) throws IOException {
        Files.writeString(
                directory.resolve("tokenizer_config.json"), JsonMapper.shared().writeValueAsString(config));
    }
}
