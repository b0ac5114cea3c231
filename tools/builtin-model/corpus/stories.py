"""Very short stories: a hero, a place, a problem, somebody who helps, an ending."""

from corpus.grammar import expand

HEROES = {"fox": "Rusty", "robot": "Bolt", "cat": "Mimi", "dog": "Bruno", "mouse": "Pip", "dragon": "Ember", "princess": "Alma", "owl": "Olga", "bear": "Balu", "rabbit": "Hazel", "bird": "Twig", "fish": "Finn", "girl": "Lina", "boy": "Tom", "wizard": "Merlo",
          "knight": "Oswin", "frog": "Quill", "horse": "Star", "pirate": "Jack", "snail": "Sam", "elephant": "Ella", "penguin": "Pingo", "lion": "Leo", "bee": "Bea", "king": "Edmund", "queen": "Isolde", "baker": "Marta", "astronaut": "Nova", "turtle": "Tilly", "wolf": "Grey",
          "unicorn": "Luna", "farmer": "Hans", "ghost": "Boo", "monkey": "Koko", "hedgehog": "Spike", "token": "Toki", "computer": "Chip", "duck": "Daisy", "squirrel": "Nutty", "sailor": "Sven"}
PLACES = ["in a quiet forest", "by the sea", "in a small village", "on a green hill", "near a river", "in an old castle", "at the edge of a big city", "on a little island", "in a deep valley", "in a warm house", "under an old bridge", "on a farm"]
MOODS = ["little", "brave", "curious", "lonely", "cheerful", "shy", "clever", "kind"]
PROBLEMS = [
    ("lost the way home", "a friendly owl showed the right path", "got home before dark"),
    ("could not sleep, because the night was so quiet", "an old frog sang a soft song", "slept until morning"),
    ("wanted to see the stars from nearby", "a tall tree offered its highest branch", "saw the whole sky"),
    ("found a golden key and did not know what it opened", "a wise turtle pointed to a hidden door", "found a garden full of flowers"),
    ("was afraid of the dark", "a small firefly came and gave its light", "was never afraid again"),
    ("had no friends to play with", "a shy mouse asked for a game", "had a friend for life"),
    ("was hungry, and the winter was long", "a neighbour shared some bread and soup", "learnt to share too"),
    ("heard a strange noise in the night", "a cat found that it was only the wind", "laughed about it for days"),
    ("broke the only lamp of the house", "a kind baker helped to mend it", "told the truth and was forgiven"),
    ("wanted to learn to swim", "a patient duck gave a lesson every day", "swam across the lake"),
    ("had to carry a message over the mountains", "a strong horse gave a ride", "arrived just in time"),
    ("found a lost child in the rain", "a farmer opened the door of the warm barn", "brought the child home"),
    ("wanted to cross the wide river", "the beavers built a little bridge", "met new friends on the other side"),
    ("lost a red hat in the wind", "a bird caught it in the air", "said thank you with a song"),
    ("dreamed of flying", "a big balloon landed in the field", "flew over the hills at last"),
]
MORALS = ["From that day on they were the best of friends.", "And everybody was happy.", "They still tell this story today.", "That evening the moon smiled.", "It was a very good day.", "And so the story ends well."]
REQUESTS = ["Tell me a [short|very short|little|small|nice|] story about a $h.", "Write a [short|little|brief|] story about a $h.", "Can you tell me a story about a $h?", "I want a story about a $h.", "Make up a story about a $h.", "A story about a $h, please.",
            "Do you know a story about a $h?", "Tell a tale about a $h.", "Give me a bedtime story about a $h.", "Invent a short story with a $h.", "Story about a $h", "I would like to hear a story about a $h.", "Tell me about the adventures of a $h.", "Please write a tale of a $h.",
            "Could you write me a story with a $h in it?", "Once upon a time there was a $h. Go on.", "Let me hear a fairy tale about a $h.", "My daughter wants a story about a $h.", "Write three sentences about a $h in a story.", "A short tale with a $h, please."]
OPEN = ["Tell me a story.", "Tell me a short story.", "Can you tell me a story?", "I want to hear a story.", "Write a story.", "Do you know a story?", "Tell me a bedtime story.", "Make up a story.", "A story, please.", "Tell a tale.", "Give me a short story.", "Story time!",
        "Please tell us a story.", "Invent a story.", "Read me a story.", "Tell me a fairy tale.", "Can you write a short story for my son?", "I would love a story.", "Write me a little tale.", "Another story, please."]


def story(rng, hero=None, name=None):
    hero = hero or rng.choice(list(HEROES))
    name = name or HEROES[hero]
    problem, help_, end = rng.choice(PROBLEMS)
    mood, place = rng.choice(MOODS), rng.choice(PLACES)
    start = rng.choice(["Once upon a time", "Once", "Long ago", "One day"])
    lines = [
        f"{start} there was a {mood} {hero} called {name} who lived {place}." if start != "One day" else f"A {mood} {hero} called {name} lived {place}.",
        f"One day {name} {problem}." if rng.random() < 0.7 else f"One evening {name} {problem}.",
        f"Then {help_}." if rng.random() < 0.5 else f"But {help_}.",
        f"In the end {name} {end}. {rng.choice(MORALS)}",
    ]
    return " ".join(lines)


def question(rng):
    if rng.random() < 0.25:
        return rng.choice(OPEN), story(rng)
    hero = rng.choice(list(HEROES))
    request = expand(rng, rng.choice(REQUESTS), h=hero)
    if hero[0] in "aeiou":
        request = request.replace(f" a {hero}", f" an {hero}")
    if rng.random() < 0.25:
        name = rng.choice(NAMES)
        request = request.rstrip(".?") + rng.choice([f" called {name}", f" named {name}", f" whose name is {name}"]) + ("?" if request.endswith("?") else ".")
        return request, story(rng, hero, name).replace("  ", " ")
    return request, story(rng, hero)


NAMES = ["Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Karl", "Lena", "Max", "Nina", "Oscar", "Paula", "Rosa", "Tom", "Mia", "Leo", "Sara", "Tim", "Eva", "Paul", "Lucy", "Peter", "Maria", "John", "Alice", "Bob", "Susan", "Frank",
         "Julia", "Martin", "Laura", "Simon", "Kate", "George", "Helen", "Victor", "Diana", "Adam", "Zoe", "Ian", "Olivia", "Noah", "Jack", "Sophie", "Daniel", "Robert"]
