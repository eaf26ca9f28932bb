// The stand-ins refuse what NetSuite refuses, so that the script's tests prove something.

import assert from 'node:assert/strict';
import test from 'node:test';

import { modulesOver } from '../../../simulator/netsuite/restlet_modules.mjs';
import { FOLDER, Memory } from './memory.mjs';

function modules() {
  const memory = new Memory();
  const all = modulesOver(memory);
  return { memory, file: all['N/file'], record: all['N/record'], search: all['N/search'], error: all['N/error'] };
}

function refuses(name, action) {
  assert.throws(action, (failure) => failure.name === name);
}

test('a file needs a name, a type and, to be saved, a folder that exists', () => {
  const { file } = modules();
  refuses('SSS_MISSING_REQD_ARGUMENT', () => file.create({ fileType: 'PDF' }));
  refuses('SSS_MISSING_REQD_ARGUMENT', () => file.create({ name: 'a' }));
  refuses('SSS_INVALID_TYPE_ARG', () => file.create({ name: 'a', fileType: 'DOCX' }));
  refuses('USER_ERROR', () => file.create({ name: 'a', fileType: 'PDF', contents: '' }).save());
  refuses('INVALID_KEY_OR_REF', () => file.create({ name: 'a', fileType: 'PDF', contents: '', folder: 7 }).save());
});

test('contents of binary types are base64, those of text types are the text', () => {
  const { file, memory } = modules();
  for (const contents of ['%PDF-1.7', 'YQ', 'YQ==\n', 'YR==']) {
    refuses('SSS_INVALID_CONTENTS', () => file.create({ name: 'a', fileType: 'PDF', contents }));
  }
  const id = file.create({ name: 'a', fileType: file.Type.PLAINTEXT, contents: 'YQ==', folder: FOLDER }).save();
  assert.equal(memory.octets(String(id)).toString(), 'YQ==');
  assert.equal(file.load({ id }).getContents(), 'YQ==');
});

test('a file of the same name in the same folder is replaced', () => {
  const { file, memory } = modules();
  const make = (contents) => file.create({ name: 'a', fileType: 'PDF', contents, folder: FOLDER }).save();
  assert.equal(make('YQ=='), make('Yg=='));
  assert.deepEqual([...memory.files.values()].map((one) => one.octets), ['Yg==']);
});

test('lines are selected, filled and committed, in dynamic mode only', () => {
  const { record } = modules();
  const sublistId = 'mediaitem';
  const fixed = record.create({ type: 'message' });
  refuses('SSS_INVALID_API_USAGE', () => fixed.selectNewLine({ sublistId }));
  const message = record.create({ type: 'message', isDynamic: true });
  refuses('SSS_INVALID_API_USAGE', () => message.commitLine({ sublistId }));
  refuses('SSS_INVALID_API_USAGE', () => message.setCurrentSublistValue({ sublistId, fieldId: sublistId, value: 1 }));
  refuses('SSS_INVALID_SUBLIST', () => message.selectNewLine({ sublistId: 'recipients' }));
});

test('fields of a message take values of their kind', () => {
  const { record } = modules();
  const message = record.create({ type: 'message', isDynamic: true });
  for (const [fieldId, value] of [
    ['author', 'eid:abc'], ['emailed', 'F'], ['incoming', 1], ['messagedate', '2026-11-20'], ['subject', 5],
    ['messagedate', new Date('never')],
  ]) {
    refuses('INVALID_FLD_VALUE', () => message.setValue({ fieldId, value }));
  }
  refuses('SSS_INVALID_FIELD', () => message.setValue({ fieldId: 'authorEmail', value: 'a@b.example' }));
  refuses('SSS_MISSING_REQD_ARGUMENT', () => message.setValue({ fieldId: 'author' }));
});

test('searches know their filters and operators', () => {
  const { search } = modules();
  const create = (...filter) => search.create({ type: 'message', filters: [filter] });
  refuses('SSS_INVALID_SRCH_FILTER', () => create('externalId', 'is', 'a'));
  refuses('SSS_INVALID_SRCH_OPERATOR', () => create('externalidstring', 'equals', 'a'));
  refuses('SSS_INVALID_SRCH_OPERATOR', () => create('internalid', 'anyof'));
  refuses('INVALID_RCRD_TYPE', () => search.create({ type: 'email' }));
  assert.deepEqual(create('internalid', 'anyof', ['1', '2']).run().getRange({ start: 0, end: 1 }), []);
});

test('a call has 5,000 units', () => {
  const { search } = modules();
  const results = search.create({ type: 'message' }).run();
  for (let count = 0; count < 500; count += 1) results.getRange({ start: 0, end: 1 });
  refuses('SSS_USAGE_LIMIT_EXCEEDED', () => results.getRange({ start: 0, end: 1 }));
});

test('an error needs a name and a message', () => {
  const { error } = modules();
  refuses('SSS_MISSING_REQD_ARGUMENT', () => error.create({ name: 'X' }));
  assert.deepEqual({ ...error.create({ name: 'X', message: 'y' }) }, { name: 'X' });
});
