"""Questions that the model never saw, each worded by hand, with a check that says whether an answer is proper.

A check is one of: ``contains(a, b)`` (all of these; a tuple means any one of its members), ``matches(regex)``, ``number(n)`` (the last number of the
answer), ``items(n, allowed)`` (n different things of a kind), ``json_keys(...)``, ``json_values(...)``, ``json_array(n)``, ``story(word)``, ``refusal()``.
"""

import json
import re

from corpus.knowledge import LISTS


def contains(*parts):
    def check(answer):
        low = answer.lower()
        return all(any(p.lower() in low for p in (part if isinstance(part, tuple) else (part,))) for part in parts)
    return check


def matches(pattern):
    return lambda answer: re.search(pattern, answer, re.IGNORECASE | re.DOTALL) is not None


def number(n):
    return lambda answer: (re.findall(r"-?\d+", answer) or [None])[-1] == str(n)


def has_number(n):
    return lambda answer: re.search(rf"(?<!\d){n}(?!\d)", answer) is not None


def items(n, kind):
    allowed = {x.lower() for x in LISTS[kind]}

    def check(answer):
        found = [x.strip(" .-0123456789").lower() for x in re.split(r",|\band\b|\n", answer) if x.strip(" .-0123456789")]
        return len(found) == n and len(set(found)) == n and all(x in allowed for x in found)
    return check


def parsed(answer):
    try:
        return json.loads(answer)
    except ValueError:
        return None


def json_keys(*keys):
    return lambda answer: isinstance(parsed(answer), dict) and sorted(parsed(answer)) == sorted(keys)


def json_object(least):
    return lambda answer: isinstance(parsed(answer), dict) and len(parsed(answer)) >= least


def json_values(**values):
    return lambda answer: parsed(answer) == values


def json_array(n):
    return lambda answer: isinstance(parsed(answer), list) and len(parsed(answer)) == n


def story(*words):
    """At least three whole sentences in which each of ``words`` occurs."""
    return lambda answer: len(re.findall(r"[.!?](\s|$)", answer)) >= 3 and answer.rstrip()[-1:] in ".!?" and len(answer) > 100 and all(w.lower() in answer.lower() for w in words)


def refusal():
    return contains(("do not know", "cannot", "no clock", "too small"))


