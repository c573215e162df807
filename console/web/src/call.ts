/** What the API answered when it did not do what was asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Record<string, unknown>;

  constructor(status: number, code: string, message: string, body: Record<string, unknown>) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

let csrfToken = '';
let onSignedOut = () => {};

/** Set at sign-in: the token that goes with every change, and what happens when the session has ended. */
export function keepSession(token: string, signedOut: () => void): void {
  csrfToken = token;
  onSignedOut = signedOut;
}

const root = '/console/api/';

/** Calls the Console API. A change carries a requestId, so that trying again after a lost answer does it once. */
export async function call<T>(method: string, path: string, body?: Record<string, unknown>): Promise<T> {
  const sent = method === 'GET' ? undefined : JSON.stringify({ requestId: crypto.randomUUID(), ...body });
  const offline = sent ? 'No connection. What you wrote is kept; try again.' : 'No connection. Try again.';
  const response = await persistently(offline, () =>
    fetch(root + path, {
      method,
      ...(sent ? { body: sent } : {}),
      headers: { ...(sent ? { 'Content-Type': 'application/json' } : {}), 'X-CSRF-Token': csrfToken },
    }),
  );
  if (response.status === 204) return undefined as T;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer as T;
  const { code = 'failed', message = 'The desk did not get an answer. Try again.' } = answer.error ?? {};
  if (response.status === 401 && code === 'signedOut') onSignedOut();
  throw new ApiError(response.status, code, message, answer);
}

/** Tries a lost connection once more with the same requestId before it says so. */
async function persistently(offline: string, send: () => Promise<Response>): Promise<Response> {
  try {
    return await send();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 800));
    return send().catch(() => {
      throw new ApiError(0, 'offline', offline, {});
    });
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'Something broke on this page. Reload it.';
