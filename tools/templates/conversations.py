"""Conversations that every family's template is rendered with, and what each family's tokenizer would add."""

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Looks up the weather of a place.\nReturns degrees.",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string", "description": "A town, e.g. \"Oslo\""},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                "days": {"type": ["integer", "null"], "description": "How far ahead"},
            },
            "required": ["place"],
        },
        "return": {"type": "number", "description": "Degrees"},
    },
}
SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "description": "Finds pages",
        "parameters": {
            "type": "object",
            "properties": {
                "terms": {"type": "array", "items": {"type": "string"}},
                "filter": {
                    "type": "object",
                    "description": "Narrows it down",
                    "properties": {"since": {"type": "string"}, "limit": {"type": "number", "minimum": 0.5}},
                    "required": ["since"],
                },
                "safe": {"type": "boolean", "default": True},
            },
            "required": ["terms", "filter"],
        },
    },
}
NOTHING = {"type": "function", "function": {"name": "ping", "description": "", "parameters": {"type": "object", "properties": {}}}}
TOOLS = [WEATHER, SEARCH]


def user(content, **more):
    return {"role": "user", "content": content, **more}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


def system(content):
    return {"role": "system", "content": content}


def call(name, arguments, id):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def tool(content, name, id):
    return {"role": "tool", "name": name, "tool_call_id": id, "content": content}


ROUND = [
    user("Is it cold in Oslo?"),
    assistant("", tool_calls=[call("get_weather", {"place": "Oslo", "days": None}, "abcdef123")]),
    tool('{"degrees": -3.5}', "get_weather", "abcdef123"),
]
PARALLEL = [
    system("Use the tools."),
    user("Compare Oslo & \"Rome\" <now>"),
    assistant(
        "Let me look.",
        tool_calls=[
            call("get_weather", {"place": "Oslo"}, "call00001"),
            call("search", {"terms": ["Rom", "Wetter ☀"], "filter": {"since": "2024", "limit": 1.0}, "safe": False}, "call00002"),
        ],
    ),
    tool("-3.5", "get_weather", "call00001"),
    tool("Sonnig, 21°\n", "search", "call00002"),
]
TURNS = [user("Hi!"), assistant("Hello, how can I help?"), user("Name a colour."), assistant("Blue."), user("Another one?")]
THOUGHT = [
    user("What is 2 + 2?"),
    assistant("It is 4.", reasoning_content="Two and two\nmake four."),
    user("And 3 + 3?"),
]

CONVERSATIONS = {
    "one question": {"messages": [user("What is a hop?")], "add_generation_prompt": True},
    "with a system prompt": {"messages": [system("You answer in one word."), user("Colour?")], "add_generation_prompt": True},
    "several turns": {"messages": TURNS, "add_generation_prompt": True},
    "several turns with a system prompt": {"messages": [system("  Be kind.\n"), *TURNS], "add_generation_prompt": True},
    "without generation prompt": {"messages": [*TURNS, assistant("Red.")], "add_generation_prompt": False},
    "generation prompt not given": {"messages": TURNS},
    "other scripts": {
        "messages": [system("Antworte auf Deutsch – bitte"), user("日本語と😀 e\u0301 \u00a0\u2003\n\tTab"), assistant("Grüße \\n \"quoted\""), user("שלום {{ x }} {% if %} <|end|>")],
        "add_generation_prompt": True,
    },
    "blank contents": {"messages": [system(""), user(""), assistant(""), user("   \n ")], "add_generation_prompt": True},
    "tools on offer": {"messages": [user("Is it cold in Oslo?")], "tools": TOOLS, "add_generation_prompt": True},
    "tools on offer and a system prompt": {"messages": [system("Use tools."), user("Cold?")], "tools": [NOTHING, WEATHER], "add_generation_prompt": True},
    "no tools in a list": {"messages": [user("Hi")], "tools": [], "add_generation_prompt": True},
    "tools are null": {"messages": [user("Hi")], "tools": None, "documents": None, "add_generation_prompt": True},
    "a call and its result": {"messages": ROUND, "tools": TOOLS, "add_generation_prompt": True},
    "a call, its result and the answer": {"messages": [*ROUND, assistant("Yes, -3.5 degrees."), user("Thanks!")], "tools": TOOLS, "add_generation_prompt": True},
    "two calls at once": {"messages": PARALLEL, "tools": TOOLS, "add_generation_prompt": True},
    "two calls at once and the answer": {"messages": [*PARALLEL, assistant("Rome is warmer.")], "tools": TOOLS, "add_generation_prompt": False},
    "arguments as a string": {
        "messages": [user("Ping?"), assistant(None, tool_calls=[call("ping", '{"x": [1, 2]}', "123456789")]), tool("pong", "ping", "123456789")],
        "tools": [NOTHING],
        "add_generation_prompt": True,
    },
    "a call with a short id": {"messages": [user("Ping?"), assistant(None, tool_calls=[call("ping", {}, "1")]), tool("pong", "ping", "1")], "tools": [NOTHING], "add_generation_prompt": True},
    "a result as a mapping": {"messages": [user("Ping?"), assistant("", tool_calls=[call("ping", {}, "123456789")]), tool({"ok": True, "n": 1.0}, "ping", "123456789")], "add_generation_prompt": True},
    "with reasoning": {"messages": THOUGHT, "add_generation_prompt": True},
    "with reasoning before a call": {
        "messages": [user("Cold?"), assistant("", reasoning_content="I should look.", tool_calls=ROUND[1]["tool_calls"]), ROUND[2], assistant("Yes.", reasoning_content="Below zero.")],
        "tools": TOOLS,
        "add_generation_prompt": False,
    },
    "reasoning inside the content": {"messages": [user("2 + 2?"), assistant("<think>\nEasy.\n</think>\n\n4"), user("3 + 3?"), assistant("<think>\n\n</think>\n\n6")], "add_generation_prompt": False},
    "thinking switched on": {"messages": [system("Think."), *THOUGHT], "enable_thinking": True, "thinking": True, "add_generation_prompt": True},
    "thinking switched off": {"messages": THOUGHT, "enable_thinking": False, "thinking": False, "add_generation_prompt": True},
    "much effort": {"messages": [user("Prove it.")], "reasoning_effort": "high", "model_identity": "You are a test.", "add_generation_prompt": True},
    "contents in parts": {
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": "Look closely."}]},
            {"role": "user", "content": [{"type": "text", "text": "What is "}, {"type": "image"}, {"type": "text", "text": " this?"}]},
        ],
        "add_generation_prompt": True,
    },
    "with documents": {
        "messages": [user("When was it built?")],
        "documents": [{"title": "Towers", "text": "Built in 1889."}, {"title": "Bridges & \"roads\"", "text": "Built later.\nMuch later.", "id": 7}],
        "citation_mode": "fast",
        "add_generation_prompt": True,
    },
    "assistant begins": {"messages": [assistant("Hello?"), user("Hi")], "add_generation_prompt": True},
    "two users in a row": {"messages": [user("Hi"), user("Are you there?")], "add_generation_prompt": True},
    "system prompt in the middle": {"messages": [user("Hi"), system("Now be rude."), user("Hi again")], "add_generation_prompt": True},
    "two system prompts": {"messages": [system("One."), system("Two."), user("Hi")], "add_generation_prompt": True},
    "a developer": {"messages": [{"role": "developer", "content": "Talk like a pirate."}, user("Hi")], "tools": [WEATHER], "add_generation_prompt": True},
    "a role nobody knows": {"messages": [user("Hi"), {"role": "narrator", "content": "Night fell."}], "add_generation_prompt": True},
    "a system prompt alone": {"messages": [system("Be brief.")], "add_generation_prompt": True},
    "no messages": {"messages": [], "add_generation_prompt": True},
    "a date given": {"messages": [user("Which day is it?")], "date_string": "01 Jan 2025", "tools_in_user_message": False, "tools": [WEATHER], "builtin_tools": ["brave_search", "code_interpreter"], "add_generation_prompt": True},
    "a prefilled answer": {"messages": [user("Count to three."), assistant("One,", prefix=True)], "add_generation_prompt": False, "continue_final_message": True},
    "a content that is no text": {"messages": [user(5), assistant(None), user({"a": 1})], "add_generation_prompt": True},
    "a message without content": {"messages": [{"role": "user"}, {"role": "assistant"}], "add_generation_prompt": True},
}


