"""Questions used while the corpus was being written, to see what it lacks; the score that counts is that of ``heldout.py``."""

from heldout import contains, has_number, items, json_array, json_keys, json_object, matches, number, refusal, story, turns

JOKE = matches(r"\?.*(Because|bulldozer|virus|seen it all|hop)")
CATEGORIES = {
    "exoflux": [
        ("For what would a company use exoflux?", contains(("devices", "model"))),
        ("Let me know the basic idea of exoflux", contains("devices")),
        ("Our lecturer mentioned shards. Any idea?", contains("part of a model")),
        ("I was told peers have hops between them. Hops?", contains("edge")),
        ("Stages: please tell me more", contains("layers")),
        ("Please enlighten me regarding the topology", contains("peers")),
        ("How are layers put onto my machines, who does that?", contains(("plan", "Placement", "shard"))),
        ("the thing with prefill, I never got it", contains("prompt")),
        ("The cache for keys and values, why do we have it?", contains("keys and values")),
        ("In what sense is there backpressure here?", contains(("pace", "demand"))),
        ("A triad consists of what?", contains("validator")),
        ("Is drafting tokens with a small model useful?", contains(("propose", "draft"))),
        ("I'd like some words on MLX", contains("Apple")),
        ("Which technique makes the CPU code fast?", contains(("Vector API", "SIMD"))),
        ("How is a Flux different from a Mono, in short?", contains("at most one")),
        ("What thing is RSocket, technically?", contains("protocol")),
        ("What do logits mean to a sampler?", contains(("scores", "token"))),
        ("4 bit quantised weights - why?", contains("bits")),
        ("Start the thing. How?", contains("./exoflux serve")),
        ("How would one get exoflux up and running?", contains("./exoflux serve")),
        ("I want Llama instead of the tiny model", contains("--model")),
        ("What number is the port by default?", contains("8080")),
        ("Tell me the URL for a chat completion.", contains("/v1/chat/completions")),
        ("And the licence of all this?", contains("Apache")),
        ("Is a token or key needed for requests?", contains("key")),
        ("In what language did they write exoflux?", contains("Java")),
        ("Would it also run on an airplane with no wifi?", contains("offline")),
        ("A peer just crashed. Is my answer gone?", contains("No token is lost")),
        ("Is there something like a web dashboard?", contains("/dashboard")),
        ("I'd like to know how many tokens per second my machine makes", contains("bench")),
        ("How is my privacy protected?", contains("your own devices")),
    ],
    "small talk": [
        ("hello dear computer", contains(("Hello", "help"))), ("how are we doing today?", contains("well")), ("thank you so so much", contains("welcome")),
        ("farewell my friend", contains("Goodbye")), ("I'd like to know who I am talking with", contains(("exoflux/tiny", "small language model"))),
        ("What name do you go by?", contains("exoflux/tiny")), ("In which areas can you support me?", contains(("explain", "sums"))),
        ("Surely you are a real human?", contains("No")), ("please, one funny joke", JOKE), ("My day was horrible", contains("sorry")),
        ("Is it going to be sunny tomorrow?", refusal()), ("what's the hour?", refusal()), ("You are really great", contains(("Thank", "kind"))),
    ],
    "arithmetic": [
        ("19 plus 22, please?", number(41)), ("Could you sum 45 and 31?", number(76)), ("82 minus 27 is?", number(55)), ("Take 9 from 30.", number(21)),
        ("3 times 11?", number(33)), ("How much do 7 and 6 make when multiplied?", number(42)), ("What is 48 divided by 8", number(6)),
        ("A boy has 12 toys, he gets 7 more. How many toys does he have?", has_number(19)), ("count 1 to 5", contains("1, 2, 3, 4, 5")), ("68 + 27", number(95)), ("50-17", number(33)),
    ],
    "lists": [
        ("Four animals please", items(4, "animals")), ("I am looking for three vegetables", items(3, "vegetables")), ("Can I have two colours?", items(2, "colours")),
        ("what could be five fruits?", items(5, "fruits")), ("weekdays, all of them", contains("Monday", "Friday")), ("Make me a list: three countries", items(3, "countries")),
    ],
    "json": [
        ("A JSON object, with name and city in it", json_keys("name", "city")), ("json with brand and year please", json_keys("brand", "year")), ("Show how a car looks as JSON", json_object(2)),
        ("array of three names in JSON", json_array(3)),
    ],
    "stories": [("Would you tell the story of a little bear?", story("bear")), ("a new story about a wolf?", story("wolf")), ("I'd enjoy a story now", story())],
    "knowledge": [
        ("The capital of Norway, what is it?", contains("Oslo")), ("Do you happen to know Egypt's capital?", contains("Cairo")), ("opposite: big", contains("small")), ("Do dogs say woof or meow?", contains("woof")),
        ("Snow has which colour?", contains("white")), ("For how many months does a year last?", contains("twelve")), ("the largest ocean of the world is?", contains("Pacific")), ("Can you say what a robot is?", contains("machine")),
        ("To me, what does a mountain mean in words?", contains("high")), ("What on earth is an algorithm?", contains("steps")),
    ],
    "unknown": [("Please tell me about Einstein's life", refusal()), ("What is a frumblequist?", refusal()), ("Recommend me a good movie for tonight", refusal())],
    "conversations": [
        (["I'm called Patricia.", "Do you still know my name?"], contains("Patricia")), (["What is 20 + 7?", "plus another 5?"], has_number(32)), (["Capital of Italy?", "and Austria?"], contains("Vienna")),
        (["What is prefill?", "and decode?"], contains("one token")),
    ],
}
