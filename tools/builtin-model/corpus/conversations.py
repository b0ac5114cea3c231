"""Whole conversations: one question, several topics in a row, follow-ups that need what was said before, and system prompts."""

from corpus import arithmetic, definitions, exoflux, knowledge, objects, smalltalk, stories, unknown
from corpus.grammar import capitalise, expand, hurried, in_context, reworded, scrambled

SYLLABLES = ["ba", "bor", "dri", "el", "fa", "flo", "gan", "gor", "ha", "in", "ja", "kel", "ko", "la", "li", "mar", "mo", "na", "nor", "o", "pel", "qua", "ri", "sal", "sha", "ta", "tor", "u", "va", "wen", "yo", "zan", "zi", "mi", "ra", "ter", "lin", "dor", "sel", "gu", "blu", "fri", "snor", "plon", "krib"]
SPELLED = ["cat", "dog", "house", "tree", "apple", "water", "bread", "stone", "river", "cloud", "green", "table", "music", "light", "horse", "token", "peer", "hop", "stage", "java", "lemon", "happy", "world", "hello", "sun", "moon", "star", "book", "fish", "bird", "door", "milk", "rain", "snow", "fire", "hand", "king", "queen", "ship", "ring",
           "flux", "mesh", "shard", "draft", "model", "paper", "chair", "garden", "winter", "summer"]
SPELL = ["Spell $w.", "How do you spell $w?", "Spell the word $w.", "Can you spell $w?", "How is $w spelled?", "What are the letters of $w?", "Please spell $w for me.", "Spell out $w.", "How do I write $w letter by letter?", "Which letters are in $w?"]
PHRASES = ["hello world", "good morning", "the sky is blue", "I like tea", "red and green", "one two three", "tokens flow", "peace and quiet", "bananas", "thank you", "the cat sleeps", "open the door", "fast and slow", "happy birthday", "it works", "yes", "no", "the river is long", "I am here", "my dog is big", "we like stories",
           "apples and pears", "a hop is an edge", "the sun is warm", "blue", "lemon", "exoflux", "good night", "water is wet", "see you soon"]
SAY = ["Say $p.", "Repeat after me: $p", "Repeat: $p", "Please say $p", "Can you say $p?", "Say exactly: $p", "Repeat the following: $p", "Just say $p", "Echo $p", "Write $p", "Answer with: $p", "Reply with $p", "Say this: $p", "Repeat this: $p"]