def family(bos="<s>", eos="</s>", **more):
    return {"variables": {"bos_token": bos, "eos_token": eos, **more}}


FAMILIES = {
    "chatml": family("", "<|im_end|>"),
    "chatml_trained": family("<|im_start|>", "<|im_end|>"),
    "zephyr": family(),
    "vicuna": family(),
    "alpaca": family(),
    "llama2": family(),
    "llama3": family("<|begin_of_text|>", "<|eot_id|>"),
    "llama31": family("<|begin_of_text|>", "<|eot_id|>"),
    "llama4": family("<|begin_of_text|>", "<|eot|>"),
    "mistral": family(),
    "mistral_tools": family(),
    "mistral_small": family(),
    "mixtral": family(),
    "qwen25": family("", "<|im_end|>"),
    "qwen3": family("", "<|im_end|>"),
    "qwen3_coder": family("", "<|im_end|>"),
    "gemma2": family("<bos>", "<eos>"),
    "gemma3": family("<bos>", "<eos>"),
    "gemma_functions": family("<bos>", "<eos>"),
    "phi3": family("<s>", "<|endoftext|>"),
    "phi4": family("", "<|endoftext|>"),
    "deepseek_v2": family("<|begin▁of▁sentence|>", "<|end▁of▁sentence|>"),
    "deepseek_v3": family("<|begin▁of▁sentence|>", "<|end▁of▁sentence|>"),
    "deepseek_r1": family("<|begin▁of▁sentence|>", "<|end▁of▁sentence|>"),
    "command_r": family("<BOS>", "<|END|>"),
    "command_a": family("<BOS>", "<|END|>"),
    "falcon": family("", "<|endoftext|>"),
    "granite": family("", "<|end_of_text|>"),
    "glm4": family("[gMASK]", "<|user|>"),
    "glm45": family("[gMASK]", "<|user|>"),
    "smollm": family("", "<|im_end|>"),
    "harmony": family("<|startoftext|>", "<|return|>"),
    "olmo": family("<|endoftext|>", "<|endoftext|>"),
    "hermes": family("<|begin_of_text|>", "<|im_end|>"),
    "kimi": family("[BOS]", "[EOS]"),
    "nemotron": family("<SPECIAL_10>", "<SPECIAL_12>"),
    "minimax": family("]~!b[", "[e~["),
    "lfm": family("<|startoftext|>", "<|im_end|>"),
    "exaone": family("[BOS]", "[|endofturn|]"),
    "json_schema": family(),
}
