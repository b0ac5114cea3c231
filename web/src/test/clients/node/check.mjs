// Uses a server as the users of OpenAI's package for Node do: node check.mjs BASE_URL MODEL.

import OpenAI from "openai";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "unused", maxRetries: 0, timeout: 60_000 });
const messages = [{ role: "user", content: "What is a hop?" }];

function expect(seen, what) {
  if (!seen) {
    console.error(`not as expected: ${what}`);
    process.exit(1);
  }
  console.log(`ok: ${what}`);
}

async function listsModels() {
  const ids = [];
  for await (const entry of client.models.list()) {
    ids.push(entry.id);
  }
  expect(ids.includes(model), "the model is listed");
  expect((await client.models.retrieve(model)).id === model, "the model is described");
}

async function chats() {
  const whole = await client.chat.completions.create({ model, messages, max_tokens: 12, seed: 1 });
  const { message, finish_reason: reason } = whole.choices[0];
  expect(message.role === "assistant" && message.content, "a chat is answered");
  expect(["stop", "length"].includes(reason), "the answer says how it ended");
  expect(whole.usage.completion_tokens > 0 && whole.usage.completion_tokens <= 12, "tokens are counted");
  return message.content;
}

async function streams(content) {
  const stream = await client.chat.completions.create({
    model,
    messages,
    max_tokens: 12,
    seed: 1,
    stream: true,
    stream_options: { include_usage: true },
  });
  let streamed = "";
  const roles = [];
  let last;
  for await (const chunk of stream) {
    const delta = chunk.choices[0]?.delta;
    streamed += delta?.content ?? "";
    if (delta?.role) {
      roles.push(delta.role);
    }
    last = chunk;
  }
  expect(streamed === content, "a stream adds up to the same answer");
  expect(roles.length === 1 && roles[0] === "assistant", "the role comes once, and first");
  expect(last.usage.total_tokens > 0 && last.choices.length === 0, "usage comes last");
}

async function leavesAStream() {
  const stream = await client.chat.completions.create({ model, messages, stream: true });
  for await (const chunk of stream) {
    expect(chunk.object === "chat.completion.chunk", "a stream can be left");
    break;
  }
}

async function failsInTypes() {
  const unknown = await client.chat.completions.create({ model: "no/such-model", messages }).catch((error) => error);
  expect(unknown instanceof OpenAI.NotFoundError && unknown.code === "model_not_found", "an unknown model is a NotFoundError");
  const bad = await client.chat.completions.create({ model, messages, temperature: -1, stream: true }).catch((error) => error);
  expect(bad instanceof OpenAI.BadRequestError && bad.param === "temperature", "a bad value is a BadRequestError");
}

await listsModels();
await streams(await chats());
await leavesAStream();
await failsInTypes();
