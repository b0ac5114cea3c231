package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;

/** What {@code keys()}, {@code values()} and {@code items()} of a dict return. */
record DictView(Dict dict, Part part) {

    enum Part {
        KEYS("dict_keys"),
        VALUES("dict_values"),
        ITEMS("dict_items");

        private final String typeName;

        Part(String typeName) {
            this.typeName = typeName;
        }
    }

    String typeName() {
        return part.typeName;
    }

    List<Object> elements() {
        List<Object> elements = new ArrayList<>(dict.size());
        for (Dict.Entry entry : dict.entries()) {
            elements.add(
                    switch (part) {
                        case KEYS -> entry.key();
                        case VALUES -> entry.value();
                        case ITEMS -> Tuple.of(entry.key(), entry.value());
                    });
        }
        return elements;
    }
}
