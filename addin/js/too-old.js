// Runs only where modules are unknown: the Internet Explorer view of some volume-licensed Office versions up to 2019.
document.addEventListener("DOMContentLoaded", function () {
  document.getElementById("pane").innerText =
    "Affix needs a newer Outlook. Please update Office, or open Outlook on the web.";
});
