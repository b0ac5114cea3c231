"""A small generative grammar: ``[a|b|]`` chooses, nesting allowed; ``$name`` is filled from a dict. And the noise of hurried typing."""

import re

_INNERMOST = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\$(\w+)")
_SPACES = re.compile(r" {2,}")


def expand(rng, template: str, **slots) -> str:
    text = template
    while True:
        found = _INNERMOST.search(text)
        if not found:
            break
        text = text[: found.start()] + rng.choice(found.group(1).split("|")) + text[found.end() :]
    if slots:
        text = _SLOT.sub(lambda m: str(slots[m.group(1)]), text)
    return _SPACES.sub(" ", text).strip()


def capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


PREFIXES = [
    "hi, ", "hello, ", "hey, ", "hi! ", "hello! ", "ok, ", "okay, ", "so, ", "well, ", "now, ", "and ", "please, ", "quick question: ",
    "question: ", "one question: ", "I have a question: ", "excuse me, ", "sorry, but ", "just curious: ", "out of interest, ", "by the way, ",
    "one more thing: ", "I was wondering, ", "next: ", "another one: ", "for my notes: ", "good morning, ", "thanks. ", "great. ", "hmm, ",
    "alright, ", "a friend asked me: ", "my colleague wants to know: ", "I am new here. ", "I am a beginner. ", "let me ask you something: ",
    "help me: ", "can you help? ", "I would like to know: ", "tell me, ", "be honest, ", "in short: ", "here is one: ", "let's see: ",
]
SUFFIXES = [
    " please", ", please", " thanks", ", thanks", ", thank you", " exactly", ", in simple words", " in a few words", " briefly", " in short",
    " for me", ", if you can", ", can you tell me", " today", ", do you know", " again", " then", ", in one sentence", ", quickly", " really",
    " actually", ", kindly", ", in plain English", ", for a beginner", ", if you know", ", my friend",
]
_DROPPABLE = {"the", "a", "an", "is", "are", "do", "does", "of", "to", "me", "please", "in", "it", "can", "you", "some", "that", "this", "my"}


def typo(rng, word: str) -> str:
    """One slip of the finger inside ``word``: a doubled, dropped or swapped letter."""
    i = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:i] + word[i] + word[i:]
    if kind == 1:
        return word[:i] + word[i + 1 :]
    return word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :]


_SYNONYMS = {
    "big": ["large", "huge"], "large": ["big"], "largest": ["biggest"], "biggest": ["largest"], "fast": ["quick", "quickly"], "faster": ["quicker"], "start": ["launch", "begin", "fire up", "bring up"], "run": ["execute", "use", "operate"], "show": ["display", "present", "print"], "list": ["enumerate", "write down", "name"],
    "name": ["mention", "state"], "tell": ["say to", "teach", "inform"], "explain": ["clarify", "describe", "illustrate", "outline", "shed light on", "put into words"], "describe": ["explain", "characterise", "sketch", "outline"], "define": ["specify", "give the meaning of"], "need": ["require", "want"], "want": ["wish", "need", "would like"],
    "use": ["work with", "employ", "make use of"], "find": ["discover", "locate"], "machine": ["computer", "box", "device"], "device": ["machine", "computer"], "devices": ["machines", "computers"], "computer": ["machine"], "computers": ["machines"], "change": ["modify", "alter", "switch"], "give": ["hand", "provide", "offer"],
    "write": ["compose", "create", "produce", "type"], "make": ["create", "build", "produce"], "difference": ["distinction"], "purpose": ["aim", "goal"], "meaning": ["sense", "definition"], "which": ["what"], "short": ["brief", "little", "tiny"], "called": ["named"], "choose": ["pick", "select"], "see": ["view", "look at"],
    "help": ["assist", "support"], "stop": ["halt", "end"], "good": ["useful", "nice"], "know": ["have an idea", "understand"], "say": ["state", "tell"], "does": ["will", "would"], "many": ["a lot of"], "exactly": ["precisely"], "word": ["term", "expression"], "term": ["word"], "idea": ["concept", "thought"], "please": ["kindly"],
    "calculate": ["work out", "figure out"], "story": ["tale", "short story"], "address": ["location"], "answer": ["reply", "response"], "question": ["query"], "happens": ["occurs", "goes on"], "work": ["function", "operate"], "works": ["functions"], "type": ["enter", "key in"], "command": ["instruction"], "the": ["this", "your", "our", "that"],
    "can": ["could", "may", "might"], "could": ["can", "would"], "do": ["shall", "would", "should"], "is": ["was", "would be"], "how": ["in what way", "by what means"], "what": ["which thing", "just what"], "me": ["us"], "I": ["we", "one", "you", "somebody"], "my": ["our", "a", "the"],
}


def reworded(rng, question: str) -> str:
    """``question`` with a word or two replaced by one of about the same meaning."""
    words = question.split(" ")
    places = [i for i, w in enumerate(words) if w.lower().strip("?.,!") in _SYNONYMS or w in _SYNONYMS]
    for i in rng.sample(places, min(len(places), rng.choice([1, 1, 2]))):
        bare = words[i].strip("?.,!")
        other = rng.choice(_SYNONYMS.get(bare) or _SYNONYMS[bare.lower()])
        words[i] = words[i].replace(bare, capitalise(other) if bare[0].isupper() and bare != "I" else other)
    return " ".join(words)


