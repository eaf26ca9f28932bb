/**
 * Puts emails, with their files, on the Communication tab of NetSuite records. Called by the Affix service only.
 *
 * POST, JSON in and JSON out. Ids are texts. What goes wrong is thrown, and NetSuite answers it with status 400 and
 * {"error": {"code", "message"}}.
 *
 *   {action: "ping"}                                             {version}
 *   {action: "file", name, contents, folder}                     {fileId}               contents is base64
 *   {action: "message", externalId, target: {type, id},
 *                       message: {...}, fileIds: [...]}          {messageId, created}   created: false for a repetition
 *   {action: "find", externalId}                                 {messageId}            null where there is none
 *   {action: "read", fileId}                                     {name, contents, size}
 *   {action: "remove", messageId, fileIds: [...]}                {removed: true}        what is gone already is fine
 *
 * Limits. A RESTlet is promised 10 MB for a string of its input or output (Oracle help, section_4640094112), so that
 * each file has a call of its own and may have about 7 MB, base64 being a third longer. Of the 5,000 usage units of a
 * call, ping uses 0, find 10, read 10, file 20, message 35 at most (two searches, create, save), and remove 20 for
 * the message and 30 for each file at most (delete, search): 3,020 for MOST_FILES.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 * @NModuleScope SameAccount
 */
