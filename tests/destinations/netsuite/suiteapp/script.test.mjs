import assert from 'node:assert/strict';
import test from 'node:test';

import { account, script } from './account.mjs';

test('a ping is answered with the version of the protocol', () => {
  assert.deepEqual(account().ask({ action: 'ping' }), { version: '1' });
});

const ACTIONS = ['constructor', 'delete', ['ping'], 0, null];

for (const body of [{}, null, 'ping', [], ...ACTIONS.map((action) => ({ action }))]) {
  test(`${JSON.stringify(body)} is no action`, () => {
    const refused = account().refused(body);
    assert.equal(refused.code, 'AFFIX_UNKNOWN_ACTION');
    assert.match(refused.message, /ping, file, message, find, read, remove/);
  });
}

test('nothing is to be had by other methods than POST', () => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    assert.equal(script.call(account().memory, method, {}).status, 405);
  }
});

test('a call leaves nothing behind for the next one', () => {
  const first = account();
  first.file('a', 'a');
  assert.equal(account().memory.files.size, 0);
});