def hurried(rng, question: str, frame: bool = True) -> str:
    """``question`` as people really type it: politeness around it, small case, no mark at the end, now and then a slip."""
    text = question
    asks = text.endswith("?")
    bare = text.rstrip("?.! ") if not text.endswith("...") else text
    mark = text[len(bare) :]
    if frame and rng.random() < 0.16:
        bare = bare + rng.choice(SUFFIXES)
    if frame and rng.random() < 0.22:
        prefix = rng.choice(PREFIXES)
        first = bare.split(" ", 1)[0]
        keep = first in ("I", "I'm", "I'd", "I've") or (len(first) > 1 and first[1:] != first[1:].lower()) or not first.isalpha()
        names = first in NAMES
        bare = prefix + (bare if keep or names else bare[:1].lower() + bare[1:])
    text = bare + mark
    if rng.random() < 0.05:
        words = text.split(" ")
        if len(words) > 4:
            words = [w for w in words if w.lower() not in _DROPPABLE or rng.random() < 0.5]
            text = " ".join(words)
    if rng.random() < 0.05:
        words = text.split(" ")
        long = [i for i, w in enumerate(words) if len(w) > 5 and w.isalpha() and w.islower()]
        if long:
            i = rng.choice(long)
            words[i] = typo(rng, words[i])
            text = " ".join(words)
    roll = rng.random()
    if roll < 0.22:
        text = text.lower()
    elif roll < 0.235:
        text = text.upper()
    else:
        text = capitalise(text)
    if asks and rng.random() < 0.22:
        text = text.rstrip("?")
    elif not asks and mark == "." and rng.random() < 0.5:
        text = text.rstrip(".")
    elif not mark and rng.random() < 0.25:
        text = text + rng.choice([".", "!", "?", " ..."]) if text[-1:].isalnum() else text
    return text


NAMES: set[str] = set()
_FILLERS = ["well", "really", "maybe", "just", "kindly", "could", "you", "say", "me", "about", "with", "for", "so", "then", "here", "now", "again", "some", "more", "something", "one", "please", "actually", "exactly", "would", "like", "to", "know", "and", "all", "it", "we", "that", "thing",
            "simply", "properly", "perhaps", "also", "still", "right", "any", "idea", "tell", "give", "give me", "I", "want", "need", "for my", "of", "on", "question", "my", "our", "us", "friend", "today", "anyway", "quite", "a bit", "shortly", "might", "should", "explain", "what", "how", "which", "is", "are"]
_CONTEXT = "[[My|Our|Your|A] [friend|boss|sister|brother|teacher|colleague|neighbour|uncle|customer|student|team|father|mother|daughter|son|professor|grandmother] [asked me|wants to know|talked|told me|was asking|knows nothing|speaks|reads] about [this|it|that] [yesterday|today|last week|all the time|at lunch|].|" \
           "I [read|heard|saw|wrote|learnt|found|forgot] [something|a text|an article|a note|a few words|a page] [about|on] [it|this|that] [yesterday|today|in a book|on a page|at work|somewhere|].|I am [writing|preparing|reading|making] [a report|a talk|a lesson|some notes|an article|my homework|a summary|a page].|" \
           "I [have|had] [no idea|a question|one more question|a problem|some time|a minute|a thought|five minutes|nothing planned].|[This|That|It] is [new|strange|hard|unclear|interesting|important] [to me|for me|].|[We|They] [need|discussed|mentioned|want|use] [it|this|that] [at work|in class|at home|today|tomorrow|].|" \
           "[I am|We are] [new here|a beginner|curious|in a hurry|at school|on a train|at home|in the office|just starting].|[Okay|All right|Well then|Fine|Right|Good], [next question|let us go on|here we go|listen|let me see|I have another one].|It is [late|early|Monday|a long day|cold outside|my first day].]"


def scrambled(rng, question: str) -> str:
    """``question`` with words left out, added and swapped, so that its words count for more than their order."""
    words = question.rstrip("?.! ").split(" ")
    kept = [w for w in words if rng.random() > (0.45 if w.lower() in _DROPPABLE else 0.1)] or words
    made = []
    for word in kept:
        if rng.random() < 0.12:
            made.append(rng.choice(_FILLERS))
        made.append(word)
    while rng.random() < 0.4:
        made.append(rng.choice(_FILLERS))
    while rng.random() < 0.4:
        made.insert(0, rng.choice(_FILLERS))
    for i in range(len(made) - 1):
        if rng.random() < 0.12:
            made[i], made[i + 1] = made[i + 1], made[i]
    if rng.random() < 0.15:
        cut = rng.randrange(len(made))
        made = made[cut:] + made[:cut]
    return " ".join(made) + rng.choice(["", ".", "?", "?", "?"])


def in_context(rng, question: str) -> str:
    """``question`` after a sentence that does not matter, or before one."""
    sentence = expand(rng, _CONTEXT)
    return f"{sentence} {capitalise(question)}" if rng.random() < 0.8 else f"{question} {sentence}"
