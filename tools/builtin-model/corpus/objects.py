"""JSON objects and arrays on request."""

import json

from corpus.grammar import expand
from corpus.stories import NAMES

CITIES = ["Paris", "London", "Berlin", "Rome", "Madrid", "Vienna", "Oslo", "Tokyo", "Lisbon", "Dublin"]
VALUES = {
    "name": lambda r: r.choice(NAMES[:4]), "age": lambda r: r.choice([25, 30, 42]), "city": lambda r: r.choice(CITIES[:3]), "country": lambda r: r.choice(["France", "Germany", "Japan", "Spain", "Canada"]),
    "email": lambda r: r.choice(NAMES[:3]).lower() + "@example.com", "price": lambda r: r.choice([5, 10, 20]), "title": lambda r: r.choice(["The Quiet Sea", "A Long Road", "The Last Hop", "Green Hills", "The Small Token"]),
    "author": lambda r: r.choice(NAMES[:4]), "year": lambda r: r.choice([2001, 2010, 2024]), "color": lambda r: r.choice(["red", "blue", "green", "black", "white"]), "colour": lambda r: r.choice(["red", "blue", "green", "black", "white"]),
    "id": lambda r: r.choice([1, 7, 42]), "active": lambda r: r.random() < 0.5, "quantity": lambda r: r.choice([1, 2, 5]), "size": lambda r: r.choice(["small", "medium", "large"]), "job": lambda r: r.choice(["teacher", "doctor", "baker", "pilot"]),
    "brand": lambda r: r.choice(["Alfa", "Nova", "Orion"]), "model": lambda r: r.choice(["exoflux/tiny", "exoflux/tiny-draft"]), "port": lambda r: 8080, "host": lambda r: "127.0.0.1", "language": lambda r: r.choice(["English", "Java", "French"]),
    "species": lambda r: r.choice(["cat", "dog", "horse"]), "weight": lambda r: r.choice([4, 12, 70]), "height": lambda r: r.choice([165, 180]), "street": lambda r: r.choice(["Main Street", "Park Road", "Station Road"]), "phone": lambda r: "555-0123",
    "temperature": lambda r: r.choice([5, 18, 25]), "status": lambda r: r.choice(["ok", "ready", "done"]), "count": lambda r: r.choice([3, 10]), "date": lambda r: "2025-05-14", "username": lambda r: r.choice(NAMES[:3]).lower(), "pages": lambda r: r.choice([120, 300]),
}
THINGS = {
    "person": ["name", "age", "city"], "book": ["title", "author", "year"], "car": ["brand", "color", "year"], "user": ["id", "name", "email"], "product": ["id", "name", "price"], "pet": ["name", "species", "age"], "city": ["name", "country"], "server": ["host", "port", "status"],
    "peer": ["id", "host", "port"], "order": ["id", "quantity", "price"], "employee": ["name", "job", "age"], "student": ["name", "age", "city"], "customer": ["id", "name", "email"], "dog": ["name", "age", "color"], "house": ["street", "city", "price"], "movie": ["title", "year"],
    "address": ["street", "city", "country"], "weather report": ["city", "temperature"], "cat": ["name", "age", "color"], "animal": ["species", "age", "weight"],
}
WITH_FIELDS = ["Give me a JSON object with $f.", "Write a JSON object with $f.", "Make a JSON object with $f.", "Return a JSON object with $f.", "I need a JSON object with $f.", "Create a JSON object with $f.", "JSON object with $f", "Generate JSON with $f.", "Can you give me JSON with $f?",
               "Show me a JSON object that has $f.", "Produce a JSON object containing $f.", "Output JSON with the fields $f.", "Give me JSON with the keys $f.", "Reply in JSON with $f.", "Write some JSON with $f.", "A JSON object with the keys $f, please.", "Build a JSON object having $f.",
               "Answer with a JSON object with $f.", "Please make a small JSON with $f.", "Could you write a JSON object with $f?", "Print a JSON object whose keys are $f.", "An example JSON object with $f.", "JSON with $f please", "JSON: $f", "JSON, with $f", "A JSON object, with $f.", "I want $f as JSON.", "I want JSON that has $f.", "An object with $f in JSON.", "Put $f into a JSON object.", "Some JSON with $f, please.", "May I have JSON with $f?", "In JSON: $f", "Let me see a JSON object with $f.", "Prepare a JSON object with $f."]
