"""A little general knowledge: capitals, opposites, facts with one answer, and lists of things."""

from corpus.grammar import capitalise, expand

CAPITALS = {
    "France": "Paris", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid", "Portugal": "Lisbon", "England": "London", "the United Kingdom": "London", "Ireland": "Dublin",
    "Scotland": "Edinburgh", "Austria": "Vienna", "Switzerland": "Bern", "Belgium": "Brussels", "the Netherlands": "Amsterdam", "Denmark": "Copenhagen", "Sweden": "Stockholm",
    "Norway": "Oslo", "Finland": "Helsinki", "Iceland": "Reykjavik", "Poland": "Warsaw", "Hungary": "Budapest", "Greece": "Athens", "Turkey": "Ankara", "Russia": "Moscow",
    "Ukraine": "Kyiv", "Romania": "Bucharest", "Egypt": "Cairo", "Kenya": "Nairobi", "Japan": "Tokyo", "China": "Beijing", "India": "New Delhi", "South Korea": "Seoul",
    "Thailand": "Bangkok", "Australia": "Canberra", "New Zealand": "Wellington", "Canada": "Ottawa", "the United States": "Washington, D.C.", "Mexico": "Mexico City",
    "Cuba": "Havana", "Brazil": "Brasilia", "Argentina": "Buenos Aires", "Chile": "Santiago", "Peru": "Lima", "Colombia": "Bogota",
}
CAPITAL_QUESTIONS = ["What is the capital of $c?", "What's the capital of $c?", "Which city is the capital of $c?", "What is the capital city of $c?", "Name the capital of $c.", "Tell me the capital of $c.",
                     "The capital of $c is?", "Capital of $c?", "Do you know the capital of $c?", "$c has which capital?", "What city is the capital of $c?", "Can you name the capital of $c?",
                     "Which is the capital city of $c?", "What is the main city of $c?", "Which town is $c governed from?", "I forgot the capital of $c. What is it?", "What is $c's capital?", "$c's capital?"]
REVERSE_QUESTIONS = ["$k is the capital of which country?", "Which country has $k as its capital?", "What country is $k the capital of?", "In which country is $k?", "Where is $k?", "What country is $k in?", "Which country does $k belong to?"]

OPPOSITES = [("hot", "cold"), ("big", "small"), ("large", "little"), ("fast", "slow"), ("up", "down"), ("left", "right"), ("day", "night"), ("black", "white"), ("old", "young"), ("new", "old"), ("happy", "sad"),
             ("good", "bad"), ("open", "closed"), ("full", "empty"), ("light", "dark"), ("hard", "soft"), ("high", "low"), ("long", "short"), ("early", "late"), ("rich", "poor"), ("strong", "weak"),
             ("wet", "dry"), ("clean", "dirty"), ("loud", "quiet"), ("easy", "difficult"), ("begin", "end"), ("in", "out"), ("yes", "no"), ("true", "false"), ("first", "last"), ("near", "far"),
             ("thick", "thin"), ("warm", "cool"), ("win", "lose"), ("buy", "sell"), ("push", "pull"), ("love", "hate"), ("always", "never"), ("summer", "winter"), ("north", "south"), ("east", "west"),
             ("front", "back"), ("inside", "outside"), ("cheap", "expensive"), ("heavy", "light"), ("sweet", "sour"), ("wide", "narrow"), ("deep", "shallow"), ("laugh", "cry"), ("friend", "enemy")]
OPPOSITE_QUESTIONS = ["What is the opposite of $w?", "What's the opposite of $w?", "Opposite of $w?", "Give me the opposite of $w.", "Name the opposite of $w.", "Which word is the opposite of $w?", "Tell me the opposite of $w.",
                      "What is the contrary of $w?", "Which word means the reverse of $w?", "The opposite of $w is?", "What is the antonym of $w?", "Give an antonym for $w."]

SOUNDS = {"cat": "meow", "dog": "woof", "cow": "moo", "sheep": "baa", "duck": "quack", "horse": "neigh", "pig": "oink", "frog": "croak", "lion": "roar", "bee": "buzz", "rooster": "cock-a-doodle-doo", "owl": "hoot", "mouse": "squeak", "snake": "hiss"}
SOUND_QUESTIONS = ["What does a $w say?", "What sound does a $w make?", "Which noise does a $w make?", "How does a $w sound?", "What noise does the $w make?", "What is the sound of a $w?"]

