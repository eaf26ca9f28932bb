import assert from 'node:assert/strict';
import test from 'node:test';

import { account, email } from './account.mjs';

function saved(changes) {
  const netsuite = account();
  const { messageId } = netsuite.ask(email(changes));
  return netsuite.memory.messages.get(messageId);
}

test('an email is kept with its parties, its moment and its direction', () => {
  const message = saved();
  assert.equal(message.subject, 'Order 4711');
  assert.equal(message.message, '<p>As agreed.</p>');
  assert.deepEqual([message.author, message.authoremail], ['107', 'purchasing@adatum.example']);
  assert.deepEqual([message.recipient, message.recipientemail], ['11', 'sales@contoso.example']);
  assert.equal(message.cc, 'office@adatum.example, store@adatum.example');
  assert.equal(message.messagedate, '2026-11-20T09:15:00Z');
  assert.equal(message.incoming, true);
  assert.equal(message.externalid, 'mb-0123456789abcdef');
});

test('NetSuite never sends the email, whatever the caller says', () => {
  assert.equal(saved().emailed, false);
  assert.equal(saved({ message: { emailed: true } }).emailed, false);
});

for (const [field, types] of Object.entries({
  entity: ['customer', 'prospect', 'lead', 'contact', 'vendor', 'partner', 'employee', 'job'],
  transaction: ['estimate', 'opportunity', 'salesorder', 'invoice', 'cashsale'],
  activity: ['supportcase'],
})) {
  for (const type of types) {
    test(`a message on a record of the type ${type} is filed as ${field}`, () => {
      const message = saved({ target: { type, id: 107 } });
      const filed = ['entity', 'transaction', 'activity'].filter((name) => name in message);
      assert.deepEqual(filed, [field]);
      assert.equal(message[field], '107');
    });
  }
}

test('a repetition finds the first message and makes no second', () => {
  const netsuite = account();
  const first = netsuite.ask(email());
  let hasTried = false;
  netsuite.memory.beforeCreate = () => {
    hasTried = true;
  };
  const second = netsuite.ask(email({ message: { subject: 'Changed' } }));
  assert.equal(first.created, true);
  assert.deepEqual(second, { messageId: first.messageId, created: false });
  assert.equal(netsuite.memory.messages.size, 1);
  assert.equal(hasTried, false);
});

test('whoever comes second in a race is told of the first message', () => {
  const netsuite = account();
  let first;
  netsuite.memory.beforeCreate = () => {
    first = netsuite.ask(email());
  };
  assert.deepEqual(netsuite.ask(email()), { messageId: first.messageId, created: false });
  assert.equal(netsuite.memory.messages.size, 1);
});

test('a message is found by its external id, or is not there', () => {
  const netsuite = account();
  const { messageId } = netsuite.ask(email());
  assert.deepEqual(netsuite.ask({ action: 'find', externalId: 'mb-0123456789abcdef' }), { messageId });
  assert.deepEqual(netsuite.ask({ action: 'find', externalId: 'mb-other' }), { messageId: null });
});

test('files hang on the message in their order', () => {
  const netsuite = account();
  const fileIds = [netsuite.file('mb_1_a.pdf', 'a'), netsuite.file('mb_2_b.txt', 'b')];
  const { messageId } = netsuite.ask(email({ fileIds }));
  assert.deepEqual(netsuite.memory.messages.get(messageId).files, fileIds);
});

test('a file that does not exist makes no message', () => {
  const netsuite = account();
  assert.deepEqual(netsuite.refused(email({ fileIds: ['9'] })), {
    code: 'INVALID_KEY_OR_REF', message: 'Invalid mediaitem reference key 9.',
  });
  assert.equal(netsuite.memory.messages.size, 0);
});

test("NetSuite's own reason is passed on", () => {
  const { code, message } = account().refused(email({ message: { author: null } }));
  assert.equal(code, 'USER_ERROR');
  assert.match(message, /Please enter value\(s\) for: author/);
});

for (const [what, changes, code] of [
  ['without an external id', { externalId: undefined }, 'AFFIX_MISSING_ARGUMENT'],
  ['with an empty external id', { externalId: '' }, 'AFFIX_MISSING_ARGUMENT'],
  ['without a target', { target: undefined }, 'AFFIX_MISSING_ARGUMENT'],
  ['with a target of an unknown type', { target: { type: 'toString', id: '1' } }, 'AFFIX_INVALID_ARGUMENT'],
  ['with a target without an id', { target: { type: 'customer' } }, 'AFFIX_MISSING_ARGUMENT'],
  ['with an external id as the target', { target: { type: 'customer', id: 'eid:abc' } }, 'AFFIX_INVALID_ARGUMENT'],
  ['without its message', { message: undefined, target: null }, 'AFFIX_MISSING_ARGUMENT'],
  ['with a field that is none of its own', { message: { entity: '5' } }, 'AFFIX_INVALID_ARGUMENT'],
  ['with a moment that is none', { message: { messagedate: 'yesterday' } }, 'AFFIX_INVALID_ARGUMENT'],
  ['with files that are no list', { fileIds: '1' }, 'AFFIX_INVALID_ARGUMENT'],
  ['with more files than a call may have', { fileIds: Array(101).fill('1') }, 'AFFIX_INVALID_ARGUMENT'],
]) {
  test(`an email ${what} is refused`, () => {
    const netsuite = account();
    assert.equal(netsuite.refused(email(changes)).code, code);
    assert.equal(netsuite.memory.messages.size, 0);
  });
}
