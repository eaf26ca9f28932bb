// office.js sets history.pushState and replaceState to null; keep them, office-after.js puts them back.
window.affixHistory = { pushState: window.history.pushState, replaceState: window.history.replaceState };
