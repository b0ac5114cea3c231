package dev.exoflux.dsl.yaml;

/**
 * A file with something wrong in it.
 *
 * @param what that is
 * @param schema whether the JSON Schema refuses it too; it does not know how keys and names depend on each other
 * @param told what the reader says
 */
record MalformedFile(String what, String yaml, boolean schema, String told) {

    static MalformedFile[] all() {
        return new MalformedFile[] {
            of("empty", "# nothing\n", """
                    it:1:1: There is no pipeline here: the file is empty.
                    Maybe it was not saved.
                    """),
            of("no mapping", "careful-chat\n", """
                    it:1:1: The document is careful-chat; it has to be a mapping with pipeline.
                    """),
            of("an unknown key", """
                    pipeline: p
                    main: { model: m, stage: 2 }
                    """, """
                    it:2:19: stage is no key of main.
                    Maybe you mean stages.
                    """),
            of("a body that is misspelt", """
                    pipeline: p
                    mian: { model: m }
                    """, """
                    it:2:1: mian is no key of pipeline.
                    Maybe you mean main.
                    """),
            of("a key in camel case", """
                    pipeline: p
                    main: { model: m }
                    flow: { prefillChunk: 2 }
                    """, """
                    it:3:9: prefillChunk is no key of flow.
                    Maybe you mean prefill-chunk.
                    """),
            of("a key of something else", """
                    pipeline: p
                    main: { model: m, draft-tokens: 4 }
                    """, """
                    it:2:19: draft-tokens is no key of main.
                    Maybe it belongs elsewhere: to speculative.
                    """),
            of("a key of nothing", """
                    pipeline: p
                    main: { model: m }
                    flow: { colour: red }
                    """, """
                    it:3:9: colour is no key of flow.
                    The keys of flow are in-flight, prefill-chunk, max-concurrency, queue.
                    """),
            of("a wrong type", """
                    pipeline: p
                    main: { model: m, stages: two }
                    """, """
                    it:2:27: stages is two; it has to be a whole number from 1 to 1024, or auto.
                    """),
            of("a list for a mapping", """
                    pipeline: p
                    main: [ m ]
                    """, """
                    it:2:7: main is a list; it has to be a mapping with model.
                    """),
            of("a number for a text", """
                    pipeline: 2026
                    main: { model: m }
                    """, """
                    it:1:11: pipeline is 2026; it has to be the name of a pipeline.
                    Maybe put it in quotes: "2026".
                    """),
            of("nothing for a text", """
                    pipeline: p
                    main: { model: }
                    """, """
                    it:2:15: model is empty; it has to be a model's id.
                    """),
            of("out of range", """
                    pipeline: p
                    main: { model: m, stages: 0 }
                    """, """
                    it:2:27: stages is 0; it has to be a whole number from 1 to 1024, or auto.
                    """),
            of("sampling out of range", """
                    pipeline: p
                    main: { model: m }
                    sampling: { top-p: 1.5, min-p: 2 }
                    """, """
                    it:3:20: top-p is 1.5; it has to be a number above 0 and at most 1.
                    it:3:32: min-p is 2; it has to be a number from 0 to 1.
                    """),
            of("a wrong choice", """
                    pipeline: p
                    main: { model: m, strategy: pipelined }
                    """, """
                    it:2:29: strategy is pipelined; it has to be one of pipeline, tensor, auto.
                    Maybe you mean pipeline.
                    """),
            of("a trit that is none", """
                    pipeline: p
                    main: { model: m, trit: 2 }
                    """, """
                    it:2:25: trit is 2; it has to be -1, 0 or +1.
                    """),
            of("missing keys", """
                    pipeline: p
                    triad:
                      main: { stages: 2 }
                      speculative: { proposer: n-gram }
                    """, """
                    it:3:3: triad lacks validator.
                    Maybe add it: a mapping with rules.
                    it:3:9: main lacks model.
                    Maybe add it: a model's id.
                    """),
            of("no body", "pipeline: p\n", """
                    it:1:1: pipeline says nothing yet.
                    Maybe add one of main, triad, router, fallback and fan-out.
                    """),
            of("two bodies", """
                    pipeline: p
                    main: { model: m }
                    fallback: [a/b, c/d]
                    """, """
                    it:3:1: pipeline has main and fallback, and may have only one of them.
                    Maybe drop one, or give it a place of its own.
                    """),
            of("speculation of nothing", """
                    pipeline: p
                    fallback: [a/b, c/d]
                    speculative: { proposer: n-gram }
                    """, """
                    it:3:1: pipeline has speculative, which means something only beside main.
                    Maybe add main, or drop speculative.
                    """),
            of("n-gram on a peer", """
                    pipeline: p
                    main: { model: m }
                    speculative: { proposer: n-gram, on: [studio] }
                    """, """
                    it:3:34: speculative has on, which means something only beside model.
                    Maybe add model, or drop on.
                    """),
            of("a model's id that is none", """
                    pipeline: p
                    main: { model: a/b/c }
                    """, """
                    it:2:16: model is "a/b/c", which is no model's id.
                    Maybe name a model as it is listed by `models`, such as exoflux/tiny.
                    """),
            of("an expression that is none", """
                    pipeline: p
                    main: { model: m }
                    validator:
                      rules:
                        - forbid: "(unclosed"
                    """, false, """
                    it:5:15: forbid is "(unclosed", which is no regular expression: unclosed group at character 10.
                    Maybe escape what is meant literally with a backslash.
                    """),
            of("a key twice", """
                    pipeline: p
                    main: { model: m }
                    main: { model: n }
                    """, false, """
                    it:3:1: main is here twice, first in line 2.
                    Maybe drop one of them.
                    """),
            of("names twice", """
                    pipeline: p
                    main: { model: m }
                    ---
                    pipeline: p
                    main: { model: m }
                    """, false, """
                    it:4:11: Two pipelines are named p.
                    Maybe give one of them another name.
                    """),
            of("a bad reference", """
                    pipeline: p
                    fallback: [carefull-chat, exoflux/tiny]
                    ---
                    pipeline: careful-chat
                    main: { model: m }
                    """, false, """
                    it:2:12: There is no pipeline carefull-chat.
                    Maybe you mean careful-chat. A model's id has a slash: exoflux/tiny.
                    """),
            of("a reference to what cannot be understood", """
                    pipeline: p
                    fallback: [careful-chat, exoflux/tiny]
                    ---
                    pipeline: careful-chat
                    main: { modell: m, stages: 2 }
                    """, false, """
                    it:5:9: modell is no key of main.
                    Maybe you mean model.
                    """),
            of("a circle", """
                    pipeline: a
                    fallback: [b, exoflux/tiny]
                    ---
                    pipeline: b
                    router:
                      rules: [ { prompt-matches: x, to: { fallback: [c, exoflux/tiny] } } ]
                      otherwise: exoflux/tiny
                    ---
                    pipeline: c
                    fan-out: { join: first, to: [exoflux/tiny, a] }
                    """, false, """
                    it:2:12: a hands requests on to b, and so back to itself: a -> b -> c -> a.
                    Maybe let one of them end at a model.
                    """),
            of("itself", """
                    pipeline: a
                    fallback: [a, exoflux/tiny]
                    """, false, """
                    it:2:12: a hands requests on to a, and so back to itself: a -> a.
                    Maybe let one of them end at a model.
                    """),
            of("an unbalanced triad", """
                    pipeline: p
                    triad:
                      main: { trit: 0, model: m }
                      speculative: { trit: +1, model: d }
                      validator:
                        trit: 0
                        rules: [ { max-length: 10 } ]
                    """, false, """
                    it:6:5: The triad is not balanced: its trits (main 0, speculative +1, validator 0) sum to 1, which is not 0 modulo 3.
                    Maybe give validator the trit -1.
                    """),
            of("unbalanced voices", """
                    pipeline: p
                    fan-out:
                      join: vote
                      to:
                        - main: { trit: -1, model: a }
                        - main: { trit: -1, model: b }
                        - exoflux/tiny
                    """, false, """
                    it:5:5: The fan-out is not balanced: its trits (voice 1 -1, voice 2 -1) sum to -2, which is not 0 modulo 3.
                    Maybe give voice 2 the trit +1.
                    """),
            of("three branches without a triad", """
                    pipeline: p
                    main: { model: m }
                    speculative: { model: d }
                    validator: { rules: [ { max-length: 10 } ] }
                    """, false, """
                    it:4:12: main, speculative and validator together are a triad.
                    Maybe put the three of them under triad.
                    """),
            of("a best without a judge", """
                    pipeline: p
                    fan-out: { join: best, to: [a/b, c/d] }
                    """, false, """
                    it:2:18: join is best, and nobody is there to say which is.
                    Maybe add a judge, with model and question.
                    """),
            of("a judge for nothing", """
                    pipeline: p
                    fan-out:
                      join: all
                      judge: { model: m, question: "Good?" }
                      to: [a/b, c/d]
                    """, false, """
                    it:4:10: judge is for join: best; join is all.
                    Maybe leave it out.
                    """),
            of("a fallback to nobody", """
                    pipeline: p
                    fallback: [a/b]
                    """, """
                    it:2:11: fallback has 1 entry; it has to have 2 to 16.
                    """),
            of("a rule of two kinds", """
                    pipeline: p
                    main: { model: m }
                    validator: { rules: [ { max-length: 10, forbid: x } ] }
                    """, """
                    it:3:41: rule has max-length and forbid, and may have only one of them.
                    Maybe drop one, or give it a place of its own.
                    """),
            of("bad token ids", """
                    pipeline: p
                    main: { model: m }
                    sampling: { logit-bias: { the: 5, 7: 500 } }
                    """, """
                    it:3:27: logit-bias names the; it has to name token ids.
                    it:3:38: 7 is 500; it has to be a number from -100 to 100.
                    """),
            of("tabs", "pipeline: p\nmain:\n\tmodel: m\n", false, """
                    it:3:1: There is a tab here, and YAML is indented with spaces.
                    Maybe put spaces there.
                    """),
            of("an open bracket", "pipeline: p\nmain: { model: m\n", false, """
                    it:3:1: This is not YAML: expected ',' or '}', but got <stream end>.
                    Maybe a quote or a bracket is open, or the indentation differs from that of the line before.
                    """),
            of("a tag", """
                    pipeline: p
                    main: !!java.net.URL { model: m }
                    """, false, """
                    it:2:7: The tag !!java.net.URL means nothing here.
                    Maybe drop it.
                    """),
            of("an alias of nothing", "pipeline: p\nmain: *m\n", false, """
                    it:2:7: *m repeats what is nowhere above.
                    Maybe put &m before what it is to repeat.
                    """),
            of("an alias of itself", "pipeline: p\nmain: &m { model: *m }\n", false, """
                    it:2:19: *m repeats what is nowhere above.
                    Maybe put &m before what it is to repeat.
                    """),
            of("a merge key", """
                    pipeline: p
                    main: { <<: { model: m } }
                    """, """
                    it:2:7: main lacks model.
                    Maybe add it: a model's id.
                    it:2:9: << is no key of main.
                    The keys of main are trit, model, strategy, stages, on.
                    """),
        };
    }

    private static MalformedFile of(String what, String yaml, String told) {
        return of(what, yaml, true, told);
    }

    private static MalformedFile of(String what, String yaml, boolean schema, String told) {
        return new MalformedFile(what, yaml, schema, told.stripTrailing());
    }

    @Override
    public String toString() {
        return what;
    }
}