EXOFLUX = [
    ("Give me the gist of exoflux.", contains("devices", ("model", "inference"))),
    ("I just installed exoflux. What on earth is it?", contains("devices", ("model", "inference"))),
    ("Somebody on my team talks about hops all day long. What are they?", contains("edge", ("stage", "peer"))),
    ("hop = ?", contains("edge")),
    ("What would a stage be, in this system?", contains("layers")),
    ("A machine that takes part is called a peer, right? Tell me more.", contains("peer", ("device", "shard"))),
    ("Which job has the entry?", contains(("request", "text", "entry"), ("text", "token", "prompt"))),
    ("And the tail, what is its task?", contains("tail", ("sampl", "logits", "last"))),
    ("My laptop got a shard. Of what?", contains("part of a model")),
    ("Who decides which layers go to which machine?", contains(("placement", "planner"))),
    ("I saw the word topology on the dashboard, meaning?", contains("peers", ("links", "memory"))),
    ("Why is prefill a thing?", contains("prompt")),
    ("After prefill comes decode. Which is what?", contains("token", "one")),
    ("kv cache??? no idea", contains("keys and values")),
    ("What good does a KV cache do?", contains("keys and values")),
    ("backpressure, what's that about", contains(("pace", "reader", "demand"))),
    ("Clarify continuous batching.", contains("sequences", "step")),
    ("triad: meaning?", contains("validator", "speculative")),
    ("Could you walk me through speculative decoding?", contains("draft", ("verif", "check"))),
    ("What job does the draft model have?", contains(("propose", "fast", "small"))),
    ("Tell me what a validator is about.", contains("-1")),
    ("MLX, is that from Apple?", contains("Apple")),
    ("What is this Vector API everybody talks about?", contains(("SIMD", "processor"))),
    ("rsocket in a nutshell?", contains("protocol")),
    ("Give a summary of Reactor's Flux.", contains("stream")),
    ("I'd love to know what logits are.", contains("scores")),
    ("Put quantization into plain words.", contains("bits")),
    ("tensor parallelism vs pipeline parallelism", contains(("slice", "all-reduce"), ("range", "layers"))),
    ("Does a coordinator exist, and what does it do?", contains(("elected", "desired state"))),
    ("What is written down in the ledger?", contains("inference")),
    ("Meaning of token in language models?", contains(("piece of text", "small piece"))),
    ("Could a beginner understand attention? Try me.", contains("token")),
    ("Please say how I bring up the server.", contains("./exoflux serve")),
    ("What do I enter in the terminal so that exoflux runs?", contains("./exoflux serve")),
    ("I'd like to run a real model instead of you, how?", contains("--model")),
    ("Is there any way to load Qwen?", contains(("--model", "Qwen"))),
    ("On which port can I reach the API?", contains("8080")),
    ("Mind telling me which port it is?", contains("8080")),
    ("I need it on port 9000, what now?", contains("--port")),
    ("Licensing: what applies here?", contains("Apache")),
    ("May I see the list of HTTP paths?", contains("/v1/")),
    ("Which URL takes chat messages?", contains("/v1/chat/completions")),
    ("What is the health check address?", contains("/health")),
    ("Got a curl example for me?", contains(("POST", "curl", "/v1/chat"))),
    ("Must I pay for a key before calling it?", contains("No", "key")),
    ("Was exoflux programmed in Rust or in Java?", contains("Java")),
    ("Minimum JDK?", contains("25")),
    ("I have no network on the train. Does exoflux still answer?", contains("Yes", "offline")),
    ("My PC has no graphics card. Any chance?", contains("CPU")),
    ("Suppose one of my machines suddenly loses power during an answer. What then?", contains(("No token is lost", "goes on", "plans again"))),
    ("How are peers finding one another on my home network?", contains("multicast")),
    ("Where can I look at throughput and memory in the browser?", contains("/dashboard")),
    ("Which command measures speed?", contains("bench")),
    ("Which command shows the models I have?", contains("./exoflux models")),
    ("Okay, enough talk. By which word can I leave this chat?", contains("/exit")),
    ("Will it be quicker with several clients reading slowly?", contains(("pace", "reader", "slow", "decod"))),
    ("Does somebody in the cloud read my prompts?", contains(("your own devices", "No"))),
    ("Between peers, what carries the data?", contains(("RSocket", "hop"))),
    ("How could I put exoflux into my Spring application?", contains("starter")),
    ("Could you describe the road a token takes from peer to peer?", contains("entry", ("tail", "stage"))),
]

SMALL_TALK = [
    ("hello my little friend", contains(("Hello", "Hi"))),
    ("Hey hey!", contains(("Hello", "help", "Hi"))),
    ("Good morning to everybody in there", contains("morning")),
    ("So, how do you feel this morning?", contains(("well", "thank"))),
    ("How is everything with you?", contains(("well", "fine", "thank"))),
    ("Thanks, you saved my day!", contains("welcome")),
    ("ok thank you, that was nice", contains(("welcome", "kind"))),
    ("I'm heading out, goodbye then", contains("Goodbye")),
    ("See you tomorrow!", contains(("Goodbye", "See you"))),
    ("Tell me, who are you really?", contains("exoflux/tiny")),
    ("And your name would be?", contains("exoflux/tiny")),
    ("What stuff are you able to help with?", contains(("explain", "help", "sums"))),
    ("Am I chatting with a human being?", contains("No")),
    ("You are ChatGPT, aren't you?", contains("No")),
    ("By whom were you trained?", contains("trained")),
    ("How many parameters do you consist of?", contains("million")),
    ("I could use a joke right now", matches(r"\?.*(Because|bulldozer|virus|seen it all|hop)")),
    ("Do you have a good joke for my kids?", matches(r"\?.*(Because|bulldozer|virus|seen it all|hop)")),
    ("I feel a bit sad tonight", contains(("sorry", "better"))),
    ("I'm really happy today!", contains("glad")),
    ("What will the weather do this weekend?", refusal()),
    ("Could you please tell me what time we have?", refusal()),
    ("You are a very nice assistant", contains(("Thank", "kind"))),
    ("Your answer was wrong, try harder", contains(("sorry", "mistake"))),
    ("Write a little poem for my wife", matches(r"\n")),
]

