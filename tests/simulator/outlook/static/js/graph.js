// Microsoft Graph, played by the simulator, always as the signed-in person.

const ROOT = "/simulator/graph.microsoft.com";

export class GraphError extends Error {
  constructor(status, { code = "", message = "" } = {}) {
    super(message || `Graph answered ${status}`);
    this.status = status;
    this.code = code;
  }
}

export class Graph {
  #session;

  constructor(session) {
    this.#session = session;
  }

  // Gives the parsed answer, or null for an empty one. Raises GraphError.
  async ask(path, { method = "GET", body, headers = {} } = {}) {
    const answer = await fetch(addressOf(path), {
      method,
      headers: {
        Authorization: `Bearer ${await this.#session.graphToken()}`,
        ...(body && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new GraphError(answer.status, await refusal(answer));
    return answer.status === 204 || answer.status === 202 ? null : answer.json();
  }

  // All pages of a list, up to `limit` things.
  async list(path, limit = 500) {
    const found = [];
    for (let next = path; next && found.length < limit;) {
      const page = await this.ask(next);
      found.push(...page.value);
      next = page["@odata.nextLink"];
    }
    return found.slice(0, limit);
  }
}

// Links of Graph are whole addresses, of the real host or of the simulator's own.
function addressOf(pathOrLink) {
  if (pathOrLink.startsWith("/")) return `${ROOT}/v1.0${pathOrLink}`;
  const { pathname, search } = new URL(pathOrLink);
  return ROOT + pathname.replace(/^.*graph\.microsoft\.com/, "") + search;
}

async function refusal(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return {};
  }
}
