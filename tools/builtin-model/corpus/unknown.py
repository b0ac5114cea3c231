"""Questions that a model of this size cannot answer, and how it says so."""

ANSWER = "I am sorry, I do not know that. I am a small demo model; a larger one, run with --model, can help you."

PEOPLE = ["Napoleon", "Shakespeare", "Mozart", "Cleopatra", "Newton", "Einstein", "Picasso", "Beethoven", "Marie Curie", "Gandhi", "Caesar", "Plato",
          "Galileo", "Darwin", "Kant", "Bach", "Churchill", "Lincoln", "Van Gogh", "Homer", "Columbus", "Alexander the Great", "Frida Kahlo", "Ada Lovelace",
          "Alan Turing", "Leonardo da Vinci", "Michael Jackson", "Elvis Presley", "the president", "the pope", "the king of Spain", "Queen Victoria"]
SUBJECTS = ["quantum physics", "the French Revolution", "the Roman Empire", "string theory", "the stock market", "the human brain", "organic chemistry", "tax law",
            "the Second World War", "photosynthesis", "black holes", "the immune system", "inflation", "the theory of relativity", "medieval art", "plate tectonics",
            "DNA", "the Cold War", "the Renaissance", "blockchain", "cryptocurrency", "bitcoin", "the periodic table", "calculus", "philosophy", "economics", "opera",
            "Buddhism", "the Aztecs", "nuclear fusion", "vaccines", "the liver", "dinosaurs", "the Vikings", "genetics", "thermodynamics", "the United Nations"]
TITLES = ["Hamlet", "Moby Dick", "War and Peace", "the Odyssey", "Star Wars", "Titanic", "Faust", "Don Quixote", "the Mona Lisa", "Dune", "Casablanca", "Macbeth"]
PLACES = ["Atlantis", "Texas", "Siberia", "Bavaria", "the Sahara", "Hollywood", "Wall Street", "the Amazon", "Antarctica", "Tasmania", "Sicily", "Florida"]

ASKS = [
    "Who was $person?", "When was $person born?", "When did $person die?", "What did $person do?", "Tell me about $person.", "What is $person famous for?", "Where was $person born?",
    "Who is $person?", "How old is $person?", "What did $person discover?", "Was $person married?", "Give me a biography of $person.", "What do you know about $person?",
    "Explain $subject.", "What is $subject?", "How does $subject work?", "Tell me about $subject.", "Write an essay about $subject.", "What caused $subject?",
    "What do you know about $subject?", "Give me an overview of $subject.", "Summarise $subject.", "Can you explain $subject to me?", "I need help with $subject.", "Teach me $subject.",
    "Who wrote $title?", "What is $title about?", "Summarise $title.", "Who painted $title?", "Who directed $title?", "How does $title end?", "When was $title written?",
    "How many people live in $place?", "What is the weather in $place?", "How large is $place?", "What is the history of $place?", "Is $place worth a visit?", "How do I get to $place?",
    "Who won the [world cup|election|last match|game yesterday|Oscar|Nobel prize|championship|Super Bowl|league|tennis final]?", "What happened [yesterday|in the news|last week|in 1848|in 1066|in 1923|in 2010|today|this morning in Berlin]?",
    "What is the [price of gold|price of oil|population of Brazil|height of Mount Everest|length of the Nile|boiling point of iron|mass of an electron|exchange rate of the dollar|value of bitcoin|distance to Andromeda]?",
    "Translate [this|the sentence|dog|good morning|I love you|the word house|my letter] into [French|German|Spanish|Chinese|Latin|Italian|Japanese].", "How do you say [hello|thank you|bread|goodbye|cheese] in [French|German|Spanish|Chinese|Latin|Italian|Japanese]?",
    "How do I [cook a lasagna|repair a car|knit a sweater|file my taxes|bake a chocolate cake|invest my money|lose weight|build a house|play the violin|fix a bicycle|grow tomatoes|tie a tie|paint a wall|train a dog|make sushi|change a tyre|write a novel|learn to swim]?",
    "What is the best [restaurant|phone|car|movie|song|hotel|stock|holiday|laptop|university|camera|diet|game|football team] [in town|to buy|ever|of all time|this year|for me|]?",
    "Should I [buy a house|change my job|invest in gold|see a doctor|move to Canada|take this medicine|sell my car|learn the piano]?", "Can you recommend a [movie|book|restaurant|song|hotel|wine|game|doctor|series]?",
    "Who is the [president|prime minister|king|queen|chancellor] of [France|Germany|Spain|Brazil|Japan|India|the United States|England|Italy]?", "Which medicine helps against [a cold|headache|fever|cough|flu|back pain]?",
    "[Solve|Integrate|Differentiate|Factor] [this equation|x squared|the polynomial|sin x|the integral|the function].", "What is the [square root of 3841|cube root of 9261|derivative of x squared|integral of sin x|logarithm of 50|sine of 30 degrees|factorial of 20]?",
    "Write [a novel|a long essay|a business plan|an email to my boss|a letter to my landlord|a speech|a thesis|a contract|my homework|a CV|a movie script|a press release] [for me|].", "[Book|Find|Order|Buy|Reserve] [a flight|a table|a hotel|a pizza|a ticket|a taxi|new shoes] [for me|to Rome|for tonight|].",
    "Send [an email|a message] to [my mother|Anna|my boss|the team].", "Play [some music|a song|a video].", "Call [my brother|a taxi|the police|my wife].", "Show me [a picture|the news|a map|a video|my photos].", "Draw [a cat|a house|a tree|a picture].",
    "What is my [phone number|address|password|blood type|shoe size|email|salary]?", "Where are my [keys|glasses|shoes|friends]?", "Who will win the [election|match|war|race|game]?", "What will happen [tomorrow|next year|in the future|in 2050]?",
]


def question(rng, expand):
    return expand(rng, rng.choice(ASKS), person=rng.choice(PEOPLE), subject=rng.choice(SUBJECTS), title=rng.choice(TITLES), place=rng.choice(PLACES))
