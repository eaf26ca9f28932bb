// Runs a RESTlet for restlet.py, over pipes, until stdin is closed: also when the process at its other end is killed.
// Usage: node restlet_process.mjs SCRIPT
//
// Frames both ways: the length in four bytes, most significant first, then so many bytes of JSON. In comes {method,
// body}; out goes {answer: {status, json}}. In between the store is asked: out {ask, with: [...]}, in {value} or
// {refused}.

import fs from 'node:fs';

import { SuiteScriptError } from './restlet_errors.mjs';
import { RestletScript } from './restlet_script.mjs';

const STDIN = 0;
const STDOUT = 1;
const ASKED = ['createRecord', 'deleteRecord', 'saveFile', 'loadFile', 'deleteFile', 'find'];

function read(length) {
  const bytes = Buffer.alloc(length);
  let count = 0;
  while (count < length) {
    const more = fs.readSync(STDIN, bytes, count, length - count, null);
    if (more === 0) process.exit(0);
    count += more;
  }
  return bytes;
}

function receive() {
  return JSON.parse(read(read(4).readUInt32BE()).toString('utf8'));
}

function send(message) {
  const text = Buffer.from(JSON.stringify(message), 'utf8');
  const frame = Buffer.alloc(4 + text.length);
  frame.writeUInt32BE(text.length);
  text.copy(frame, 4);
  for (let sent = 0; sent < frame.length; ) sent += fs.writeSync(STDOUT, frame, sent);
}

function ask(name, parameters) {
  send({ ask: name, with: parameters });
  const { value, refused } = receive();
  if (refused) throw new SuiteScriptError(refused.name, refused.message);
  return value;
}

const store = Object.fromEntries(ASKED.map((name) => [name, (...parameters) => ask(name, parameters)]));
const script = new RestletScript(process.argv[2]);

for (;;) {
  const { method, body } = receive();
  send({ answer: script.call(store, method, body) });
}