def made_up_word(rng):
    if rng.random() < 0.5:
        return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 3)))
    starts, vowels, ends = ["b", "bl", "br", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pl", "qu", "r", "s", "sk", "sp", "st", "t", "tr", "v", "w", "z"], "aeiou", ["", "", "b", "ck", "g", "l", "m", "n", "mp", "nt", "r", "rf", "sk", "st", "t", "x", "zz", "ff", "ble", "ger", "ty", "ist"]
    return "".join(rng.choice(starts) + rng.choice(vowels) + rng.choice(ends) for _ in range(rng.randint(1, 3)))


def person_name(rng):
    return rng.choice(stories.NAMES) if rng.random() < 0.55 else capitalise(made_up_word(rng))


def concept(rng):
    names, answer = rng.choice(exoflux.CONCEPTS)
    frame = rng.choice(definitions.IN_EXOFLUX) if rng.random() < 0.15 and names[0] != "exoflux" else rng.choice(definitions.FRAMES)
    name = names[0] if rng.random() < 0.45 else rng.choice(names)
    return number_agreement(expand(rng, frame, x=name)), answer


def general_definition(rng):
    names, answer = rng.choice(definitions.GENERAL)
    return number_agreement(expand(rng, rng.choice(definitions.FRAMES), x=rng.choice(names))), answer


PLURAL = {"hops", "the hops", "stages", "the stages", "peers", "the peers", "shards", "the shards", "batches", "drafts", "draft tokens", "quantised weights", "4-bit weights", "8-bit weights", "the scores of the tokens", "vector instructions in Java", "activations", "tokens", "weights", "embeddings", "parameters", "triads", "trits", "logits", "kernels", "reactive streams", "server-sent events", "large language models", "pipeline definitions", "the CPU kernels", "the weights", "the logits", "the activations", "model weights", "model parameters", "tokens per second", "rotary embeddings",
          "stars", "planets", "computers", "networks", "databases", "algorithms", "neural networks", "rivers", "mountains", "forests", "islands", "deserts", "volcanoes", "rainbows", "clouds", "cats", "dogs", "birds", "horses", "elephants", "bees", "trees", "flowers", "numbers", "robots", "compilers", "threads", "cities", "schools"}


def number_agreement(question):
    for word in PLURAL:
        if f"is {word}" in question or f"does {word}" in question or f"{word} is" in question:
            question = question.replace(f"is {word}", f"are {word}").replace(f"does {word}", f"do {word}").replace(f"{word} is", f"{word} are").replace("What's " + word, "What are " + word)
    return question


def exoflux_question(rng):
    templates, answer = rng.choice(exoflux.QUESTIONS)
    return expand(rng, rng.choice(templates)), answer


def small_talk(rng):
    question, answers = rng.choice(smalltalk.INTENTS)
    return expand(rng, question), rng.choice(answers)


def do_not_know(rng):
    if rng.random() < 0.25:
        word = made_up_word(rng)
        word = rng.choice([word, "a " + word, "the " + word, capitalise(word), word + " " + made_up_word(rng)])
        return expand(rng, rng.choice(definitions.FRAMES + ["Who is $x?", "Where is $x?", "What is the capital of $x?", "Have you heard of $x?"]), x=word), unknown.ANSWER
    return unknown.question(rng, expand), unknown.ANSWER


def spelling(rng):
    word = rng.choice(SPELLED)
    return expand(rng, rng.choice(SPELL), w=word if rng.random() < 0.7 else f'"{word}"'), f"{word}: " + "-".join(word.upper())


def echo(rng):
    phrase = rng.choice(PHRASES) if rng.random() < 0.4 else " ".join(rng.choice(EVERYDAY) for _ in range(rng.randint(1, 4)))
    return expand(rng, rng.choice(SAY), p=phrase if rng.random() < 0.7 else f'"{phrase}"'), capitalise(phrase) + "."


EVERYDAY = [w for words in knowledge.LISTS.values() for w in words if w[0].islower()] + [made_up for pair in knowledge.OPPOSITES for made_up in pair] + SPELLED

# kind -> (weight, maker, how the question may be disturbed: 3 in wording and order too, 2 in politeness, case, marks and slips, 1 in marks only)
KINDS = {
    "concept": (18, concept, 3), "exoflux": (20, exoflux_question, 3), "smalltalk": (13, small_talk, 3), "arithmetic": (23, arithmetic.question, 2), "list": (8, knowledge.listing, 2), "fact": (10, knowledge.small_fact, 2),
    "definition": (5, general_definition, 3), "json": (7, objects.question, 1), "story": (3, stories.question, 3), "unknown": (6, do_not_know, 2), "spelling": (0.6, spelling, 2), "echo": (0.8, echo, 1),
}
_NAMES, _WEIGHTS = list(KINDS), [v[0] for v in KINDS.values()]


def disturbed(rng, question, disturbance, kind):
    roll = rng.random()
    if roll < 0.18 and kind not in ("spelling", "arithmetic"):
        return reworded(rng, question)
    if roll < 0.30 and disturbance == 3:
        return scrambled(rng, question)
    if roll < 0.36 and kind not in ("smalltalk", "unknown"):
        return in_context(rng, question)
    return question


def single(rng, kind=None):
    kind = kind or rng.choices(_NAMES, _WEIGHTS)[0]
    _, maker, disturbance = KINDS[kind]
    question, answer = maker(rng)
    if disturbance >= 2:
        question = hurried(rng, disturbed(rng, question, disturbance, kind))
    elif rng.random() < 0.3:
        question = question.rstrip(".?") if question[-1:] in ".?" else question
    return [("user", question), ("assistant", answer)]


THANKS = ("[Thanks|Thank you|Thanks a lot|Thank you very much|Great, thanks|Perfect, thank you|ok thanks|Thx].", "You are welcome!")


def told(rng):
    """Something the user says about themselves, how it is answered, how it is asked for later, and that answer."""
    kind = rng.randrange(6)
    name = person_name(rng)
    if kind <= 2:
        say = rng.choice(["My name is $n.", "I am $n.", "I'm $n.", "Hello, my name is $n.", "Hi, I am $n.", "Call me $n.", "Please call me $n.", "You can call me $n.", "Hi! I'm $n.", "They call me $n.", "This is $n.", "$n is my name."])
        ask = ["What is my name?", "What's my name?", "Do you know my name?", "Who am I?", "Do you remember my name?", "Tell me my name.", "How am I called?", "Can you say my name?", "What did I say my name was?"]
        return expand(rng, say, n=name), f"Nice to meet you, {name}!", ask, f"Your name is {name}."
    if kind == 3:
        thing = rng.choice(["dog", "cat", "horse", "son", "daughter", "brother", "sister", "hamster", "friend"])
        say = rng.choice(["My $t is called $n.", "I have a $t called $n.", "My $t's name is $n.", "I have a $t named $n.", "The name of my $t is $n."])
        ask = [f"What is the name of my {thing}?", f"What is my {thing} called?", f"What is my {thing}'s name?", f"Do you remember the name of my {thing}?", f"How is my {thing} called?"]
        return expand(rng, say, n=name, t=thing), f"{name} is a nice name!", ask, f"Your {thing} is called {name}."
    if kind == 4:
        colour = rng.choice(knowledge.LISTS["colours"])
        say = rng.choice(["My favourite colour is $c.", "I like the colour $c best.", "My favorite color is $c.", "The colour I like most is $c."])
        ask = ["What is my favourite colour?", "Which colour do I like?", "What's my favorite color?", "Do you remember my favourite colour?", "Which colour do I like best?"]
        return expand(rng, say, c=colour), f"{capitalise(colour)} is a fine colour!", ask, f"Your favourite colour is {colour}."
    city = rng.choice(knowledge.LISTS["cities"] + objects.CITIES)
    say = rng.choice(["I live in $c.", "I am from $c.", "I come from $c.", "My home is in $c.", "My city is $c."])
    ask = ["Where do I live?", "Where am I from?", "In which city do I live?", "What is my city?", "Do you remember where I live?"]
    return expand(rng, say, c=city), f"{city} sounds like a nice place to live!", ask, f"You live in {city}."


def remembering(rng):
    say, reply, asks, answer = told(rng)
    turns = [("user", hurried(rng, say, frame=False) if rng.random() < 0.5 and not say.startswith("$") else say), ("assistant", reply)]
    if say.lower() == turns[0][1].lower() and turns[0][1] != say:
        turns[0] = ("user", say)
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        turns += single(rng)
    if rng.random() < 0.8:
        turns += [("user", hurried(rng, rng.choice(asks))), ("assistant", answer)]
    return turns


def running_sum(rng):
    a, b = rng.randint(1, 40), rng.randint(1, 40)
    turns = [("user", hurried(rng, expand(rng, rng.choice(arithmetic.FRAMES), e=f"{a} + {b}"))), ("assistant", arithmetic.worked("+", a, b, a + b) + ".")]
    total = a + b
    for _ in range(rng.randint(1, 3)):
        c = rng.randint(1, 20)
        if rng.random() < 0.6 or total < 20:
            ask = rng.choice(["And plus $c?", "Add $c.", "Now add $c.", "Add $c to that.", "Plus $c?", "And $c more?", "What if you add $c?", "And if I add $c?"])
            turns += [("user", hurried(rng, expand(rng, ask, c=c), frame=False)), ("assistant", arithmetic.worked("+", total, c, total + c) + ".")]
            total += c
        else:
            ask = rng.choice(["And minus $c?", "Subtract $c.", "Now take away $c.", "Minus $c?", "Take $c away from that.", "And if I subtract $c?", "And $c less?"])
            turns += [("user", hurried(rng, expand(rng, ask, c=c), frame=False)), ("assistant", arithmetic.worked("-", total, c, total - c) + ".")]
            total -= c
    return turns


def more_of_the_same(rng):
    kind = rng.randrange(4)
    if kind == 0:
        jokes = next(a for q, a in smalltalk.INTENTS if "Tell me a joke|" in q)
        first, second = rng.sample(jokes, 2)
        question = expand(rng, next(q for q, a in smalltalk.INTENTS if "Tell me a joke|" in q))
        turns = [("user", hurried(rng, question)), ("assistant", first)]
    elif kind == 1:
        turns = [("user", hurried(rng, rng.choice(stories.OPEN))), ("assistant", stories.story(rng))]
        second = stories.story(rng)
    elif kind == 2:
        countries = rng.sample(list(knowledge.CAPITALS), 3)
        turns = [("user", hurried(rng, capitalise(expand(rng, rng.choice(knowledge.CAPITAL_QUESTIONS), c=countries[0])))), ("assistant", f"The capital of {countries[0]} is {knowledge.CAPITALS[countries[0]].rstrip('.')}.")]
        for c in countries[1 : rng.randint(2, 3)]:
            ask = rng.choice(["And of $c?", "And $c?", "What about $c?", "How about $c?", "And the capital of $c?", "And what is it for $c?"])
            turns += [("user", hurried(rng, expand(rng, ask, c=c), frame=False)), ("assistant", f"The capital of {c} is {knowledge.CAPITALS[c].rstrip('.')}.")]
        return turns
    else:
        chosen = rng.sample(exoflux.CONCEPTS, 3)
        turns = [("user", hurried(rng, number_agreement(expand(rng, rng.choice(definitions.FRAMES), x=rng.choice(chosen[0][0]))))), ("assistant", chosen[0][1])]
        for names, answer in chosen[1:]:
            ask = rng.choice(["And $x?", "And what is $x?", "What about $x?", "And $x, what is that?", "How about $x?", "Now explain $x.", "Next: $x"])
            turns += [("user", hurried(rng, number_agreement(expand(rng, ask, x=rng.choice(names))), frame=False)), ("assistant", answer)]
        return turns
    ask = rng.choice(["Another one.", "Another one, please.", "One more.", "Again!", "Tell me another one.", "One more, please.", "Do you have another?", "More!", "And another one?", "Give me another.", "Next one.", "Can I have one more?"])
    return turns + [("user", hurried(rng, ask, frame=False)), ("assistant", second)]


def repeated(rng):
    turns = single(rng, rng.choice(["concept", "exoflux", "fact", "arithmetic", "list"]))
    ask = rng.choice(["Say that again.", "Can you repeat that?", "Repeat your answer.", "Please repeat that.", "What did you say?", "Once more, please, I did not hear you.", "Repeat that, please.", "Could you say it again?"])
    return turns + [("user", hurried(rng, ask, frame=False)), ("assistant", turns[-1][1])]


def several(rng, turns=None):
    conversation = []
    for _ in range(turns or rng.choice([2, 2, 2, 3, 3, 4])):
        conversation += single(rng)
    if rng.random() < 0.2:
        conversation += [("user", hurried(rng, expand(rng, THANKS[0]), frame=False)), ("assistant", THANKS[1])]
    return conversation


PLAIN_SYSTEM = ["You are a helpful assistant.", "You are a friendly assistant.", "Answer briefly.", "You are exoflux, a helpful assistant.", "Be kind and short.", "You are a helpful AI assistant. Answer the user's questions.", "Keep your answers short.", "You are an assistant that answers questions about exoflux.", "You are a polite assistant.",
                "Answer the question of the user.", "You are a chat assistant. Be concise.", "Be helpful.", "Respond in plain English.", "You are a small demo assistant.", "Always be polite and honest."]


def with_system(rng):
    if rng.random() < 0.3:
        name = person_name(rng)
        system = expand(rng, rng.choice(["Your name is $n.", "You are $n, a helpful assistant.", "You are an assistant called $n.", "You are called $n. Be friendly.", "Act as $n."]), n=name)
        asks = ["What is your name?", "Who are you?", "What's your name?", "Tell me your name.", "How should I call you?", "Do you have a name?", "Introduce yourself."]
        turns = [("user", hurried(rng, rng.choice(asks))), ("assistant", f"My name is {name}. How can I help you?")]
        turns = turns + (single(rng) if rng.random() < 0.3 else [])
    else:
        system = rng.choice(PLAIN_SYSTEM)
        turns = several(rng, rng.choice([1, 1, 1, 2]))
    return [("system", system)] + turns


def conversation(rng):
    roll = rng.random()
    if roll < 0.735:
        return single(rng)
    if roll < 0.82:
        return several(rng)
    if roll < 0.865:
        return remembering(rng)
    if roll < 0.89:
        return running_sum(rng)
    if roll < 0.935:
        return more_of_the_same(rng)
    if roll < 0.945:
        return repeated(rng)
    if roll < 0.995:
        return with_system(rng)
    return several(rng, rng.randint(10, 22))
