// Keeps what office.js says where a test can read it, and puts calls with callbacks into promises.

window.seen = [];
window.themes = [];
window.selections = [];  // the subjects that were selected at each event

// {status, value, code}, or "no callback" when the host stays silent for a second.
window.called = (owner, method, ...parameters) => Promise.race([
  new Promise((done) => owner[method](...parameters, ({ status, value, error }) => done({ status, value, code: error?.code ?? null }))),
  new Promise((done) => setTimeout(() => done("no callback"), 1000)),
]);

window.described = () => {
  const { item } = Office.context.mailbox;
  return item && { subject: item.subject, id: item.itemId ?? null, type: item.itemType, shared: typeof item.getSharedPropertiesAsync };
};

window.show = () => {
  document.querySelector("#item").textContent = JSON.stringify(window.described() ?? null);
};

Office.onReady(async (where) => {
  const { mailbox } = Office.context;
  await fetch("/api/echo/starting"); // as an add-in asks its service something first: meanwhile it hears of nothing
  await window.called(mailbox, "addHandlerAsync", Office.EventType.ItemChanged, () => {
    window.seen.push(window.described() ?? null);
    window.show();
  });
  await window.called(mailbox, "addHandlerAsync", Office.EventType.OfficeThemeChanged, ({ officeTheme }) => window.themes.push(officeTheme));
  window.listening = await window.called(mailbox, "addHandlerAsync", Office.EventType.SelectedItemsChanged, async () => {
    const { value } = await window.called(mailbox, "getSelectedItemsAsync");
    window.selections.push(value.map(({ subject }) => subject));
  });
  window.show();
  window.where = where;
});
