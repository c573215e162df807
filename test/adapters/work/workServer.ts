import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { headers: IncomingMessage['headers']; body: Record<string, unknown>; text: string };
type Behaviour = (response: ServerResponse, received: Received) => void;

// Two calls each: restify patches `writeHead` of every server of a process, and it then returns nothing.
function answers(status: number, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, headers);
    response.end('{}');
  };
}
export const takes: Behaviour = answers(200);
export const isBroken: Behaviour = answers(503);
export const redirects: Behaviour = answers(307, { Location: 'http://127.0.0.1:1/elsewhere' });
export const isDown: Behaviour = (response) => void response.destroy();
/** It has the order, but its answer never comes. */
export const isSlow: Behaviour = () => {};

/** A work-management system that keeps what it gets by `webhook-id`, and answers as a test tells it. */
export async function startWorkServer() {
  const received: Received[] = [];
  const kept = new Map<string, Received>();
  let behaviour = takes;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const one = { headers: request.headers, body: JSON.parse(text) as Record<string, unknown>, text };
    received.push(one);
    const key = String(request.headers['webhook-id']);
    if (behaviour !== isBroken && behaviour !== redirects && !kept.has(key)) kept.set(key, one);
    behaviour(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
    received,
    kept,
    behave(next: Behaviour) {
      behaviour = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Says what the field says of an order to an app, signed as the specification of Standard Webhooks asks. */
export async function sayResult(
  { url, secret }: { url: string; secret: string },
  body: object | string,
  headers: Record<string, string> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`event-1.${timestamp}.${text}`).digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'event-1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
      ...headers,
    },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
