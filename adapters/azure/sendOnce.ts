import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ConnectorClient } from 'botframework-connector';

/** The connector did not take an activity; `handedOver` tells whether it may have it all the same. */
export class SendError extends Error {
  readonly handedOver: boolean;
  readonly status: number | undefined;
  readonly reason: string | undefined;

  constructor(cause: unknown, handedOver: boolean) {
    super('the connector did not take it', { cause });
    const { statusCode, code } = cause as { statusCode?: number; code?: string };
    this.handedOver = handedOver;
    this.status = statusCode;
    this.reason = code;
  }
}

type Request = { url: string; agent?: HttpAgent; abortSignal?: AbortSignal };
type Pipeline = {
  removePolicy(which: { name: string }): void;
  addPolicy(
    policy: { name: string; sendRequest(request: Request, next: (request: Request) => unknown): unknown },
    where: { phase: 'Sign' },
  ): void;
};

// A kept socket that the other side has closed meanwhile looks like a POST that may have arrived.
const plain = new HttpAgent({ keepAlive: false });
const secure = new HttpsAgent({ keepAlive: false });

/** One try in bounded time: by itself the client repeats a POST that may have arrived, up to three times. */
export function sendOnce(connector: ConnectorClient, timeoutMs: number, handedOver: () => void): void {
  const { pipeline } = (connector as unknown as { client: { pipeline: Pipeline } }).client;
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  const policy = {
    name: 'onceAndInTime',
    sendRequest(request: Request, next: (request: Request) => unknown) {
      request.agent ??= request.url.startsWith('https:') ? secure : plain; // a proxy has set its own
      request.abortSignal = AbortSignal.timeout(timeoutMs);
      handedOver();
      return next(request);
    },
  };
  pipeline.addPolicy(policy, { phase: 'Sign' }); // the last before the wire: the bot's own token is there by then
}