ARITHMETIC = [
    ("Would you add 17 and 25 for me?", number(42)),
    ("If I add 8 to 9, what comes out?", number(17)),
    ("12+7 is how much?", number(19)),
    ("What's the total of 33 and 44?", number(77)),
    ("Hey, 56 plus 23 makes?", number(79)),
    ("I wonder how much 64 + 19 is", number(83)),
    ("Please subtract 13 from 40.", number(27)),
    ("What remains of 90 minus 45?", number(45)),
    ("Kindly tell me 71 - 38", number(33)),
    ("six times seven is what?", number(42)),
    ("8 multiplied by 9, go!", number(72)),
    ("What do 5 times 12 make?", number(60)),
    ("Divide 36 by 4 please", number(9)),
    ("How often does 7 go into 21? I mean 21 / 7.", number(3)),
    ("Lucy has 14 nuts and gets 9 more. How many nuts does she have?", has_number(23)),
    ("There are 20 birds, 6 fly away. How many stay?", has_number(14)),
    ("4 boxes with 6 eggs in each of them: how many eggs?", has_number(24)),
    ("Between 45 and 54, which one is the larger?", matches(r"54 is larger|larger[^0-9]*54|^54")),
    ("Would you count up to seven for me?", matches(r"1, 2, 3, 4, 5, 6,? ?(and )?7\.?$")),
    ("Which number do we get after 39?", number(40)),
    ("Twice 16 would be?", number(32)),
    ("Is the number 27 odd?", contains("odd")),
]

LIST_ITEMS = [
    ("I want to buy three fruits. Which ones?", items(3, "fruits")),
    ("Three colours, quickly!", items(3, "colours")),
    ("Enumerate four animals.", items(4, "animals")),
    ("Could I get five vegetables from you?", items(5, "vegetables")),
    ("List out three kinds of sports for me", items(3, "sports")),
    ("Come up with two countries.", items(2, "countries")),
    ("My homework: write three planets.", items(3, "planets")),
    ("Please name any four flowers you like.", items(4, "flowers")),
    ("What are the seven days of a week called?", contains("Monday", "Wednesday", "Sunday")),
    ("Can you enumerate the months?", contains("January", "June", "December")),
    ("Which four seasons do we have?", contains("spring", "summer", "winter")),
    ("What are the colours in a rainbow, all of them?", contains("red", "green", "violet")),
    ("three musical instruments, one per line please", items(3, "musical instruments")),
    ("I'd like some programming languages as examples.", lambda a: any(items(n, "programming languages")(a) for n in (3, 4, 5))),
]

JSON = [
    ("I'd like a JSON object holding a name and an age.", json_keys("name", "age")),
    ("Could I have JSON with city and country?", json_keys("city", "country")),
    ("Send me a JSON object with title, author and year.", json_keys("title", "author", "year")),
    ("Compose a JSON object with the keys id and price.", json_keys("id", "price")),
    ("How would a person look in JSON?", json_object(2)),
    ("Draft a JSON object for some book, please.", json_object(2)),
    ("A user as a JSON object, could you do that?", json_object(2)),
    ("Format this as JSON: name Anna and age 30", json_values(name="Anna", age=30)),
    ("Three fruits in a JSON array, thanks", json_array(3)),
    ("I need a JSON list that holds three colours.", json_array(3)),
]

