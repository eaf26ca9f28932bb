// Microsoft's sign-in and consent pages are played by the simulator, which this origin reaches under another address.
window.playedHere = (address) => {
  const { host, protocol, pathname, search } = new URL(address, location.href);
  const isPlayed = protocol === "https:" && host === "login.microsoftonline.com";
  return isPlayed ? `${location.origin}/simulator/${host}${pathname}${search}` : address;
};
