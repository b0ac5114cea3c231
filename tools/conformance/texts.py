"""The texts that the tiny tokenizers learn from, and the words that prompts are built of."""

CORPUS = [
    "A peer holds some layers of the model and passes the hidden state to the next peer.",
    "The first stage embeds the tokens; the last stage computes the logits and samples one token.",
    "Keys and values of every position stay in the cache until the sequence ends or is cancelled.",
    "How many layers fit on this device? It depends on the memory, the weights and the context length.",
    "Please answer in one sentence. The answer is 42, and 7 * 6 = 42.",
    "def step(tokens):\n    return [token + 1 for token in tokens]\n",
    "The quick brown fox jumps over the lazy dog. It doesn't stop, and we'll see what they've done.",
    "{\"name\": \"value\", \"list\": [1, 2, 3], \"nested\": {\"true\": false}}",
    "Das Modell läuft auf drei Geräten. Größe, Straße, Übung, für, über.",
    "Le modèle répond déjà à la première requête, où qu'elle soit posée.",
    "El niño mañana corazón; ¿qué tal? ¡Hola!",
    "Модель работает на нескольких устройствах одновременно.",
    "模型在多个设备上运行。今天天气很好,我们去公园。",
    "モデルは三つの装置で動きます。こんにちは世界。",
    "안녕하세요 세계. 모델이 실행됩니다.",
    "The weather is nice 🙂 and the launch went well 🚀🚀. Family: 👨‍👩‍👧‍👦, flag: 🇪🇺.",
    "tabs\tand  double  spaces\n\nand blank lines\r\nof both kinds",
]

SUFFIXES = """
here now then again today soon there twice later first last alone together slowly fast
left right below above inside outside before after north south east west
one two three four five six seven eight nine ten red blue green black white grey
stone river cloud forest window garden letter paper copper silver
""".split()
