import assert from 'node:assert/strict';
import test from 'node:test';

import { account, email } from './account.mjs';
import { FOLDER } from './memory.mjs';

const CONTENTS = {
  'utf-8 text': Buffer.from('Grüße 🙂\n'),
  'latin-1 text': Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]),
  'text with a byte order mark': Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a]),
  'utf-16 text': Buffer.from('Grüße', 'utf16le'),
  'all bytes': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  nothing: Buffer.alloc(0),
};
const ENDINGS = 'txt csv html json xml js css svg rtf eml ics pdf PDF docx bin'.split(' ');

for (const ending of ENDINGS) {
  test(`a .${ending} comes out byte for byte, whatever is in it`, () => {
    for (const [what, content] of Object.entries(CONTENTS)) {
      const netsuite = account();
      const fileId = netsuite.file(`mb_1_name.${ending}`, content);
      assert.deepEqual(netsuite.memory.octets(fileId), content, what);
      const read = netsuite.ask({ action: 'read', fileId });
      assert.deepEqual(read, {
        name: `mb_1_name.${ending}`, contents: content.toString('base64'), size: content.length,
      });
    }
  });
}

test('files have the type that NetSuite shows them by', () => {
  const netsuite = account();
  const type = (name) => netsuite.memory.files.get(netsuite.file(name, 'x')).type;
  assert.equal(type('offer.pdf'), 'PDF');
  assert.equal(type('PHOTO.JPEG'), 'JPGIMAGE');
  assert.equal(type('notes.txt'), 'MISCBINARY');
  assert.equal(type('without-an-ending'), 'MISCBINARY');
  assert.equal(type('x.constructor'), 'MISCBINARY');
  assert.equal(type('x.__proto__'), 'MISCBINARY');
});

test('files cannot be had without a login', () => {
  const netsuite = account();
  assert.equal(netsuite.memory.files.get(netsuite.file('a.pdf', 'x')).isOnline, false);
});

test('a repeated upload is the same file again', () => {
  const netsuite = account();
  assert.equal(netsuite.file('mb_1_a.pdf', 'x'), netsuite.file('mb_1_a.pdf', 'x'));
  assert.equal(netsuite.memory.files.size, 1);
});

test('a file of the largest size that fits in a call is stored', () => {
  const netsuite = account();
  const content = Buffer.alloc(7_400_000, 'x');
  assert.equal(netsuite.memory.octets(netsuite.file('big.bin', content)).length, content.length);
});

test('a file of more than 10 MB is refused by NetSuite', () => {
  const netsuite = account();
  const contents = Buffer.alloc(10 * 1024 * 1024 + 1).toString('base64');
  const refused = netsuite.refused({ action: 'file', name: 'a.bin', contents, folder: FOLDER });
  assert.equal(refused.code, 'SSS_FILE_CONTENT_SIZE_EXCEEDED');
});

test('a file that NetSuite holds as text is not passed off as what it was', () => {
  const netsuite = account();
  const id = netsuite.memory.saveFile({ name: 'a.txt', folder: FOLDER, octets: btoa('hall'), type: 'PLAINTEXT' });
  assert.equal(netsuite.refused({ action: 'read', fileId: id }).code, 'AFFIX_NOT_BINARY');
});

for (const [what, changes, code] of [
  ['without a name', { name: '' }, 'AFFIX_MISSING_ARGUMENT'],
  ['without contents', { contents: undefined }, 'AFFIX_MISSING_ARGUMENT'],
  ['with contents that are no base64', { contents: 'Grüße' }, 'AFFIX_INVALID_ARGUMENT'],
  ['with base64 that was cut', { contents: 'aGFsb' }, 'AFFIX_INVALID_ARGUMENT'],
  ['without a folder', { folder: undefined }, 'AFFIX_MISSING_ARGUMENT'],
  ['with the name of a folder', { folder: 'Affix' }, 'AFFIX_INVALID_ARGUMENT'],
  ['in a folder that does not exist', { folder: '513' }, 'INVALID_KEY_OR_REF'],
]) {
  test(`a file ${what} is refused`, () => {
    const netsuite = account();
    const usual = { action: 'file', name: 'a', contents: 'YQ==', folder: FOLDER };
    assert.equal(netsuite.refused({ ...usual, ...changes }).code, code);
    assert.equal(netsuite.memory.files.size, 0);
  });
}

test('an undone save leaves neither message nor files', () => {
  const netsuite = account();
  const fileIds = [netsuite.file('a', 'a'), netsuite.file('b', 'b')];
  const { messageId } = netsuite.ask(email({ fileIds }));
  assert.deepEqual(netsuite.ask({ action: 'remove', messageId, fileIds }), { removed: true });
  assert.deepEqual([netsuite.memory.messages.size, netsuite.memory.files.size], [0, 0]);
});

test('what is gone already is fine', () => {
  const netsuite = account();
  const fileId = netsuite.file('a', 'a');
  assert.deepEqual(netsuite.ask({ action: 'remove', messageId: '9', fileIds: ['8', fileId] }), { removed: true });
  assert.equal(netsuite.memory.files.size, 0);
  assert.deepEqual(netsuite.ask({ action: 'remove', messageId: null }), { removed: true });
});

test('who may not delete is told so', () => {
  const netsuite = account();
  const fileId = netsuite.file('a', 'a');
  const { messageId } = netsuite.ask(email({ fileIds: [fileId] }));
  netsuite.memory.isAllowedToDelete = false;
  const refused = netsuite.refused({ action: 'remove', messageId, fileIds: [fileId] });
  assert.equal(refused.code, 'INSUFFICIENT_PERMISSION');
  assert.deepEqual([netsuite.memory.messages.size, netsuite.memory.files.size], [1, 1]);
});

test('who may neither delete nor see is not told that all is gone', () => {
  const netsuite = account();
  const fileId = netsuite.file('a', 'a');
  netsuite.memory.isAllowedToDelete = false;
  netsuite.memory.find = () => [];
  assert.equal(netsuite.refused({ action: 'remove', fileIds: [fileId] }).code, 'INSUFFICIENT_PERMISSION');
});

test('the most files that a call may have are within the units of a call', () => {
  const netsuite = account();
  const fileIds = Array.from({ length: 100 }, (_, number) => netsuite.file(`f${number}`, 'x'));
  const { messageId } = netsuite.ask(email({ fileIds }));
  netsuite.ask({ action: 'remove', messageId, fileIds });
  netsuite.ask({ action: 'remove', messageId, fileIds }); // all gone: a search for each in addition
});
