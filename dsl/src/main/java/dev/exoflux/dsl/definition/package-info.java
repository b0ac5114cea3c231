/**
 * What a pipeline is made of: records that cannot hold what makes no sense. They run nothing and know no YAML.
 *
 * <p>A constructor that is given a value out of range refuses it with an INVALID_REQUEST {@linkplain
 * dev.exoflux.model.ExofluxException#parameter() about} the key that YAML has for it.
 */
@NullMarked
package dev.exoflux.dsl.definition;

import org.jspecify.annotations.NullMarked;
