"""Uses a server as the users of OpenAI's Python package do: python check.py BASE_URL MODEL."""

import sys

import openai

base_url, model = sys.argv[1:3]
client = openai.OpenAI(base_url=base_url, api_key="unused", max_retries=0, timeout=60)
messages = [{"role": "user", "content": "What is a hop?"}]


def expect(seen, what):
    if not seen:
        sys.exit(f"not as expected: {what}")
    print(f"ok: {what}")


def lists_models():
    expect(model in [entry.id for entry in client.models.list()], "the model is listed")
    expect(client.models.retrieve(model).id == model, "the model is described")


def chats():
    whole = client.chat.completions.create(model=model, messages=messages, max_tokens=12, seed=1)
    choice = whole.choices[0]
    expect(choice.message.role == "assistant" and choice.message.content, "a chat is answered")
    expect(choice.finish_reason in ("stop", "length"), "the answer says how it ended")
    expect(0 < whole.usage.completion_tokens <= 12, "tokens are counted")
    return choice.message.content


def streams(content):
    stream = client.chat.completions.create(
        model=model,
        messages=messages,
        max_tokens=12,
        seed=1,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    expect("".join(delta.content or "" for delta in deltas) == content, "a stream adds up to the same answer")
    expect([delta.role for delta in deltas if delta.role] == ["assistant"], "the role comes once, and first")
    expect(chunks[-1].usage.total_tokens > 0 and not chunks[-1].choices, "usage comes last")


def scores():
    answer = client.chat.completions.create(
        model=model,
        messages=messages,
        max_tokens=3,
        seed=1,
        n=2,
        logprobs=True,
        top_logprobs=2,
        extra_body={"top_k": 5},
    )
    expect(len(answer.choices) == 2, "two answers were given")
    scored = answer.choices[0].logprobs.content
    expect(scored and all(len(token.top_logprobs) == 2 for token in scored), "tokens come with alternatives")


def completes():
    answer = client.completions.create(model=model, prompt="Once upon a time", max_tokens=5, seed=1)
    expect(answer.choices[0].text and answer.object == "text_completion", "a text is gone on from")


def leaves_a_stream():
    with client.chat.completions.create(model=model, messages=messages, stream=True) as stream:
        next(iter(stream))
    print("ok: a stream can be left")


def fails_in_types():
    try:
        client.chat.completions.create(model="no/such-model", messages=messages)
        expect(False, "an unknown model is a NotFoundError")
    except openai.NotFoundError as error:
        expect(error.code == "model_not_found" and "no/such-model" in error.message, "an unknown model is a NotFoundError")
    try:
        client.chat.completions.create(model=model, messages=messages, temperature=-1, stream=True)
        expect(False, "a bad value is a BadRequestError")
    except openai.BadRequestError as error:
        expect(error.param == "temperature" and "-1" in error.message, "a bad value is a BadRequestError")


lists_models()
streams(chats())
scores()
completes()
leaves_a_stream()
fails_in_types()