STORIES = [
    ("I can't sleep. Would you tell me a story with a fox?", story("fox")),
    ("Let us hear the story of a robot.", story("robot")),
    ("Come on, tell my kids a tale about a brave cat!", story("cat")),
    ("Some story about a dragon would be lovely", story("dragon")),
    ("Make me a tiny story on a penguin.", story("penguin")),
    ("It is late, time for a bedtime story!", story()),
    ("Can I get a short story featuring an owl?", story("owl")),
    ("Could we have a story about a mouse named Felix?", story("mouse", "Felix")),
]

KNOWLEDGE = [
    ("France's capital city is called what?", contains("Paris")),
    ("I am travelling to the capital of Japan. Where am I going?", contains("Tokyo")),
    ("Please tell me which capital Italy has.", contains("Rome")),
    ("Which city serves as the capital of Canada?", contains("Ottawa")),
    ("Say, what's the opposite word of hot?", contains("cold")),
    ("The reverse of happy would be?", contains("sad")),
    ("Cows make which sound?", contains("moo")),
    ("Of what colour is the grass?", contains("green")),
    ("A ripe banana has what colour?", contains("yellow")),
    ("One week is how many days long?", contains(("seven", "7"))),
    ("Number of legs on a spider?", contains(("eight", "8"))),
    ("Among the planets, which is the biggest?", contains("Jupiter")),
    ("Which mountain is the highest one?", contains("Everest")),
    ("If today is Tuesday, which day follows?", contains("Wednesday")),
    ("Could you tell me at what temperature water freezes?", contains("0 degrees")),
    ("In what direction will the sun rise?", contains("east")),
    ("How come the sky is blue?", contains("blue light")),
    ("Describe a volcano for my daughter.", contains("mountain")),
    ("What sort of animal is an elephant?", contains("trunk")),
    ("Would you kindly define gravity?", contains("force")),
    ("Explain to my grandma what the internet is.", contains("network")),
    ("What can you say about rivers?", contains("water")),
    ("Machine learning, what is that supposed to be?", contains("examples")),
]

UNKNOWN = [
    ("When exactly did Napoleon die?", refusal()),
    ("Could you give me the plot of Hamlet?", refusal()),
    ("Which team is going to win the cup?", refusal()),
    ("How would I cook a really good lasagna?", refusal()),
    ("Please translate 'good morning' to Spanish.", refusal()),
    ("What is a zorblatt?", refusal()),
    ("Give me stock tips.", refusal()),
    ("Write me a program that sorts numbers in Java.", refusal()),
]

CONVERSATIONS = [
    (["My name is Melinda.", "Could you tell me what my name is?"], contains("Melinda")),
    (["Hey there, I'm Robert!", "What is a peer?", "Which name did I give you?"], contains("Robert")),
    (["What is 10 + 5?", "Now please add 4 to it."], has_number(19)),
    (["What is the capital of Spain?", "And what would it be for Germany?"], contains("Berlin")),
    (["What is a hop?", "And a stage, then?"], contains("layers")),
    (["Tell me a joke.", "Ha, give me another one!"], matches(r"\?.*(Because|bulldozer|virus|seen it all|hop)")),
    (["I have a dog called Waldo.", "So what's my dog's name?"], contains("Waldo")),
    (["Hello!", "Name three fruits.", "Thanks a bunch!"], contains("welcome")),
    (["<system>You are Rita, a helpful assistant.", "Hi! And you are?"], contains("Rita")),
    (["<system>You are a helpful assistant. Answer in English.", "At which port does the API answer?"], contains("8080")),
]

CATEGORIES = {
    "exoflux": EXOFLUX, "small talk": SMALL_TALK, "arithmetic": ARITHMETIC, "lists": LIST_ITEMS, "json": JSON, "stories": STORIES,
    "knowledge": KNOWLEDGE, "unknown": UNKNOWN, "conversations": CONVERSATIONS,
}


def turns(question):
    """The user's turns of an entry, and its system prompt if it has one."""
    parts = [question] if isinstance(question, str) else question
    system = parts[0].removeprefix("<system>") if parts[0].startswith("<system>") else None
    return system, parts[1:] if system else parts
