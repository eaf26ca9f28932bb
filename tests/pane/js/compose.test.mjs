import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Compose } from "../../../addin/js/compose.js";
import { Problem } from "../../../addin/js/problem.js";

const person = (address) => ({ emailAddress: address });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A pane beside a message to `made.people`; each question for suggestions waits in `made.asked`. */
function pane(api) {
  const made = {
    visit: 1,
    said: [],
    asked: [],
    people: [person("a@x.example")],
    state: {
      item: { handle: {} },
      me: { person: { address: "ana@a.example" }, preferences: { remindOnSend: false } },
      compose: { people: [], suggestions: [], busy: false },
    },
    host: {
      written: async () => ({ from: null, people: made.people, subject: "Offer" }),
      draftId: async () => ({ state: "absent" }),
      sharedProperties: async () => ({ state: "absent" }),
      canCheckSending: () => true,
      keepForSending: async () => ({ state: "known" }),
    },
    set(change) {
      Object.assign(this.state, change);
    },
    say(words) {
      this.said.push(words);
    },
  };
  const suggest = (addresses) =>
    new Promise((resolve) => made.asked.push({ addresses, answer: (...suggestions) => resolve({ suggestions }) }));
  made.api = { suggest, ...api };
  return made;
}

beforeEach(() => (globalThis.window = /** @type {any} */ ({ addEventListener() {} })));
afterEach(() => delete globalThis.window);

test("of two answers the one to the later question holds, whichever comes first", async () => {
  const made = pane();
  const compose = new Compose(made);
  compose.returned();
  await settled();
  made.people = [person("b@x.example")];
  compose.returned();
  await settled();
  const [first, second] = made.asked;
  assert.deepEqual(second.addresses, ["b@x.example"]);
  second.answer("of b");
  first.answer("of a");
  await settled();
  assert.deepEqual(made.state.compose.suggestions, ["of b"]);
  assert.deepEqual(made.state.compose.people, made.people);
});

test("a look at the message brings its suggestions also to who comes back meanwhile", async () => {
  const made = pane();
  const compose = new Compose(made);
  const look = compose.ask(made.state.item, null);
  compose.returned();
  await settled();
  for (const { answer } of made.asked) answer("of a");
  made.set(await look);
  assert.deepEqual(made.state.compose.suggestions, ["of a"]);
});

test("an answer to a look at the message is not put over a later one", async () => {
  const made = pane();
  const compose = new Compose(made);
  const look = compose.ask(made.state.item, null);
  await settled();
  made.people = [person("b@x.example")];
  compose.returned();
  await settled();
  made.asked[1].answer("of b");
  await settled();
  made.asked[0].answer("of a");
  made.set(await look);
  assert.deepEqual(made.state.compose.suggestions, ["of b"]);
  assert.deepEqual(made.state.compose.people, made.people);
});

test("who comes back asks once, and only if others are written to by now", async () => {
  const made = pane();
  const compose = new Compose(made);
  compose.returned();
  compose.returned(); // the window has the focus and is in sight: two events
  await settled();
  assert.equal(made.asked.length, 1);
  made.asked[0].answer("of a");
  await settled();
  compose.returned();
  await settled();
  assert.equal(made.asked.length, 1);
  assert.deepEqual(made.state.compose.suggestions, ["of a"]);
  made.people = [person("b@x.example")];
  compose.returned();
  await settled();
  assert.equal(made.asked.length, 2);
});

test("a reminder that could not be kept is tried again, and is no problem of another message", async () => {
  const tried = [];
  const made = pane({ prefer: async ({ remindOnSend }) => (tried.push(remindOnSend), Promise.reject(new Problem("busy"))) });
  const { events } = new Compose(made);
  await events["remind-on-send"]({ on: true });
  assert.deepEqual([made.state.compose.problem.code, made.state.compose.again], ["busy", "remind-on-send"]);
  const again = events[made.state.compose.again]({});
  made.visit += 1;
  made.state.compose = { suggestions: [] };
  await again;
  assert.deepEqual(tried, [true, true]);
  assert.equal(made.state.compose.problem, undefined);
});

test("what is tried again is what failed", async () => {
  const made = pane({ withdrawChoice: async () => Promise.reject(new Problem("busy")) });
  made.state.compose.outgoing = { id: "1" };
  await new Compose(made).events["withdraw-choice"]({});
  assert.equal(made.state.compose.again, "withdraw-choice");
});

test("a look that was begun before the choice was taken back does not bring it again", async () => {
  let come;
  const chosen = { mailbox: { address: "ana@a.example" }, outgoing: { id: "1", state: "waiting" } };
  const made = pane({
    context: () => new Promise((resolve) => (come = () => resolve(chosen))),
    withdrawChoice: async () => null,
    suggest: async () => ({ suggestions: [] }),
  });
  Object.assign(made.host, { draftId: async () => ({ state: "known", value: "d" }), markChosen() {} });
  made.focus = () => {};
  made.state.compose.outgoing = chosen.outgoing;
  const compose = new Compose(made);
  const look = compose.ask(made.state.item, null);
  await settled();
  await compose.events["withdraw-choice"]({});
  come();
  made.set(await look);
  assert.equal(made.state.compose.outgoing, null);
  const next = compose.ask(made.state.item, null);
  await settled();
  come();
  assert.deepEqual((await next).compose.outgoing, chosen.outgoing);
});
