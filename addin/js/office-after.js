// Undo what office.js did to the history object (see office-before.js); sign-in libraries and routers need it.
Object.assign(window.history, window.affixHistory);
delete window.affixHistory;