define(['N/error', 'N/file', 'N/record', 'N/search'], (error, file, record, search) => {
    const VERSION = '1';
    const MOST_FILES = 100;

    /** The field that files a message under a record, by the record's type. */
    const TARGET_FIELDS = {
        entity: ['customer', 'prospect', 'lead', 'job', 'contact', 'vendor', 'partner', 'employee', 'othername'],
        transaction: [
            'estimate', 'opportunity', 'salesorder', 'invoice', 'cashsale', 'creditmemo', 'customerpayment',
            'returnauthorization', 'itemfulfillment', 'purchaseorder', 'vendorbill',
        ],
        // That a case is an activity is not stated by Oracle.
        activity: ['supportcase', 'calendarevent', 'task', 'phonecall'],
    };

    /** What the caller may set of a message. Not among it: `emailed`, which is this script's own matter. */
    const MESSAGE_FIELDS = [
        'subject', 'message', 'htmlmessage', 'author', 'authoremail', 'recipient', 'recipientemail', 'cc', 'bcc',
        'messagedate', 'incoming',
    ];

    /**
     * Types by the end of the name, binary ones only: N/file takes the contents of binary types as base64 and those
     * of text types as plain text. A text file therefore is stored as binary too: decoded to text and encoded again
     * it would come out changed as soon as it is not UTF-8, has a byte order mark, or is in truth something else.
     * Whether NetSuite holds SVG, RTF and emails for text is not published, so these are OTHER.
     */
    const TYPES = {
        pdf: 'PDF', doc: 'WORD', docx: 'WORD', xls: 'EXCEL', xlsx: 'EXCEL', ppt: 'POWERPOINT', pptx: 'POWERPOINT',
        mpp: 'MSPROJECT', vsd: 'VISIO', dwg: 'AUTOCAD', zip: 'ZIP', gz: 'GZIP', tar: 'TAR',
        mp3: 'MP3', mpg: 'MPEGMOVIE', mpeg: 'MPEGMOVIE', mov: 'QUICKTIME',
        png: 'PNGIMAGE', jpg: 'JPGIMAGE', jpeg: 'JPGIMAGE', gif: 'GIFIMAGE', bmp: 'BMPIMAGE',
        tif: 'TIFFIMAGE', tiff: 'TIFFIMAGE', ico: 'ICON',
    };

    /** "Other binary". In SOAP's list, and known to work in SuiteScript, but not on Oracle's page of file.Type. */
    const OTHER = 'MISCBINARY';

    const ACTIONS = {
        ping: () => ({version: VERSION}),
        file: storeFile,
        message: storeMessage,
        find: (body) => ({messageId: findMessage(text(body, 'externalId'))}),
        read: readFile,
        remove,
    };

    function post(body) {
        const action = body && Object.keys(ACTIONS).find((name) => name === body.action);
        if (!action) {
            throw refusal('AFFIX_UNKNOWN_ACTION', `Give an action, one of: ${Object.keys(ACTIONS).join(', ')}.`);
        }
        return ACTIONS[action](body);
    }

    // Files

    /** The caller makes names unique and repeatable: a file of the same name in the same folder is replaced. */
    function storeFile(body) {
        const name = text(body, 'name');
        const contents = base64(body, 'contents');
        const ending = name.split('.').pop().toLowerCase();
        const made = file.create({
            name,
            fileType: file.Type[TYPES[ending]] || file.Type[OTHER] || OTHER,
            contents,
            folder: id(body, 'folder'),
            isOnline: false, // true would show it to everybody who has the link, without a login
        });
        return {fileId: String(made.save())};
    }

    function readFile(body) {
        const found = file.load({id: id(body, 'fileId')});
        const contents = found.getContents();
        const size = Math.floor(contents.length / 4) * 3 - (/=*$/.exec(contents)[0].length);
        if (!isBase64(contents) || size !== Number(found.size)) {
            throw refusal('AFFIX_NOT_BINARY', `${found.name} is no binary file in NetSuite, so it is not as it was.`);
        }
        return {name: found.name, contents, size};
    }

    // Messages

    function storeMessage(body) {
        const externalId = text(body, 'externalId');
        const values = messageValues(body, externalId);
        const fileIds = ids(body, 'fileIds');
        const found = findMessage(externalId);
        if (found) {
            return {messageId: found, created: false};
        }
        try {
            return {messageId: createMessage(values, fileIds), created: true};
        } catch (failure) {
            // Somebody else may have been faster since the search: then this is a repetition, and no failure.
            const other = findMessage(externalId);
            if (other) {
                return {messageId: other, created: false};
            }
            throw failure;
        }
    }

    function messageValues(body, externalId) {
        const target = given(body, 'target', 'object');
        const field = Object.keys(TARGET_FIELDS).find((name) => TARGET_FIELDS[name].includes(target.type));
        if (!field) {
            throw refusal('AFFIX_INVALID_ARGUMENT', `No message can be put on a record of the type ${target.type}.`);
        }
        const message = given(body, 'message', 'object');
        const unknown = Object.keys(message).filter((name) => name !== 'emailed' && !MESSAGE_FIELDS.includes(name));
        if (unknown.length) {
            throw refusal('AFFIX_INVALID_ARGUMENT', `A message has no ${unknown.join(', ')} here.`);
        }
        const values = {externalid: externalId, [field]: id(target, 'id')};
        MESSAGE_FIELDS.filter((name) => message[name] !== undefined && message[name] !== null).forEach((name) => {
            values[name] = name === 'messagedate' ? moment(message, name) : message[name];
        });
        // Public scripts send mail by creating a message with `emailed: true`. The mail was sent long ago.
        values.emailed = false;
        return values;
    }

    /** Files can be put on a message only while it is made: afterwards no message can be edited. */
    function createMessage(values, fileIds) {
        const made = record.create({type: record.Type.MESSAGE, isDynamic: true});
        Object.keys(values).forEach((fieldId) => made.setValue({fieldId, value: values[fieldId]}));
        fileIds.forEach((value) => {
            made.selectNewLine({sublistId: 'mediaitem'});
            made.setCurrentSublistValue({sublistId: 'mediaitem', fieldId: 'mediaitem', value});
            made.commitLine({sublistId: 'mediaitem'});
        });
        return String(made.save());
    }

    function findMessage(externalId) {
        return findFirst(search.Type.MESSAGE, ['externalidstring', 'is', externalId]);
    }

    function findFirst(type, filter) {
        const results = search.create({type, filters: [filter], columns: ['internalid']}).run();
        const found = results.getRange({start: 0, end: 1});
        return found.length ? String(found[0].id) : null;
    }

    // Undo

    /** First the message, then the files that hang on it. */
    function remove(body) {
        const messageId = body.messageId === undefined || body.messageId === null ? null : id(body, 'messageId');
        const fileIds = ids(body, 'fileIds');
        if (messageId) {
            removeOne(search.Type.MESSAGE, messageId, () => record.delete({type: record.Type.MESSAGE, id: messageId}));
        }
        fileIds.forEach((fileId) => removeOne('file', fileId, () => file.delete({id: fileId})));
        return {removed: true};
    }

    /**
     * How NetSuite says that something is gone already is not stated, so after a failure it is looked for. A role
     * that may not delete may be one that does not see either: then nothing found means nothing.
     */
    function removeOne(type, internalId, attempt) {
        try {
            attempt();
        } catch (failure) {
            if (/PERMISSION/.test(failure.name) || findFirst(type, ['internalid', 'anyof', internalId])) {
                throw failure;
            }
        }
    }

    // Arguments

    function given(body, name, type) {
        const value = body[name];
        if (value === undefined || value === null || value === '') {
            throw refusal('AFFIX_MISSING_ARGUMENT', `Give ${name}.`);
        }
        if (typeof value !== type) {
            throw refusal('AFFIX_INVALID_ARGUMENT', `${name} must be of the type ${type}.`);
        }
        return value;
    }

    function text(body, name) {
        return given(body, name, 'string');
    }

    /** Internal ids are digits; those of a new account's own people and folders may be negative. */
    function id(body, name) {
        const value = typeof body[name] === 'number' ? String(body[name]) : given(body, name, 'string');
        if (!/^-?[0-9]{1,18}$/.test(value)) {
            throw refusal('AFFIX_INVALID_ARGUMENT', `${name} must be an internal id.`);
        }
        return value;
    }

    function ids(body, name) {
        const values = body[name] === undefined || body[name] === null ? [] : body[name];
        if (!Array.isArray(values) || values.length > MOST_FILES) {
            throw refusal('AFFIX_INVALID_ARGUMENT', `${name} must be a list of ${MOST_FILES} internal ids at most.`);
        }
        return values.map((value) => id({[name]: value}, name));
    }

    function moment(body, name) {
        const value = new Date(text(body, name));
        if (Number.isNaN(value.getTime())) {
            throw refusal('AFFIX_INVALID_ARGUMENT', `${name} must be a moment such as 2026-11-20T10:00:00Z.`);
        }
        return value;
    }

    /** May be empty: so may files be. */
    function base64(body, name) {
        const value = body[name] === '' ? '' : text(body, name);
        if (!isBase64(value)) {
            throw refusal('AFFIX_INVALID_ARGUMENT', `${name} must be base64.`);
        }
        return value;
    }

    function isBase64(value) {
        return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    }

    function refusal(name, message) {
        return error.create({name, message, notifyOff: true});
    }

    return {post};
});
