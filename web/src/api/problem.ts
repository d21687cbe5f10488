/** What the API says when it cannot answer (RFC 9457), as an error to throw. */

export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly hint: string;
  readonly requestId: string;
  readonly kind: string;

  constructor(status: number, body: Record<string, unknown>) {
    const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : "");
    super(text("detail") || text("title") || `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.title = text("title");
    this.hint = text("hint");
    this.requestId = text("request_id");
    this.kind = text("type").split("/").pop() ?? "";
  }

  /** Who can mend it, by the class of error: see ARCHITECTURE, "Errors". */
  get mender(): "you" | "operator" | "owner" | "publisher" | "us" {
    if (this.status >= 400 && this.status < 500 && this.status !== 422) return "you";
    if (this.status === 422) return "owner";
    if (this.status === 502) return "publisher";
    if (this.status === 503) return "operator";
    return "us";
  }
}

/** No answer at all: the server is down, or this machine is offline. */
export class Unreachable extends Error {
  constructor() {
    super("unreachable");
    this.name = "Unreachable";
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  try {
    return new Problem(response.status, await response.json());
  } catch {
    return new Problem(response.status, {});
  }
}
