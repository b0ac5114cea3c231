package dev.exoflux.model.text.template;

import java.util.List;

/** What can be assigned to. */
sealed interface Target {

    record Variable(String name, Position at) implements Target {}

    /** {@code namespace.attribute}. */
    record NamespaceAttribute(String namespace, String attribute, Position at) implements Target {}

    /** Takes a sequence of as many items apart. */
    record Unpacking(List<Target> targets, Position at) implements Target {}
}
