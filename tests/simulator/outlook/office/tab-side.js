// For pages of the service in a tab of their own: Microsoft's sign-in is played by the simulator, which this origin
// reaches under another address. Outside this window such a page goes to Microsoft itself.
(() => {
  const HOST = "login.microsoftonline.com";

  function playedHere(address) {
    const { host, protocol, pathname, search } = new URL(address, location.href);
    return protocol === "https:" && host === HOST ? `${location.origin}/simulator/${host}${pathname}${search}` : address;
  }

  const ask = window.fetch.bind(window);
  window.fetch = (address, ...rest) => ask(typeof address === "string" ? playedHere(address) : address, ...rest);

  window.navigation?.addEventListener("navigate", (event) => {
    const address = playedHere(event.destination.url);
    if (address === event.destination.url) return;
    event.preventDefault();
    location.assign(address);
  });
})();