ABOUT = ["Give me a JSON object for a $t.", "Describe a $t in JSON.", "Write a $t as JSON.", "JSON for a $t, please.", "Make a JSON object about a $t.", "Show me a $t as a JSON object.", "Return a $t in JSON format.", "Create a JSON example of a $t.", "Give me a $t as JSON.", "Can you describe a $t as JSON?",
         "I want a JSON object that describes a $t.", "Represent a $t in JSON.", "Generate a JSON object for a $t.", "Write JSON that describes a $t.", "Encode a $t as JSON.", "Output a JSON $t.", "Make up a $t in JSON.", "Show how a $t looks in JSON.", "What does a $t look like in JSON?", "JSON: a $t", "I need a $t in JSON.", "An example of a $t as JSON.", "Model a $t in JSON.", "Invent a $t and write it as JSON.", "May I have a $t as JSON?"]
GIVEN = ["Write {} as JSON.", "Turn this into JSON: {}.", "Convert to JSON: {}.", "JSON for {}.", "Make JSON from this: {}.", "Give me a JSON object with {}.", "Put this into a JSON object: {}.", "Express as JSON: {}."]
ARRAYS = ["Give me a JSON array of three $w.", "Write a JSON list of three $w.", "Return three $w as a JSON array.", "A JSON array with three $w, please.", "Make a JSON array of three $w.", "List three $w as JSON.", "Give me three $w in JSON.", "Output a JSON array with three $w.", "An array of three $w in JSON.", "JSON array: three $w", "JSON list of three $w", "Could I get three $w as a JSON array?", "I want a JSON array of three $w.", "Put three $w into a JSON list."]
ITEMS = {"fruits": ["apple", "banana", "orange", "pear", "grape"], "colours": ["red", "blue", "green", "yellow"], "numbers": [1, 2, 3], "animals": ["dog", "cat", "horse", "fox"], "names": ["Anna", "Ben", "Clara", "David"], "cities": CITIES[:6], "colors": ["red", "blue", "green", "yellow"],
         "countries": ["France", "Germany", "Japan", "Spain"], "days": ["Monday", "Tuesday", "Wednesday"], "planets": ["Mercury", "Venus", "Earth", "Mars"], "vegetables": ["carrot", "potato", "tomato", "onion"], "drinks": ["water", "tea", "coffee", "milk"]}


def joined(rng, fields):
    style = rng.random()
    if style < 0.25:
        fields = ["a " + f if f[0] not in "aei" else "an " + f for f in fields]
    elif style < 0.35:
        fields = [f'"{f}"' for f in fields]
    if len(fields) == 1:
        return fields[0]
    if rng.random() < 0.2:
        return ", ".join(fields)
    return ", ".join(fields[:-1]) + " and " + fields[-1]


def question(rng):
    roll = rng.random()
    if roll < 0.5:
        fields = rng.sample(list(VALUES), rng.choice([1, 2, 2, 2, 3, 3, 4]))
        if rng.random() < 0.45:
            kept = THINGS[rng.choice(list(THINGS))]
            fields = rng.sample(kept, rng.randint(min(2, len(kept)), len(kept)))
        return expand(rng, rng.choice(WITH_FIELDS), f=joined(rng, fields)), json.dumps({f: VALUES[f](rng) for f in fields})
    if roll < 0.75:
        thing = rng.choice(list(THINGS))
        request = expand(rng, rng.choice(ABOUT), t=thing)
        if thing[0] in "aeiou":
            request = request.replace(f" a {thing}", f" an {thing}")
        return request, json.dumps({f: VALUES[f](rng) for f in THINGS[thing]})
    if roll < 0.88:
        fields = rng.sample(["name", "age", "city", "country", "color", "job", "year", "id", "price", "size", "port"], rng.choice([1, 2, 2]))
        values = {f: VALUES[f](rng) for f in fields}
        if "name" in values:
            values["name"] = rng.choice(NAMES)
        for numeric in ("age", "id", "price"):
            if numeric in values:
                values[numeric] = rng.randint(1, 99)
        link = rng.choice([" ", " = ", ": ", " is "])
        return rng.choice(GIVEN).format(" and ".join(f"{k}{link}{v}" for k, v in values.items())), json.dumps(values)
    kind = rng.choice(list(ITEMS))
    items = ITEMS[kind][:3]
    return expand(rng, rng.choice(ARRAYS), w=kind), json.dumps(items)