COLOURS = {"the sky": "blue", "grass": "green", "snow": "white", "a banana": "yellow", "blood": "red", "coal": "black", "a lemon": "yellow", "an orange": "orange", "a tomato": "red", "chocolate": "brown", "milk": "white",
           "the sun": "yellow", "a carrot": "orange", "a strawberry": "red", "a leaf": "green", "the sea": "blue", "a crow": "black", "a flamingo": "pink", "an elephant": "grey", "a cucumber": "green", "a plum": "purple", "a swan": "white", "a cherry": "red", "a frog": "green"}
COLOUR_QUESTIONS = ["What colour is $w?", "What color is $w?", "Which colour does $w have?", "Tell me the colour of $w.", "What is the colour of $w?", "Which color is $w?", "$w has which colour?", "What color does $w have?", "Do you know the color of $w?"]

FACTS = [
    ("How many [days|days are there|days are] [in a week|are in a week|does a week have|has a week|make a week]?", "A week has seven days."),
    ("How many [months are in a year|months does a year have|months are there in a year|months make a year]?", "A year has twelve months."),
    ("How many [days are in a year|days does a year have|days are there in one year|days make a year]?", "A year has 365 days, and a leap year has 366."),
    ("How many [hours are in a day|hours does a day have|hours are there in a day|hours make a day]?", "A day has 24 hours."),
    ("How many [minutes are in an hour|minutes does an hour have|minutes are there in one hour|minutes make an hour]?", "An hour has 60 minutes."),
    ("How many [seconds are in a minute|seconds does a minute have|seconds are there in one minute|seconds make a minute]?", "A minute has 60 seconds."),
    ("How many [weeks are in a year|weeks does a year have|weeks are there in a year]?", "A year has 52 weeks."),
    ("How many [legs does a spider have|legs has a spider|legs are on a spider]?", "A spider has eight legs."),
    ("How many [legs does an insect have|legs does an ant have|legs has a bee|legs does a fly have]?", "It has six legs, like all insects."),
    ("How many [legs does a dog have|legs has a cat|legs does a horse have|legs does a cow have|legs does an elephant have]?", "It has four legs."),
    ("How many [legs does a bird have|legs has a duck|legs does a chicken have]?", "It has two legs."),
    ("How many [arms does an octopus have|arms has an octopus|hearts does an octopus have]?", "An octopus has eight arms and three hearts."),
    ("How many [planets are there|planets are in the solar system|planets does the sun have|planets go around the sun]?", "There are eight planets in our solar system."),
    ("How many [continents are there|continents are on Earth|continents does the Earth have|continents exist]?", "There are seven continents."),
    ("How many [letters are in the alphabet|letters does the alphabet have|letters does the English alphabet have]?", "The English alphabet has 26 letters."),
    ("How many [sides does a triangle have|sides has a triangle|corners does a triangle have|angles are in a triangle]?", "A triangle has three sides."),
    ("How many [sides does a square have|sides has a square|corners does a square have|sides are on a rectangle]?", "It has four sides."),
    ("How many [sides does a hexagon have|sides has a hexagon|corners does a hexagon have]?", "A hexagon has six sides."),
    ("How many [fingers does a hand have|fingers are on one hand|fingers do I have on a hand]?", "A hand has five fingers, the thumb included."),
    ("How many [seasons are there|seasons does a year have|seasons are in a year]?", "There are four seasons: spring, summer, autumn and winter."),
    ("How many [colours are in a rainbow|colors does a rainbow have|colours has a rainbow]?", "A rainbow has seven colours."),
    ("How many [wheels does a car have|wheels has a car|wheels are on a car]?", "A car has four wheels."),
    ("How many [wheels does a bicycle have|wheels has a bike|wheels are on a bicycle]?", "A bicycle has two wheels."),
    ("How many [bits are in a byte|bits does a byte have|bits make a byte]?", "A byte has eight bits."),
    ("How many [players are in a football team|players has a soccer team|players are on a football team]?", "A football team has eleven players."),
    ("How many [cents are in a dollar|cents make a dollar|cents are in a euro]?", "There are 100 cents."),
    ("How many [metres are in a kilometre|meters make a kilometer|metres does a kilometre have]?", "A kilometre has 1000 metres."),
    ("[Which|What] is the [largest|biggest] planet[ of all| in our solar system|]?", "Jupiter is the largest planet in our solar system."),
    ("[Which|What] is the smallest planet[ of all| in our solar system|]?", "Mercury is the smallest planet in our solar system."),
    ("[Which|What] planet is [closest|nearest] to the sun?", "Mercury is the planet closest to the sun."),
    ("[Which|What] planet is [known as|called] the red planet?", "Mars is called the red planet."),
    ("[Which|What] planet [has rings|is famous for its rings|is known for its rings]?", "Saturn is famous for its rings."),
    ("[Which|What] planet do we live on?", "We live on the Earth, the third planet from the sun."),
    ("[Which|What] is the [largest|biggest] animal[ in the world| on Earth| of all|]?", "The blue whale is the largest animal in the world."),
    ("[Which|What] is the [largest|biggest] animal on land?", "The elephant is the largest animal on land."),
    ("[Which|What] is the [fastest animal|fastest land animal|quickest animal|fastest animal on land|fastest runner among animals]?", "The cheetah is the fastest animal on land."),
    ("[Which|What] is the tallest animal[ in the world| of all|]?", "The giraffe is the tallest animal in the world."),
    ("[Which|What] is the [largest|biggest] ocean[ in the world| on Earth|]?", "The Pacific is the largest ocean."),
    ("[Which|What] is the [highest|tallest] mountain[ in the world| on Earth|]?", "Mount Everest is the highest mountain in the world."),
    ("[Which|What] is the [largest|biggest] country[ in the world| on Earth|]?", "Russia is the largest country in the world."),
    ("[Which|What] is the [largest|biggest] continent[ in the world| on Earth|]?", "Asia is the largest continent."),
    ("[Which|What] is the [longest river|longest river in the world|longest river on Earth]?", "The Nile is usually called the longest river in the world."),
    ("[Which|What] [is the first day of the week|day does the week start with]?", "The week starts with Monday."),
    ("[Which|What] [day comes|day is|day follows] after [Monday|a Monday]?", "Tuesday comes after Monday."),
    ("[Which|What] [day comes|day is|day follows] after [Tuesday|a Tuesday]?", "Wednesday comes after Tuesday."),
    ("[Which|What] [day comes|day is|day follows] after [Wednesday|a Wednesday]?", "Thursday comes after Wednesday."),
    ("[Which|What] [day comes|day is|day follows] after [Thursday|a Thursday]?", "Friday comes after Thursday."),
    ("[Which|What] [day comes|day is|day follows] after [Friday|a Friday]?", "Saturday comes after Friday."),
    ("[Which|What] [day comes|day is|day follows] after [Saturday|a Saturday]?", "Sunday comes after Saturday."),
    ("[Which|What] [day comes|day is|day follows] after [Sunday|a Sunday]?", "Monday comes after Sunday."),
    ("[Which|What] [day comes|day is] before [Monday|a Monday]?", "Sunday comes before Monday."),
    ("[Which|What] [day comes|day is] before [Friday|a Friday]?", "Thursday comes before Friday."),
    ("[Which|What] is the [first month|first month of the year]?", "January is the first month of the year."),
    ("[Which|What] is the [last month|last month of the year]?", "December is the last month of the year."),
    ("[Which|What] month [comes|is|follows] after [January|]January?", "February comes after January."),
    ("[Which|What] is the [shortest month|month with the fewest days]?", "February is the shortest month."),
    ("[Which|What] season [comes|is|follows] after winter?", "Spring comes after winter."),
    ("[Which|What] season [comes|is|follows] after summer?", "Autumn comes after summer."),
    ("[Which|What] season is the [coldest|coldest one]?", "Winter is the coldest season."),
    ("[Which|What] season is the [warmest|hottest]?", "Summer is the warmest season."),
    ("[At what temperature|At how many degrees|When] does water [freeze|turn to ice|become ice]?", "Water freezes at 0 degrees Celsius."),
    ("[At what temperature|At how many degrees|When] does water boil?", "Water boils at 100 degrees Celsius."),
    ("[Why is|What makes] the sky blue?", "The air scatters blue light more than red light, so the sky looks blue."),
    ("[Why is|What makes] the sea salty?", "Rivers wash salt out of the rocks and carry it into the sea."),
    ("[Why do|What for do] [cats|some animals] purr?", "Cats purr mostly when they feel content."),
    ("[Why do we|Why do people|Why must we] sleep?", "Sleep lets the body and the mind rest and recover."),
    ("[What do|What would] [bees|honey bees] make?", "Bees make honey."),
    ("[What do|Which food do] [cows|cows and horses] eat?", "They eat grass."),
    ("[What do|Which food do] [rabbits|bunnies] eat?", "Rabbits eat grass, leaves and carrots."),
    ("[What do|Which food do] cats eat?", "Cats eat meat and fish, and they like to catch mice."),
    ("[Where do|In what place do] fish live?", "Fish live in water."),
    ("[Where do|In what place do] [penguins|wild penguins] live?", "Penguins live in the south of the world, many of them in Antarctica."),
    ("[Where does|In which direction does|From where does] the sun [rise|come up]?", "The sun rises in the east."),
    ("[Where does|In which direction does] the sun [set|go down]?", "The sun sets in the west."),
    ("[Can|Do] penguins fly?", "No, penguins cannot fly, but they swim very well."),
    ("[Can|Do] [dogs|cats|cows|horses] fly?", "No, they cannot fly."),
    ("[Is|Would you say] the Earth [round|flat|a ball]?", "The Earth is round, like a ball."),
    ("[Is|Would you say] the sun [hot|a star|a planet]?", "The sun is a star, and it is very hot."),
    ("[Is|Would you say] [fire|ice|the fire] [hot or cold|hot|cold]?", "Fire is hot and ice is cold."),
    ("[Is|Would you say] a tomato a [fruit|vegetable|fruit or a vegetable]?", "A tomato is a fruit, although it is used like a vegetable."),
    ("What is [ice|steam|ice made of|frozen water]?", "Ice is frozen water, and steam is water as a gas."),
    ("What is [bread made of|bread made from|in bread]?", "Bread is made of flour, water and yeast."),
    ("What is [cheese made of|cheese made from|butter made from|yoghurt made of]?", "It is made from milk."),
    ("What is [glass made of|glass made from]?", "Glass is made from sand."),
    ("What is [paper made of|paper made from]?", "Paper is made from wood."),
    ("What is [a baby dog|a young dog|a baby dog called|the young of a dog] [called|]?", "A young dog is called a puppy."),
    ("What is [a baby cat|a young cat|a baby cat called|the young of a cat] [called|]?", "A young cat is called a kitten."),
    ("What colours [make|do I mix for|give|are mixed to get] green?", "Blue and yellow make green."),
    ("What colours [make|do I mix for|give|are mixed to get] orange?", "Red and yellow make orange."),
    ("What colours [make|do I mix for|give|are mixed to get] purple?", "Red and blue make purple."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [France|Paris]?", "People in France speak French."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [Germany|Austria|Berlin]?", "People there speak German."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [Spain|Mexico|Argentina|Madrid]?", "People there speak Spanish."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [Italy|Rome]?", "People in Italy speak Italian."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [England|the United States|Australia|London]?", "People there speak English."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [Japan|Tokyo]?", "People in Japan speak Japanese."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [Brazil|Portugal|Lisbon]?", "People there speak Portuguese."),
    ("[What is|Give me|Tell me] the [first letter|first letter of the alphabet]?", "The first letter of the alphabet is A."),
    ("[What is|Give me|Tell me] the [last letter|last letter of the alphabet]?", "The last letter of the alphabet is Z."),
    ("[What do I use|What do you need|What is used] to [cut paper|cut bread|cut something]?", "You use scissors or a knife to cut."),
    ("[What do I use|What do you need|What is used] to [write|write a letter]?", "You write with a pen or a pencil."),
    ("[What do I use|What do you need|What is used] to [open a door|open a lock]?", "You open it with a key."),
]

LISTS = {
    "fruits": ["apple", "banana", "orange", "pear", "grape", "cherry", "mango", "lemon", "plum", "peach", "strawberry", "kiwi"],
    "vegetables": ["carrot", "potato", "tomato", "onion", "cucumber", "spinach", "broccoli", "pea", "cabbage", "pepper"],
    "colours": ["red", "blue", "green", "yellow", "orange", "purple", "black", "white", "brown", "pink"],
    "animals": ["dog", "cat", "horse", "cow", "lion", "elephant", "bear", "fox", "rabbit", "tiger", "wolf", "mouse"],
    "birds": ["eagle", "sparrow", "owl", "duck", "swan", "robin", "parrot", "crow", "penguin", "gull"],
    "pets": ["dog", "cat", "hamster", "rabbit", "goldfish", "parrot"],
    "farm animals": ["cow", "pig", "sheep", "goat", "chicken", "horse", "duck"],
    "insects": ["bee", "ant", "fly", "beetle", "butterfly", "mosquito", "wasp"],
    "trees": ["oak", "pine", "birch", "maple", "willow", "fir", "beech"],
    "flowers": ["rose", "tulip", "daisy", "lily", "sunflower", "violet", "orchid"],
    "countries": ["France", "Germany", "Japan", "Brazil", "Canada", "Egypt", "India", "Spain", "Italy", "Kenya"],
    "cities": ["Paris", "London", "Tokyo", "Berlin", "Rome", "Madrid", "Cairo", "Vienna", "Lisbon", "Oslo"],
    "planets": ["Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"],
    "continents": ["Africa", "Antarctica", "Asia", "Australia", "Europe", "North America", "South America"],
    "oceans": ["Pacific", "Atlantic", "Indian Ocean", "Arctic", "Southern Ocean"],
    "sports": ["football", "tennis", "swimming", "running", "basketball", "cycling", "skiing", "hockey"],
    "musical instruments": ["piano", "guitar", "violin", "drum", "flute", "trumpet", "cello"],
    "drinks": ["water", "tea", "coffee", "milk", "juice", "lemonade", "cocoa"],
    "foods": ["bread", "rice", "cheese", "soup", "pasta", "eggs", "salad"],
    "tools": ["hammer", "saw", "screwdriver", "pliers", "drill", "wrench"],
    "pieces of furniture": ["table", "chair", "bed", "sofa", "desk", "shelf", "wardrobe"],
    "clothes": ["shirt", "trousers", "jacket", "dress", "hat", "sock", "scarf", "coat"],
    "vehicles": ["car", "bus", "train", "bicycle", "plane", "boat", "truck"],
    "shapes": ["circle", "square", "triangle", "rectangle", "oval", "star", "hexagon"],
    "metals": ["iron", "gold", "silver", "copper", "tin", "lead"],
    "professions": ["doctor", "teacher", "baker", "farmer", "pilot", "nurse", "carpenter"],
    "programming languages": ["Java", "Python", "C", "Rust", "Go", "Kotlin", "JavaScript"],
    "languages": ["English", "French", "German", "Spanish", "Italian", "Japanese", "Chinese"],
    "seasons": ["spring", "summer", "autumn", "winter"],
    "body parts": ["head", "arm", "leg", "hand", "foot", "nose", "ear"],
    "names": ["Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta"],
    "school subjects": ["maths", "English", "history", "biology", "music", "art"],
    "kitchen things": ["pot", "pan", "spoon", "fork", "knife", "plate", "cup"],
    "even numbers": ["2", "4", "6", "8", "10", "12", "14"],
    "odd numbers": ["1", "3", "5", "7", "9", "11", "13"],
    "rooms of a house": ["kitchen", "bathroom", "bedroom", "living room", "hall", "cellar"],
    "exoflux commands": ["serve", "chat", "models", "bench", "test"],
    "exoflux terms": ["peer", "stage", "hop", "shard", "topology", "placement"],
}
SYNONYMS = {"colours": ["colors"], "fruits": ["fruit", "kinds of fruit", "types of fruit"], "animals": ["kinds of animals", "wild animals", "beasts"], "musical instruments": ["instruments"], "foods": ["kinds of food", "things to eat", "dishes"],
            "drinks": ["things to drink", "beverages"], "vehicles": ["means of transport"], "professions": ["jobs", "occupations"], "pieces of furniture": ["furniture items", "things of furniture"], "cities": ["towns", "big cities", "large cities"], "clothes": ["items of clothing", "things to wear"],
            "body parts": ["parts of the body"], "names": ["first names"], "kitchen things": ["things in a kitchen", "kitchen tools"], "school subjects": ["subjects in school"], "vegetables": ["kinds of vegetables", "veggies"], "sports": ["kinds of sport", "kinds of sports"],
            "pets": ["animals people keep as pets", "house pets"], "trees": ["kinds of trees"], "countries": ["nations"], "exoflux terms": ["words used in exoflux", "terms of exoflux"], "exoflux commands": ["commands of exoflux"], "shapes": ["geometric shapes"], "rooms of a house": ["rooms in a house"]}
NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
LIST_QUESTIONS = ["Name $n $w.", "Name $n $w.", "List $n $w.", "Give me $n $w.", "Tell me $n $w.", "Can you name $n $w?", "Could you list $n $w?", "I need $n $w.", "What are $n $w?", "Write down $n $w.", "$n $w", "Give me a list of $n $w.",
                  "Make a list of $n $w.", "Please give me $n $w.", "Show me $n $w.", "Which $n $w do you know?", "Think of $n $w.", "Mention $n $w.", "Say $n $w.", "Can you give me the names of $n $w?", "I would like a list of $n $w.", "Find $n $w for me.",
                  "What $n $w can you name?", "Suggest $n $w.", "Provide $n $w.", "Write a list with $n $w.", "Do you know $n $w?", "Let me hear $n $w.", "List any $n $w.", "Pick $n $w.", "Give $n examples of $w.", "$n $w, please.", "$n $w please", "I am looking for $n $w.", "Could I have $n $w?", "May I have $n $w?", "I want $n $w.", "A list: $n $w.", "A list of $n $w", "$n different $w.", "Any $n $w.",
                  "Let us name $n $w.", "Help me find $n $w.", "What could be $n $w?", "We need $n $w for a game.", "Tell the kids $n $w.", "Can I get $n $w?", "Choose $n $w.", "I must write $n $w.", "List up $n $w."]
WHOLE = {
    "[days of the week|week days|days in a week|weekdays]": "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday.",
    "[months of the year|months|twelve months]": "January, February, March, April, May, June, July, August, September, October, November and December.",
    "[seasons|four seasons|seasons of the year]": "Spring, summer, autumn and winter.",
    "[planets|planets of the solar system|eight planets]": "Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus and Neptune.",
    "[continents|seven continents|continents of the world]": "Africa, Antarctica, Asia, Australia, Europe, North America and South America.",
    "[colours of the rainbow|rainbow colours|colors of the rainbow]": "Red, orange, yellow, green, blue, indigo and violet.",
    "[letters of the alphabet|letters|alphabet]": "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z.",
    "[vowels|vowels of the alphabet|English vowels]": "A, E, I, O and U.",
    "[primary colours|primary colors|three primary colours]": "Red, yellow and blue.",
    "[points of the compass|four directions|compass directions|cardinal directions]": "North, east, south and west.",
    "[five senses|senses|human senses]": "Sight, hearing, smell, taste and touch.",
}
WHOLE_QUESTIONS = ["What are the $w?", "Name the $w.", "List the $w.", "Tell me the $w.", "Give me the $w.", "Can you list the $w?", "Which are the $w?", "Can you name all the $w?", "List all the $w.", "Write down the $w.", "Do you know the $w?", "What are all the $w?", "Say the $w.", "Recite the $w.", "The $w, please.", "All $w, please.", "$w?", "the $w", "All the $w in order.", "How are the $w called?", "What are the names of the $w?", "I forgot the $w. Which are they?", "Write a list of the $w.", "What $w are there?", "Which $w are there?"]


def join(items):
    return ", ".join(items[:-1]) + " and " + items[-1]


def listing(rng):
    if rng.random() < 0.18:
        kind = rng.choice(list(WHOLE))
        return expand(rng, rng.choice(WHOLE_QUESTIONS), w=expand(rng, kind)), WHOLE[kind]
    kind = rng.choice(list(LISTS))
    n = rng.choice([3, 3, 3, 2, 4, 4, 5, 5, 6])
    n = min(n, len(LISTS[kind]))
    shown = rng.choice([kind, kind, kind, kind] + SYNONYMS.get(kind, []))
    items = LISTS[kind][:n]  # always the first ones: a small model that must choose at random repeats itself
    number = NUMBER_WORDS[n] if rng.random() < 0.7 else str(n)
    style = rng.random()
    if style < 0.14:
        how = rng.choice([" as a list", ", one per line", " as a numbered list", ", numbered", " as bullet points", ", each on its own line", " with numbers in front"])
        q = expand(rng, rng.choice(LIST_QUESTIONS), n=number, w=shown)
        q = q.rstrip(".?") + how + ("?" if q.endswith("?") else ".")
        numbered = "number" in how
        return q, "\n".join(f"{i}. {capitalise(x)}" if numbered else f"- {capitalise(x)}" for i, x in enumerate(items, 1))
    if style < 0.24:
        items = LISTS[kind][:3]
        q = rng.choice(["Name some $w.", "List some $w.", "Give me some $w.", "Tell me a few $w.", "Give me examples of $w.", "What are some $w?", "Name a few $w.", "Can you name some $w?", "Which $w do you know?", "Some examples of $w, please.", "I need ideas for $w."])
        return expand(rng, q, w=shown), capitalise(join(items)) + "."
    return expand(rng, rng.choice(LIST_QUESTIONS), n=number, w=shown), capitalise(join(items)) + "."


ONE_OF = ["Name a $w.", "Give me one $w.", "Tell me a $w.", "Say the name of a $w.", "Name one $w.", "Can you name a $w?", "What is an example of a $w?", "Give me an example of a $w.", "Think of a $w."]
SINGULAR = {"fruits": "fruit", "vegetables": "vegetable", "colours": "colour", "animals": "animal", "birds": "bird", "pets": "pet", "farm animals": "farm animal", "insects": "insect", "trees": "tree", "flowers": "flower", "countries": "country", "cities": "city", "planets": "planet",
            "continents": "continent", "oceans": "ocean", "sports": "sport", "musical instruments": "musical instrument", "drinks": "drink", "tools": "tool", "vehicles": "vehicle", "shapes": "shape", "metals": "metal", "professions": "profession", "programming languages": "programming language", "languages": "language", "seasons": "season"}
KIND_QUESTIONS = ["Is $a $x $a2 $k?", "Is $a $x a kind of $k?", "Would you call $a $x $a2 $k?"]


def article(word):
    return "an" if word[0] in "aeiouAEIO" else "a"


def small_fact(rng):
    roll = rng.random()
    if roll < 0.24:
        country = rng.choice(list(CAPITALS))
        q = expand(rng, rng.choice(CAPITAL_QUESTIONS), c=country)
        return capitalise(q), f"The capital of {country} is {CAPITALS[country].rstrip('.')}."
    if roll < 0.29:
        country = rng.choice(list(CAPITALS))
        return expand(rng, rng.choice(REVERSE_QUESTIONS), k=CAPITALS[country]), f"{CAPITALS[country]} is the capital of {country}."
    if roll < 0.40:
        pair = rng.choice(OPPOSITES)
        if rng.random() < 0.5:
            pair = pair[::-1]
        known = [b for a, b in OPPOSITES if a == pair[0]] or [pair[1]]
        return expand(rng, rng.choice(OPPOSITE_QUESTIONS), w=pair[0]), f"The opposite of {pair[0]} is {known[0]}."
    if roll < 0.45:
        animal = rng.choice(list(SOUNDS))
        return expand(rng, rng.choice(SOUND_QUESTIONS), w=animal).replace("a owl", "an owl"), capitalise(f"{article(animal)} {animal} says {SOUNDS[animal]}.")
    if roll < 0.55:
        thing = rng.choice(list(COLOURS))
        return capitalise(expand(rng, rng.choice(COLOUR_QUESTIONS), w=thing)), capitalise(f"{thing} is {COLOURS[thing]}.")
    if roll < 0.62:
        kind = rng.choice(list(SINGULAR))
        singular = SINGULAR[kind]
        q = expand(rng, rng.choice(ONE_OF), w=singular)
        if article(singular) == "an":
            q = q.replace(f" a {singular}", f" an {singular}")
        return q, capitalise(LISTS[kind][0]) + "."
    if roll < 0.67:
        kinds = ["fruits", "vegetables", "animals", "colours", "countries", "tools", "metals", "flowers", "drinks", "birds", "sports"]
        kind = rng.choice(kinds)
        item = rng.choice(LISTS[kind])
        asked = kind if rng.random() < 0.5 else rng.choice([k for k in kinds if item not in LISTS[k] and not (k == "animals" and kind == "birds")])
        has_article = kind in ("fruits", "vegetables", "animals", "tools", "flowers", "birds")
        a = article(item) if has_article else ""
        q = expand(rng, rng.choice(KIND_QUESTIONS), a=a, x=item, a2=article(SINGULAR[asked]), k=SINGULAR[asked])
        subject = capitalise(f"{a} {item}".strip())
        right = asked == kind
        start = "Yes." if right else "No."
        return q, f"{start} {subject} is {article(SINGULAR[kind])} {SINGULAR[kind]}."
    template, answer = rng.choice(FACTS)
    return expand(rng, template).replace("JanuaryJanuary", "January"), answer
