// The words of a page of HTML, one line for each of its lines, without running or fetching anything of it.

export function wordsOf(html) {
  const page = new DOMParser().parseFromString(html.replace(/\s+/g, " "), "text/html");
  for (const end of page.querySelectorAll("br")) end.replaceWith("\n");
  for (const block of page.querySelectorAll("p, div, tr, li, h1, h2, h3")) block.append("\n");
  return page.body.textContent.replace(/ *\n */g, "\n").trim();
}
