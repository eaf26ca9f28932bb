// An account with the script in it, and how the tests talk to it.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import { RestletScript } from '../../../simulator/netsuite/restlet_script.mjs';
import { FOLDER, Memory } from './memory.mjs';

const SCRIPT = 'server/destinations/netsuite/suiteapp/src/FileCabinet/SuiteScripts/Affix/affix_save_email.js';

export const script = new RestletScript(fileURLToPath(new URL(`../../../../${SCRIPT}`, import.meta.url)));

export function account() {
  const memory = new Memory();
  return {
    memory,

    /** The answer to what must succeed. */
    ask(body) {
      const { status, json } = script.call(memory, 'POST', body);
      assert.equal(status, 200, JSON.stringify(json));
      return json;
    },

    /** Code and sentence of the error that must come. */
    refused(body) {
      const { status, json } = script.call(memory, 'POST', body);
      assert.equal(status, 400, JSON.stringify(json));
      return { code: json.error.code, message: JSON.parse(json.error.message).message };
    },

    /** The id of a file that was stored. */
    file(name, content) {
      const contents = Buffer.from(content).toString('base64');
      return this.ask({ action: 'file', name, contents, folder: FOLDER }).fileId;
    },
  };
}

/** A request to save an email, with changes. */
export function email({ message = {}, ...changes } = {}) {
  return {
    action: 'message',
    externalId: 'mb-0123456789abcdef',
    target: { type: 'customer', id: '107' },
    message: {
      subject: 'Order 4711', message: '<p>As agreed.</p>', author: '107', authoremail: 'purchasing@adatum.example',
      recipient: '11', recipientemail: 'sales@contoso.example', cc: 'office@adatum.example, store@adatum.example',
      messagedate: '2026-11-20T09:15:00Z', incoming: true, ...message,
    },
    fileIds: [],
    ...changes,
  };
}
