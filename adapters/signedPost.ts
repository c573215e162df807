import { createHmac } from 'node:crypto';
import { CarrierUnavailable, type Delivery } from './channel.ts';

/** A receiver that does not answer in this time is tried again, in milliseconds of machine time. */
const timeoutMs = 10_000;

export type Receiver = {
  /** What it is called in a delivery's code: `hub`, `pager`. */
  name: string;
  url: string;
  secret: string;
};

/**
 * Delivers a JSON body to a receiver's webhook, at least once: no answer, 5xx and 429 are tried again, another 4xx
 * has failed.
 * @throws CarrierUnavailable
 */
export async function deliverSigned(
  { name, url, secret }: Receiver,
  message: { id: string; body: string },
): Promise<Delivery> {
  const status = await signedPost(url, secret, message).catch((cause) => {
    throw new CarrierUnavailable(`the ${name} did not answer`, { cause });
  });
  if (status < 300) return { status: 'delivered' };
  if (status >= 500 || status === 429) throw new CarrierUnavailable(`the ${name} answered ${status}`);
  return { status: 'failed', code: `${name}.${status}` };
}

/**
 * Posts JSON to a receiver of ours, signed as the Standard Webhooks specification says: `webhook-id` (the same on
 * every try), `webhook-timestamp` and `webhook-signature` (`v1,` and the base64 HMAC-SHA256 of id, time and body).
 * Redirects are not followed: what is posted goes where it was meant to go.
 * @returns the status that was answered; rejects where there was no answer.
 */
async function signedPost(url: string, secret: string, { id, body }: { id: string; body: string }) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response.status;
}
