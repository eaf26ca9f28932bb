// For pages of the service in a tab of their own: Microsoft's sign-in is played here. Outside this window such a page goes
// to Microsoft itself.
(() => {
  const { playedHere } = window;
  const ask = window.fetch.bind(window);
  window.fetch = (address, ...rest) => ask(typeof address === "string" ? playedHere(address) : address, ...rest);

  window.navigation?.addEventListener("navigate", (event) => {
    const address = playedHere(event.destination.url);
    if (address === event.destination.url) return;
    event.preventDefault();
    location.assign(address);
  });
})();
