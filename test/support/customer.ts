import { randomUUID } from 'node:crypto';

/** What a customer's client shows of an activity. */
export type Shown = {
  id: string;
  type: string;
  text: string;
  replyToId?: string;
  from: { role: string; name?: string };
  attachments?: { name: string; contentType: string; contentUrl: string }[];
  suggestedActions?: { actions: { title: string; value: string }[] };
  channelData?: Record<string, unknown>;
};

/** Polls until it answers something; fails after `ms` with what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  ms = 20_000,
): Promise<T> {
  const ends = Date.now() + ms;
  for (;;) {
    const found = await look().catch(() => null);
    if (found) return found;
    if (Date.now() > ends) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A customer on web chat: speaks Direct Line over HTTP, and tries again when the server is away. */
export class Customer {
  readonly conversationId: string;
  private readonly base: string;
  private readonly token: string;
  private readonly headers: Record<string, string>;

  private constructor(url: string, token: { token: string; conversationId: string }) {
    this.conversationId = token.conversationId;
    this.token = token.token;
    this.base = `${url}/v3/directline/conversations`;
    this.headers = { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' };
  }

  /** Opens the chat and waits for the greeting. */
  static async open(url: string, language = 'en'): Promise<Customer> {
    const response = await fetch(`${url}/webchat/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ language }),
    });
    const customer = new Customer(url, (await response.json()) as { token: string; conversationId: string });
    await fetch(customer.base, { method: 'POST', headers: customer.headers, body: '{}' });
    await until('the greeting', async () => (await customer.shown()).length > 0);
    return customer;
  }

  /** The same customer, served by another process. */
  at(url: string): Customer {
    return new Customer(url, { token: this.token, conversationId: this.conversationId });
  }

  /** Follows by WebSocket from the beginning. */
  listen(): { texts: string[]; opened: Promise<void>; close(): void } {
    const texts: string[] = [];
    let socket: WebSocket | null = null;
    const opened = (async () => {
      const response = await fetch(`${this.base}/${this.conversationId}?watermark=0`, {
        headers: this.headers,
      });
      const { streamUrl } = (await response.json()) as { streamUrl: string };
      socket = new WebSocket(streamUrl);
      socket.onmessage = ({ data }) => {
        if (!data) return;
        const { activities } = JSON.parse(String(data)) as { activities: Shown[] };
        texts.push(...activities.map((activity) => activity.text));
      };
      await new Promise((resolve) => socket?.addEventListener('open', resolve, { once: true }));
    })();
    return { texts, opened, close: () => socket?.close() };
  }

  /** Everything the customer sees, from the beginning. */
  async shown(): Promise<Shown[]> {
    const response = await fetch(`${this.base}/${this.conversationId}/activities`, { headers: this.headers });
    return ((await response.json()) as { activities: Shown[] }).activities;
  }

  /** Sends a text until it is taken, as a client does that was cut off; answers its id. */
  async send(text: string, clientActivityID: string = randomUUID()): Promise<string> {
    return until(`"${text}" to be taken`, () => this.post(text, clientActivityID));
  }

  /** Sends a text once. */
  async post(text: string, clientActivityID: string = randomUUID()): Promise<string | null> {
    const response = await fetch(`${this.base}/${this.conversationId}/activities`, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify({ type: 'message', text, from: { id: 'me' }, channelData: { clientActivityID } }),
    });
    return response.ok ? ((await response.json()) as { id: string }).id : null;
  }

  /** Goes and does not come back to this conversation. */
  async leave(): Promise<void> {
    const response = await fetch(`${this.base}/${this.conversationId}/activities`, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify({ type: 'endOfConversation', from: { id: 'me' } }),
    });
    if (!response.ok) throw new Error(`not left: ${response.status}`);
  }

  /** Sends a file as it is; answers the id of the message that carries it. */
  async upload(name: string, contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const response = await fetch(`${this.base}/${this.conversationId}/upload?userId=me`, {
      method: 'POST',
      headers: {
        ...this.headers,
        'content-type': contentType,
        'content-disposition': `name="file"; filename="${name}"`,
      },
      body: bytes,
    });
    if (!response.ok) throw new Error(`not taken: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  }

  /** What the bot answers to a message, once it has. */
  async repliesTo(id: string): Promise<Shown[]> {
    return until('a reply', async () => {
      const replies = (await this.shown()).filter((activity) => activity.replyToId === id);
      return replies.length > 0 && replies;
    });
  }

  /** Says something and reads the answer, its sentences joined by new lines. */
  async say(text: string): Promise<string> {
    const replies = await this.repliesTo(await this.send(text));
    return replies.map((reply) => reply.text).join('\n');
  }

  /** Proves to be the customer of the sample account 10023414, with its PIN. */
  async verify(intent = 'what do I owe'): Promise<string> {
    await this.say(intent);
    await this.say('10023414');
    await this.say('94538');
    await this.say('use my PIN');
    return this.say('4821');
  }
}
