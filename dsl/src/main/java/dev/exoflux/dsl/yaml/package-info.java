/**
 * Definitions as YAML. {@link dev.exoflux.dsl.yaml.PipelineYaml} is the door.
 *
 * <p>One table ({@link dev.exoflux.dsl.yaml.Vocabulary} and the tables it is made of) knows each key: its name, the {@link
 * dev.exoflux.dsl.yaml.Form} of its value, what it means and what holds without it. Reading, writing, the JSON Schema, the
 * table in {@code docs/pipelines.md} and the nearest key to a mistyped one all come from it.
 */
@NullMarked
package dev.exoflux.dsl.yaml;

import org.jspecify.annotations.NullMarked;
