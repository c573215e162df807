import { deskPassword } from './app.ts';

export type TranscriptLine = {
  seq: number;
  from: string;
  kind: string;
  text: string;
  activity?: { name?: string; value?: Record<string, string> };
  [more: string]: unknown;
};

/** A CSR at the desk, over its HTTP API. */
export class Csr {
  private readonly api: string;
  private readonly headers: Record<string, string>;

  private constructor(url: string, headers: Record<string, string>) {
    this.api = `${url}/console/api`;
    this.headers = headers;
  }

  static async signIn(url: string, email = 'csr2@alder.example.com', password = deskPassword): Promise<Csr> {
    const response = await fetch(`${url}/console/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`not signed in: ${response.status}`);
    const { csrfToken } = (await response.json()) as { csrfToken: string };
    const cookie = response.headers
      .getSetCookie()
      .map((header) => header.split(';')[0])
      .join('; ');
    return new Csr(url, { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' });
  }

  async queue(): Promise<{ conversationId: string; reason: string; priority: string }[]> {
    return ((await this.get('queue')) as { items: [] }).items;
  }

  async read(
    id: string,
  ): Promise<{ conversation: Record<string, unknown>; transcript: TranscriptLine[]; task: unknown }> {
    return (await this.get(`conversations/${id}?limit=200`)) as never;
  }

  work = (id: string) => this.get(`conversations/${id}/work`);
  claim = (id: string) => this.post(`conversations/${id}/claim`);
  say = (id: string, text: string) => this.post(`conversations/${id}/messages`, { text });
  note = (id: string, text: string) => this.post(`conversations/${id}/notes`, { text });
  patchTask = (id: string, fields: Record<string, unknown>) =>
    this.send('PATCH', `conversations/${id}/task`, { fields });
  complete = (id: string) => this.post(`conversations/${id}/task/complete`);
  seen = (id: string) => this.post(`conversations/${id}/seen`);
  giveBack = (id: string) => this.post(`conversations/${id}/return`);
  resolve = (id: string, disposition = 'Answered') =>
    this.post(`conversations/${id}/resolve`, { disposition });

  private async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.api}/${path}`, { headers: this.headers });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  private post(path: string, body: object = {}) {
    return this.send('POST', path, body);
  }

  private async send(
    method: string,
    path: string,
    body: object,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.api}/${path}`, {
      method,
      headers: this.headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}
