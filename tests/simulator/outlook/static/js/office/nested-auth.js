// Nested app authentication, the host's side: answers what MSAL asks over the bridge in the add-in's frames
// (office/pane-side.js) with tokens of the signed-in person, or in one of the ways in which that can fail.

const CHANNEL = "nested app authentication";
const HOUR_SECONDS = 3600;

export class NestedAuthentication {
  #windows = new WeakSet();
  #behaviour;
  #session;

  // `behaviour()`: "token", "interaction", "cancel", "disabled" or "network".
  // `session`: account() and accessToken(confirmed) of the signed-in person, askPerson() to confirm.
  constructor(behaviour, session) {
    this.#behaviour = behaviour;
    this.#session = session;
    window.addEventListener("message", this.#receive);
  }

  // A frame of the add-in whose questions are answered from now on.
  serve(frameWindow) {
    this.#windows.add(frameWindow);
  }

  #receive = async (event) => {
    if (event.data?.channel !== CHANNEL || !this.#windows.has(event.source)) return;
    const request = JSON.parse(event.data.request);
    const answer = { messageType: "NestedAppAuthResponse", requestId: request.requestId, ...await this.#answerTo(request) };
    event.source.postMessage({ channel: CHANNEL, answer: JSON.stringify(answer) }, location.origin);
  };

  async #answerTo(request) {
    const behaviour = this.#behaviour();
    if (behaviour === "disabled") return failure("DISABLED");
    if (request.method === "GetInitContext") return this.#context();
    if (behaviour === "network") return failure("NO_NETWORK");
    const interactive = request.method === "GetTokenPopup";
    if (!interactive && (behaviour === "interaction" || isChallenge(request.tokenParams))) return interactionRequired();
    if (interactive && (behaviour === "cancel" || !await this.#session.askPerson())) return failure("USER_CANCEL");
    return this.#token(request.tokenParams, interactive);
  }

  async #context() {
    const { homeAccountId, environment, tenantId } = await this.#session.account();
    return {
      success: true,
      initContext: {
        sdkName: "outlook-window",
        sdkVersion: "1",
        capabilities: { queryAccount: false },
        accountContext: { homeAccountId, environment, tenantId },
      },
    };
  }

  async #token({ scope }, confirmed) {
    const account = await this.#session.account();
    return {
      success: true,
      token: {
        access_token: await this.#session.accessToken(confirmed),
        id_token: account.idToken,
        expires_in: HOUR_SECONDS,
        scope,
        properties: null,
      },
      account,
    };
  }
}

// MSAL always wishes for some claims of the id token. Demands on the access token come from a challenge, which cannot be
// met in silence.
const isChallenge = ({ claims }) => "access_token" in JSON.parse(claims || "{}");

const failure = (status) => ({ success: false, error: { status } });

function interactionRequired() {
  return {
    success: false,
    error: {
      status: "USER_INTERACTION_REQUIRED",
      code: "interaction_required",
      subError: "basic_action",
      description: "AADSTS50076: the person must confirm who they are.",
    },
  };
}
